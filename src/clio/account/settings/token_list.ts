import * as v from "valibot";
import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import { ask } from "../sync/server.js";
import { NewToken } from "./new_token.js";
import { settingsTable } from "./settings_table.js";

const tokenSchema = v.object({
  id: v.string(),
  name: v.string(),
  created: v.number(),
  expires: v.number(),
  used: v.optional(v.number()),
});
type Token = v.InferOutput<typeof tokenSchema>;

const madeSchema = v.object({ ...tokenSchema.entries, token: v.string() });

const TOKENS = "/api/tokens";

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat("en", {
  dateStyle: "medium",
  timeStyle: "short",
});

/** A person's tokens for scripts: made, listed, revoked. */
export class TokenList {
  readonly element: HTMLElement;
  private readonly rows = element("tbody");
  private readonly table: HTMLTableElement;
  private readonly empty = element(
    "p",
    { class: "clio-settings-text" },
    "No tokens yet. A script sends one as a bearer header, and may then do what you may.",
  );
  /** The form of a new token, the token that was just made, and what went wrong. */
  private readonly place = element("div", { class: "clio-token-place" });
  private readonly newButton = button({
    label: "New token",
    icon: "plus",
    run: () => this.askForName(),
  });

  constructor() {
    this.table = settingsTable(
      "API tokens",
      ["Name", "Made", "Last used", "Ends"],
      this.rows,
    );
    this.element = element(
      "section",
      { class: "clio-settings-section", "aria-label": "API tokens" },
      element(
        "div",
        { class: "clio-settings-head" },
        element("h3", {}, "API tokens"),
        element("span", {}, "sent as a bearer header, never in a link"),
        this.newButton,
      ),
      this.place,
      this.table,
      this.empty,
    );
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.show(await ask(v.array(tokenSchema), "GET", TOKENS));
      // What was wrong is over; a token that was just made stays until it is put aside.
      this.place.querySelector(".clio-notice")?.remove();
    } catch (error) {
      this.table.hidden = true;
      this.empty.hidden = true;
      const retry = button({
        label: "Try again",
        run: () => void this.load(),
      });
      this.tell("The tokens could not be read", error, retry);
    }
  }

  private show(tokens: readonly Token[]): void {
    this.table.hidden = tokens.length === 0;
    this.empty.hidden = tokens.length > 0;
    this.rows.replaceChildren(...tokens.map((token) => this.row(token)));
  }

  private row(token: Token): HTMLElement {
    const { name, created, used, expires } = token;
    const revoke = button({
      label: "Revoke",
      run: () => void this.revoke(token),
    });
    revoke.classList.add("clio-revoke");
    revoke.setAttribute("aria-label", `Revoke ${name}`);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", {}, day.format(created)),
      element("td", {}, used === undefined ? "never" : moment.format(used)),
      element("td", {}, day.format(expires)),
      element("td", {}, revoke),
    );
  }

  private askForName(): void {
    const form = new NewToken(
      (name, days) => void this.make(name, days),
      () => this.close(),
    );
    this.place.replaceChildren(form.element);
    form.enter();
  }

  private close(): void {
    this.place.replaceChildren();
    this.newButton.focus();
  }

  private async make(name: string, days: number): Promise<void> {
    try {
      const made = await ask(madeSchema, "POST", TOKENS, { name, days });
      this.place.replaceChildren(this.shownOnce(made.name, made.token));
      this.place.querySelector("button")!.focus();
      await this.load();
    } catch (error) {
      this.tell("No token was made", error);
    }
  }

  /** The token, which nobody can read again once this is gone. */
  private shownOnce(name: string, token: string): HTMLElement {
    const field = element("input", {
      class: "clio-field clio-settings-input clio-token-text",
      type: "text",
      readonly: "",
      "aria-label": `The token ${name}`,
    });
    field.value = token;
    const said = element("span", { role: "status" });
    return element(
      "div",
      { class: "clio-token-once" },
      element("b", {}, name),
      element(
        "div",
        { class: "clio-settings-row" },
        field,
        button({
          label: "Copy",
          kind: "primary",
          run: () => {
            navigator.clipboard.writeText(token).then(
              () => (said.textContent = "Copied. "),
              // The browser may not allow it; then it is there to be copied by hand.
              () => field.select(),
            );
          },
        }),
        button({ label: "Done", run: () => this.close() }),
      ),
      element(
        "p",
        {},
        said,
        "Only a hash of it is stored. Once this closes, nobody can read it again.",
      ),
    );
  }

  private async revoke({ id, name }: Token): Promise<void> {
    try {
      await ask(v.null(), "DELETE", `${TOKENS}/${encodeURIComponent(id)}`);
      await this.load();
      this.newButton.focus();
    } catch (error) {
      this.tell(`${name} was not revoked`, error);
    }
  }

  private tell(what: string, error: unknown, ...actions: HTMLElement[]): void {
    this.place.replaceChildren(
      notice({
        severity: "bad",
        what: `${what}: ${(error as Error).message}`,
        next: "Try again when the server can be reached.",
        actions,
      }),
    );
  }
}
