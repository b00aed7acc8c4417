import { makeViewer } from "../../neuroglancer/viewer.js";
import { rememberedPerson } from "./account/person.js";
import { registerAccount } from "./account/register.js";
import { restoreView } from "./account/return_view.js";
import {
  registerMarks,
  registerSandboxSources,
} from "./annotations/register.js";
import { sandboxLayerSpec } from "./annotations/sandbox_context.js";
import { registerBodies } from "./bodies/register.js";
import { registerConnections, SynapseSources } from "./connections/register.js";
import { registerAtlas, withPictures } from "./atlas/register.js";
import { Catalogue } from "./datasets/catalogue.js";
import { DatasetState } from "./datasets/dataset_state.js";
import { loadChooser, registerDatasets } from "./datasets/register.js";
import { registerLabels } from "./labels/register.js";
import { loadWhenIdle } from "./idle_loading.js";
import { bindKeys } from "./keys/register.js";
import { registerLinks } from "./links/register.js";
import {
  mergeSources,
  mergesOfLayer,
  registerMerges,
} from "./merges/register.js";
import { registerNapari } from "./napari/register.js";
import { registerSearch } from "./search/register.js";
import { Store } from "./store/store.js";
import { CellNames } from "./ui/cell_names.js";
import { volumesConsole } from "./volumes/console.js";

restoreView();
const store = new Store({ person: rememberedPerson() });
const catalogue = new Catalogue();
const merged = mergeSources(store);
const synapses = new SynapseSources();
registerSandboxSources(
  store,
  catalogue,
  (options, placeIn) => merged(options) ?? synapses.find(options, placeIn),
);

let loaded: Promise<void> | undefined;
const viewer = makeViewer((viewer) => {
  const open = new DatasetState();
  const datasets = registerDatasets(viewer, catalogue, open, {
    sandbox: sandboxLayerSpec,
    merges: mergesOfLayer,
  });
  const marks = registerMarks(viewer, store, catalogue, open);
  const names = new CellNames();
  const merges = registerMerges(
    viewer,
    catalogue,
    open,
    marks.desk,
    names,
    store.person,
  );
  const search = registerSearch(
    viewer,
    catalogue,
    open,
    marks.desk,
    store.person,
    datasets.open,
  );
  const connections = registerConnections(
    { viewer, catalogue, open, marks: marks.desk, names },
    store.person,
    synapses,
  );
  const atlas = registerAtlas(
    {
      viewer,
      open,
      marks: marks.desk,
      openDataset: datasets.open,
      origins: [marks.origin, search.origin],
    },
    store,
  );
  const labels = registerLabels({ viewer, open, marks: marks.desk });
  marks.drop.takeOthers = labels.takeFiles;
  const bodies = registerBodies(
    { viewer, catalogue, open, marks: marks.desk, names },
    store,
  );
  const napari = registerNapari({
    ...{ viewer, open, marks: marks.desk, matches: search.matches },
  });
  const links = registerLinks(viewer, marks.toShare);
  loaded = loadWhenIdle([
    ...marks.parts,
    ...merges.parts,
    loadChooser,
    ...search.parts,
    ...connections.parts,
    ...atlas.parts,
    ...labels.parts,
    ...bodies.parts,
    ...napari.parts,
    ...links.parts,
  ]);
  bindKeys(viewer, {
    ...datasets.keys,
    ...marks.keys,
    ...merges.keys,
    ...search.keys,
    ...connections.keys,
    ...atlas.keys,
    ...labels.keys,
    ...bodies.keys,
    ...napari.keys,
    ...links.keys,
  });
  registerAccount(viewer, store, {
    ...bodies.withUnsent(withPictures(search.belongings, store)),
    signedOut: () => {
      connections.signedOut();
      bodies.signedOut();
    },
  });
  return links.host;
});

// For scripts in the browser's console, as upstream does with its viewer. `loaded` settles when nothing that works without the server is
// still to come from it.
Object.assign(window, {
  viewer,
  clio: { store, catalogue, volumes: volumesConsole(viewer), loaded },
});
