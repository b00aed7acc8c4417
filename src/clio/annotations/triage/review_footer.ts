import type { TrackableBoolean } from "neuroglancer/unstable/trackable_boolean.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { keyOf } from "../../model/keys.js";
import { button } from "../../ui/button.js";
import { type Child, element } from "../../ui/element.js";
import { keyCap } from "../../ui/key_cap.js";
import type { TagKeys } from "./tag_keys.js";

interface ReviewFooterOptions {
  readonly tagKeys: TagKeys;
  readonly goesOn: TrackableBoolean;
  /** Opens the dialog in which letters are bound to tags. */
  readonly bindTags: () => void;
  /** Shows the viewer's help, where all keys are. */
  readonly help: () => void;
}

/** The foot of the panel: the keys that matter while marks are reviewed. */
export class ReviewFooter extends RefCounted {
  readonly element = element("div", { class: "clio-review-foot" });
  private readonly tags = element("span", { class: "clio-review-tags" });

  constructor(private readonly options: ReviewFooterOptions) {
    super();
    const { tagKeys, goesOn, bindTags, help } = options;
    const box = element("input", { type: "checkbox" });
    box.checked = goesOn.value;
    box.addEventListener("change", () => {
      goesOn.value = box.checked;
    });
    this.element.append(
      hint(
        [keyCap(keyOf("review-next")), keyCap(keyOf("review-previous"))],
        "next, previous",
      ),
      hint([keyCap(keyOf("review-next-unchecked"))], "next unchecked"),
      hint([keyCap(keyOf("review-check"))], "check"),
      element("label", { class: "clio-review-hint" }, box, "then next"),
      hint([keyCap(keyOf("review-comment"))], "comment"),
      this.tags,
      button({ label: "Tag keys …", kind: "bar", run: bindTags }),
      button({ label: "All keys", kind: "bar", run: help }),
    );
    this.registerDisposer(tagKeys.changed.add(() => this.showTags()));
    this.showTags();
  }

  private showTags(): void {
    this.tags.replaceChildren(
      ...this.options.tagKeys.list.map(([letter, tag]) =>
        hint([keyCap(`key${letter}`)], `tag ${tag}`),
      ),
    );
  }
}

function hint(keys: readonly Child[], words: string): HTMLElement {
  return element("span", { class: "clio-review-hint" }, ...keys, words);
}
