import * as v from "valibot";
import { makeLayer } from "neuroglancer/unstable/layer/index.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import { ask } from "../sync/server.js";

const groupsSchema = v.record(v.string(), v.array(v.string()));

/** How the layer of one's own marks in a dataset names its source. */
const OWN_MARKS = "clio://sandbox/";

/** Who is in one's groups, and their marks in the dataset that is open, as layers to look at. */
export class GroupList {
  readonly element = element("section", {
    class: "clio-settings-section",
    "aria-label": "Groups",
  });

  constructor(
    private readonly viewer: Viewer,
    private readonly person: string,
  ) {
    void this.load();
  }

  private async load(): Promise<void> {
    const heading = element("h3", {}, "Groups");
    try {
      const groups = await ask(groupsSchema, "GET", "/api/groups");
      const names = Object.keys(groups);
      this.element.replaceChildren(
        heading,
        ...(names.length > 0
          ? names.map((name) => this.group(name, groups[name]))
          : [
              element(
                "p",
                { class: "clio-settings-text" },
                "You are in no group. An administrator puts people into one; its members see each other's marks.",
              ),
            ]),
      );
    } catch (error) {
      this.element.replaceChildren(
        heading,
        notice({
          severity: "bad",
          what: `The groups could not be read: ${(error as Error).message}`,
          next: "Try again when the server can be reached.",
          actions: [
            button({ label: "Try again", run: () => void this.load() }),
          ],
        }),
      );
    }
  }

  private group(name: string, members: readonly string[]): HTMLElement {
    const others = members.filter((member) => member !== this.person);
    return element(
      "div",
      {},
      element("p", { class: "clio-settings-text" }, name),
      ...others.map((user) => this.member(user)),
    );
  }

  private member(user: string): HTMLElement {
    const show = button({ label: "Show marks", run: () => this.show(user) });
    show.setAttribute("aria-label", `Show marks of ${user}`);
    return element(
      "div",
      { class: "clio-settings-who" },
      element("div", {}, user),
      show,
    );
  }

  /** Adds the layer of somebody's marks in the dataset whose marks are in view. */
  private show(user: string): void {
    const { layerSpecification, layerManager } = this.viewer;
    const own = layerManager.managedLayers
      .map(({ layer }) => layer?.dataSources[0]?.spec.url)
      .find((url) => url?.startsWith(OWN_MARKS));
    if (own === undefined) {
      this.element.append(
        notice({
          severity: "warn",
          what: "No dataset is open whose marks could be shown.",
          next: "Open a dataset, and try again.",
        }),
      );
      return;
    }
    const dataset = own.slice(OWN_MARKS.length);
    const name = layerManager.getUniqueLayerName(`marks of ${user}`);
    const source = `clio://others/${encodeURIComponent(user)}/${dataset}`;
    layerSpecification.add(
      makeLayer(layerSpecification, name, { type: "clio-annotation", source }),
    );
  }
}
