import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import type { Store } from "../../store/store.js";
import type { Account } from "../account.js";
import { syncWord } from "./sync_words.js";
import "./sync.css";

/** Has the button of the top bar say how the copy on the server is, or that one may sign in. */
export class SyncButton extends RefCounted {
  private readonly label: Element;

  constructor(
    private readonly button: HTMLButtonElement,
    private readonly store: Store,
    private readonly account: Account,
  ) {
    super();
    this.label = button.querySelector(".clio-button-label")!;
    const update = () => this.update();
    this.registerDisposer(store.sync.changed.add(update));
    this.registerDisposer(account.session.changed.add(update));
    update();
  }

  private update(): void {
    const { store, account, label, button } = this;
    const standing = store.sync.value;
    const session = account.session.value;
    const isNobody =
      session?.signIn !== undefined &&
      session.user === undefined &&
      store.person === LOCAL_USER;
    // What changes with every mark, and is over in a moment, would only flicker.
    const isBusy =
      standing?.how === "online" &&
      standing.conflicts === 0 &&
      standing.waiting > 0;
    if (isNobody) label.textContent = "Sign in";
    else if (standing === undefined) label.textContent = "Sync";
    else if (!isBusy) label.textContent = syncWord(standing);
    button.classList.toggle(
      "clio-warn",
      standing !== undefined &&
        (standing.conflicts > 0 || standing.how !== "online"),
    );
  }
}
