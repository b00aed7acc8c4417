import { button } from "../ui/button.js";
import { element } from "../ui/element.js";

/**
 * Asks for a person's own neuPrint token.
 * @param server where neuPrint shows it to them
 */
export function tokenForm(
  server: string | undefined,
  use: (token: string) => void,
): HTMLElement {
  const field = element("input", {
    class: "clio-field clio-connections-token",
    type: "password",
    autocomplete: "off",
    placeholder: "neuPrint token",
    "aria-label": "Your neuPrint token",
  });
  const send = () => {
    const token = field.value.trim();
    if (token !== "") use(token);
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    send();
  });
  return element(
    "div",
    { class: "clio-connections-token-form" },
    element(
      "div",
      { class: "clio-connections-token-row" },
      field,
      button({ label: "Use it", kind: "primary", run: send }),
    ),
    element(
      "p",
      { class: "clio-connections-quiet" },
      `It is kept in this tab until you close it or sign out, and sent along with your questions${server === undefined ? "" : ` to ${server}`}. Clio's server keeps nothing of it.`,
    ),
  );
}
