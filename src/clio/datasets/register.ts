import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import { keyText } from "../ui/key_cap.js";
import type { Catalogue } from "./catalogue.js";
import type { ChooserOptions } from "./chooser.js";
import { addDatasetButton } from "./dataset_button.js";
import type { OwnLayers } from "./dataset_layers.js";
import type { DatasetState } from "./dataset_state.js";
import { openDataset } from "./open_dataset.js";

const chooseAction = "open-dataset" satisfies KeyAction;
const chooseKey = keyOf(chooseAction);

/** Loads the dialog, which is not in the first load of a page. */
export const loadChooser = () => import("./chooser.js");

/** Links that say nothing of what to show. */
const blankLinks = ["", "#", "#!", "#!{}", "#!%7B%7D"];

/** What the plugin of the datasets adds to a viewer. */
export interface RegisteredDatasets {
  /** What keys do. */
  readonly keys: Partial<Record<KeyAction, () => void>>;
  /** Opens a dataset in the viewer. Rejects with a reason for people where it cannot. */
  readonly open: (id: string) => Promise<void>;
}

/**
 * Adds the datasets to a viewer: which one is open is part of the link (`clio.dataset`), a button in the top bar names it and
 * leads to the others, and a page whose link shows nothing begins with the chooser.
 *
 * To be called before the link is applied.
 * @param state which dataset is open
 * @param own what is a person's own in a dataset: the layers of their marks and merges
 */
export function registerDatasets(
  viewer: Viewer,
  catalogue: Catalogue,
  state: DatasetState,
  own: OwnLayers,
): RegisteredDatasets {
  state.problem.add((text) =>
    showProblem(
      `${text} It was left out and the rest of the link is open. Press ${keyText(chooseKey)} to choose a dataset.`,
    ),
  );
  viewer.state.add("clio", state);

  const choose = () =>
    void showChooser({
      catalogue,
      key: chooseKey,
      openId: state.dataset,
      open: ({ id, dataset }) => openDataset(viewer, id, dataset, own),
    });
  addDatasetButton(viewer, catalogue, state, chooseKey, choose);
  if (blankLinks.includes(location.hash)) choose();
  return {
    keys: { [chooseAction]: choose },
    async open(id) {
      const dataset = (await catalogue.datasets()).get(id);
      if (dataset === undefined) {
        throw new Error(`the dataset ${id} is not in the list`);
      }
      openDataset(viewer, id, dataset, own);
    },
  };
}

async function showChooser(options: ChooserOptions): Promise<void> {
  const loaded = await loadChooser().catch(() => undefined);
  if (loaded === undefined) {
    showProblem(
      `The list of datasets could not be loaded: the server does not answer. The view is as it was. See that the server runs (npm start), then press ${keyText(options.key)} again.`,
    );
    return;
  }
  await new loaded.Chooser(options).show();
}

function showProblem(text: string): void {
  new StatusMessage().setErrorMessage(text);
}
