import { datasetOfAtlas } from "../../model/atlas.js";
import { mergedSegmentationOf } from "../../model/merge.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import type { SandboxSummary } from "../../store/sandboxes.js";
import type { Store } from "../../store/store.js";
import { button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import type { Belongings } from "../belongings.js";
import "./sign_in.css";

/** Users who have said that the marks of this machine are not theirs. */
const LEFT_KEY = "clio.left";

/** What was made on this machine before anybody signed in. */
export interface Unclaimed {
  readonly sandboxes: readonly SandboxSummary[];
  /** How many belongings beside marks. */
  readonly others: number;
}

/** The sandboxes that were begun on this machine before anybody signed in, as far as there is something in them, and what else was made. */
export async function unclaimed(
  store: Store,
  belongings: Belongings,
): Promise<Unclaimed | undefined> {
  if (store.person === LOCAL_USER) return undefined;
  const all = await store.list();
  const sandboxes = all.filter(
    ({ user, atMost }) => user === LOCAL_USER && atMost > 0,
  );
  const others = await belongings.count(LOCAL_USER).catch(() => 0);
  if (sandboxes.length === 0 && others === 0) return undefined;
  return { sandboxes, others };
}

/** Whether the person has said before that they are somebody else's. */
export function wereLeft(user: string): boolean {
  return leftBy().includes(user);
}

function leftBy(): string[] {
  const text = localStorage.getItem(LEFT_KEY);
  return text === null ? [] : text.split("\n");
}

/** How much is in a sandbox, and of what. */
function contentOf({ title, dataset, atMost }: SandboxSummary): string {
  const count = atMost.toLocaleString("en");
  const ending = atMost === 1 ? "" : "s";
  const atlas = datasetOfAtlas(dataset);
  if (atlas !== undefined)
    return `${atlas}: ${count} place${ending} of the atlas`;
  const merged = mergedSegmentationOf(dataset);
  return merged === undefined
    ? `${title}: ${count} mark${ending}`
    : `${merged.dataset}: ${count} merge${ending}`;
}

/** Asks whether the account takes over what was marked on this machine before the first sign-in, and does it. */
export class AdoptionDialog {
  private readonly problem = element("div", {});
  private readonly dialog: Dialog;
  private readonly adoptButton = button({
    label: "Take them into my account",
    kind: "primary",
    run: () => void this.adopt(),
  });

  constructor(
    private readonly store: Store,
    private readonly belongings: Belongings,
    private readonly found: Unclaimed,
    /** Called when the account has them. */
    private readonly adopted: () => void,
  ) {
    this.dialog = new Dialog({
      title: "Marks on this machine",
      parts: [
        element(
          "p",
          { class: "clio-sign-in-text" },
          `This was made here before anybody signed in. Is it yours? Then it comes into the account of ${store.person}, and is on all your machines.`,
        ),
        element(
          "ul",
          { class: "clio-sign-in-list" },
          ...found.sandboxes.map((sandbox) =>
            element("li", {}, contentOf(sandbox)),
          ),
          ...(found.others === 0
            ? []
            : [
                element(
                  "li",
                  {},
                  `${belongings.name}: ${found.others.toLocaleString("en")}`,
                ),
              ]),
        ),
        this.problem,
        element(
          "footer",
          { class: "clio-sign-in-foot" },
          button({ label: "They are not mine", run: () => this.leave() }),
          this.adoptButton,
        ),
      ],
    });
  }

  show(): void {
    this.dialog.open(this.adoptButton);
  }

  private leave(): void {
    localStorage.setItem(LEFT_KEY, [...leftBy(), this.store.person].join("\n"));
    this.dialog.close();
  }

  private async adopt(): Promise<void> {
    const { store, belongings, found } = this;
    this.adoptButton.disabled = true;
    try {
      for (const { user, dataset } of found.sandboxes) {
        await store.adopt({ user, dataset }, { user: store.person, dataset });
      }
      if (found.others > 0) {
        await belongings.adopt(LOCAL_USER, store.person);
      }
      this.dialog.close();
      this.adopted();
    } catch (error) {
      this.adoptButton.disabled = false;
      this.problem.replaceChildren(
        notice({
          severity: "bad",
          what: `Not all were taken over: ${(error as Error).message}`,
          kept: "Those that were not are where they were.",
        }),
      );
    }
  }
}
