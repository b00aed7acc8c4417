import { button } from "../ui/button.js";
import { element } from "../ui/element.js";

/** An address that can be read, selected and copied. */
export interface CopyField {
  readonly element: HTMLElement;
  /** Copies it. @returns whether the browser let the page do so */
  copy(): Promise<boolean>;
  /** Selects it, so that Ctrl+C copies it. */
  select(): void;
}

/** @param name what the address leads to, for screen readers */
export function copyField(address: string, name: string): CopyField {
  const field = element("input", {
    type: "text",
    class: "clio-share-text clio-share-address",
    readonly: "",
    "aria-label": `Address of ${name}`,
  });
  field.value = address;
  const select = () => {
    field.focus();
    field.select();
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      return true;
    } catch {
      return false;
    }
  };
  const again = button({
    label: "Copy",
    run: () =>
      void copy().then((copied) => {
        if (copied) again.querySelector("span")!.textContent = "Copied";
        else select();
      }),
  });
  return {
    element: element("div", { class: "clio-share-copy" }, field, again),
    copy,
    select,
  };
}
