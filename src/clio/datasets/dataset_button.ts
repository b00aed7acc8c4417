import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { button } from "../ui/button.js";
import type { Catalogue } from "./catalogue.js";
import "./dataset_button.css";
import type { DatasetState } from "./dataset_state.js";

const invitation = "Open a dataset";

/** Puts a button at the left end of the viewer's top bar: it names the open dataset and leads to the others. */
export function addDatasetButton(
  viewer: Viewer,
  catalogue: Catalogue,
  state: DatasetState,
  key: string,
  choose: () => void,
): void {
  const made = button({
    label: invitation,
    kind: "bar",
    icon: "dataset",
    key,
    run: choose,
  });
  made.classList.add("clio-dataset-button");
  const label = made.querySelector(".clio-button-label")!;

  const show = async () => {
    const id = state.dataset;
    label.textContent = id ?? invitation;
    made.title = id === undefined ? "" : `${id}: ${invitation.toLowerCase()}`;
    if (id === undefined) return;
    const title = await titleOf(catalogue, id);
    // Another dataset may have been opened in the meantime.
    if (state.dataset === id) label.textContent = title;
  };
  void show();
  viewer.registerDisposer(state.changed.add(() => void show()));

  // Upstream has no place of its own for a button in its top bar.
  viewer.element.querySelector(".neuroglancer-viewer-top-row")!.prepend(made);
}

/** The title of a dataset, or its id where the catalogue cannot be had or does not know it: the view opens all the same. */
async function titleOf(catalogue: Catalogue, id: string): Promise<string> {
  try {
    return (await catalogue.datasets()).get(id)?.title ?? id;
  } catch {
    return id;
  }
}
