import { makeViewer } from "../../neuroglancer/viewer.js";
import { rememberedPerson } from "./account/person.js";
import { registerAccount } from "./account/register.js";
import { restoreView } from "./account/return_view.js";
import {
  registerMarks,
  registerSandboxSources,
} from "./annotations/register.js";
import { sandboxLayerSpec } from "./annotations/sandbox_context.js";
import { Catalogue } from "./datasets/catalogue.js";
import { DatasetState } from "./datasets/dataset_state.js";
import { loadChooser, registerDatasets } from "./datasets/register.js";
import { loadWhenIdle } from "./idle_loading.js";
import { bindKeys } from "./keys/register.js";
import { registerLinks } from "./links/register.js";
import {
  mergeSources,
  mergesOfLayer,
  registerMerges,
} from "./merges/register.js";
import { registerSearch } from "./search/register.js";
import { Store } from "./store/store.js";
import { volumesConsole } from "./volumes/console.js";

restoreView();
const store = new Store({ person: rememberedPerson() });
const catalogue = new Catalogue();
registerSandboxSources(store, catalogue, mergeSources(store));

let loaded: Promise<void> | undefined;
const viewer = makeViewer((viewer) => {
  const open = new DatasetState();
  const datasets = registerDatasets(viewer, catalogue, open, {
    sandbox: sandboxLayerSpec,
    merges: mergesOfLayer,
  });
  const marks = registerMarks(viewer, store, catalogue, open);
  const merges = registerMerges(viewer, catalogue, open, marks.desk);
  const search = registerSearch(
    viewer,
    catalogue,
    open,
    marks.desk,
    store.person,
    datasets.open,
  );
  const links = registerLinks(viewer, marks.toShare);
  loaded = loadWhenIdle([
    ...marks.parts,
    ...merges.parts,
    loadChooser,
    ...search.parts,
    ...links.parts,
  ]);
  bindKeys(viewer, {
    ...datasets.keys,
    ...marks.keys,
    ...merges.keys,
    ...search.keys,
    ...links.keys,
  });
  registerAccount(viewer, store, search.belongings);
  return links.host;
});

// For scripts in the browser's console, as upstream does with its viewer. `loaded` settles when nothing that works without the server is
// still to come from it.
Object.assign(window, {
  viewer,
  clio: { store, catalogue, volumes: volumesConsole(viewer), loaded },
});
