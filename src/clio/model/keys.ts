/** Where a key acts. */
export type KeyMode =
  /** Anywhere on the page, but not while a person types in a field. */
  | "everywhere"
  /** While a tool that draws marks is active and the pointer is over the view. */
  | "drawing"
  /** While the panel of marks has the focus or a mark is selected, but not while a person types in a field. */
  | "reviewing marks"
  /** While the pointer is over a slice. */
  | "pointing at a slice"
  /** While the search panel has the focus, but not while a person types in a field. */
  | "reviewing matches"
  /** In merge mode, while the pointer is over the view; its letters anywhere but in a field. */
  | "merging"
  /** While the panel of merges has the focus, but not while a person types in a field. */
  | "reviewing merges"
  /** While the panel of requests to merge has the focus, but not while a person types in a field. */
  | "reviewing requests"
  /** While the panel of connections has the focus, but not while a person types in a field. */
  | "reading connections"
  /** While the tool that adds places to the atlas is active; its click while the pointer is over the view. */
  | "placing"
  /** While the panel of the atlas has the focus, but not while a person types in a field. */
  | "looking at the atlas"
  /** While the panel of bodies has the focus, but not while a person types in a field. */
  | "reading bodies";

/** One line of the key table. */
export interface KeyBinding {
  /** As the viewer writes an input event: modifiers, then the key's code in lower case. */
  readonly input: string;
  /** Name of the action, as the viewer's help shows it. */
  readonly action: string;
  readonly mode: KeyMode;
  /** Where the binding takes over one of the viewer's own: which action, and why. */
  readonly replaces?: { readonly action: string; readonly reason: string };
}

const REVIEW = "reviewing marks";
const MATCHES = "reviewing matches";
const MERGES = "reviewing merges";
const REQUESTS = "reviewing requests";
const IN_MERGES_PANEL = "only while the panel of merges has the focus";
const IN_REQUESTS_PANEL = "only while the panel of requests has the focus";
const CONNECTIONS = "reading connections";
const IN_CONNECTIONS = "only while the panel of connections has the focus";
const ATLAS = "looking at the atlas";
const BODIES = "reading bodies";
const IN_BODIES = "only while the panel of bodies has the focus";
const IN_PANEL = "only while the search panel has the focus";
const IN_ATLAS = "only while the panel of the atlas has the focus";

/** Digits set the dataset's choice of the selected mark. */
const CHOICE_KEYS = ([1, 2, 3, 4, 5, 6, 7, 8, 9] as const).map(
  (digit) =>
    ({
      input: `digit${digit}`,
      action: `review-choice-${digit}`,
      mode: REVIEW,
      replaces: {
        action: `toggle-layer-${digit}`,
        reason: "a click on the layer does the same, and a mark is at hand",
      },
    }) as const,
);

/** Every key of Clio. The viewer's help, the buttons and the test of collisions all read this table. */
export const KEYS = [
  { input: "keyd", action: "open-dataset", mode: "everywhere" },
  { input: "keyi", action: "toggle-marks-panel", mode: "everywhere" },
  { input: "keyp", action: "place-point", mode: "everywhere" },
  { input: "keyg", action: "grab-mark", mode: "everywhere" },
  { input: "keyy", action: "share-view", mode: "everywhere" },
  { input: "keyw", action: "toggle-search-panel", mode: "everywhere" },
  { input: "keyf", action: "search-at-cross-hair", mode: "everywhere" },
  { input: "keyq", action: "toggle-merges-panel", mode: "everywhere" },
  { input: "keyt", action: "toggle-merge-mode", mode: "everywhere" },
  { input: "keyc", action: "toggle-connections-panel", mode: "everywhere" },
  { input: "alt+keyn", action: "toggle-napari-panel", mode: "everywhere" },
  { input: "keym", action: "merge-selected", mode: "everywhere" },
  {
    input: "shift+keym",
    action: "unmerge-selected",
    mode: "everywhere",
    replaces: {
      action: "tool-M",
      reason:
        "it is the key of the original Clio, and undoes what M without Shift does; a tool can have any other letter",
    },
  },
  { input: "alt+keya", action: "toggle-atlas-panel", mode: "everywhere" },
  {
    input: "shift+keya",
    action: "atlas-add",
    mode: "everywhere",
    replaces: {
      action: "tool-A",
      reason: "a tool can have any other letter",
    },
  },
  {
    input: "shift+keyn",
    action: "atlas-place",
    mode: "everywhere",
    replaces: {
      action: "tool-N",
      reason: "a tool can have any other letter",
    },
  },
  { input: "alt+keyl", action: "toggle-labels-panel", mode: "everywhere" },
  { input: "alt+keyb", action: "toggle-bodies-panel", mode: "everywhere" },
  { input: "control+keyz", action: "undo", mode: "everywhere" },
  {
    input: "control+shift+keyz",
    action: "redo",
    mode: "everywhere",
    replaces: {
      action: "tool-Z",
      reason:
        "redo has this key everywhere; a tool that is bound to Z keeps Shift+Z",
    },
  },
  { input: "at:click0", action: "click-vertex", mode: "drawing" },
  {
    input: "at:dblclick0",
    action: "finish-shape-by-double-click",
    mode: "drawing",
    replaces: {
      action: "select",
      reason: "its clicks are vertices, and no choice of a segment",
    },
  },
  {
    input: "enter",
    action: "finish-shape",
    mode: "drawing",
    replaces: {
      action: "finish-annotation",
      reason: "the same, for the shape of Clio's own tool",
    },
  },
  {
    input: "backspace",
    action: "take-back-vertex",
    mode: "drawing",
    replaces: {
      action: "undo-annotation-step",
      reason: "the same, for the shape of Clio's own tool",
    },
  },
  { input: "escape", action: "leave-tool", mode: "drawing" },
  { input: "keyj", action: "review-next", mode: REVIEW },
  { input: "keyk", action: "review-previous", mode: REVIEW },
  { input: "keyu", action: "review-next-unchecked", mode: REVIEW },
  {
    input: "enter",
    action: "review-go",
    mode: REVIEW,
    replaces: {
      action: "finish-annotation",
      reason: "only outside of the slices, where no shape is drawn",
    },
  },
  {
    input: "space",
    action: "review-check",
    mode: REVIEW,
    replaces: {
      action: "toggle-layout",
      reason: "the buttons of the slices do the same, and a mark is at hand",
    },
  },
  { input: "keyc", action: "review-comment", mode: REVIEW },
  { input: "keyt", action: "review-type", mode: REVIEW },
  { input: "delete", action: "review-delete", mode: REVIEW },
  { input: "slash", action: "review-search", mode: REVIEW },
  ...CHOICE_KEYS,
  {
    input: "at:alt+click0",
    action: "search-like-this",
    mode: "pointing at a slice",
  },
  {
    input: "keya",
    action: "match-accept",
    mode: MATCHES,
    replaces: { action: "toggle-axis-lines", reason: IN_PANEL },
  },
  {
    input: "keyx",
    action: "match-reject",
    mode: MATCHES,
    replaces: { action: "clear-segments", reason: IN_PANEL },
  },
  {
    input: "space",
    action: "match-skip",
    mode: MATCHES,
    replaces: { action: "toggle-layout", reason: IN_PANEL },
  },
  {
    input: "enter",
    action: "match-go",
    mode: MATCHES,
    replaces: { action: "finish-annotation", reason: IN_PANEL },
  },
  {
    input: "backspace",
    action: "match-go-back",
    mode: MATCHES,
    replaces: { action: "undo-annotation-step", reason: IN_PANEL },
  },
  { input: "equal", action: "match-add-example", mode: MATCHES },
  { input: "minus", action: "match-add-counterexample", mode: MATCHES },
  { input: "control+enter", action: "matches-keep", mode: MATCHES },
  { input: "control+keys", action: "search-save", mode: MATCHES },
  { input: "escape", action: "search-cancel", mode: MATCHES },
  { input: "at:click0", action: "merge-click", mode: "merging" },
  { input: "escape", action: "leave-merge-mode", mode: "merging" },
  { input: "keyj", action: "merges-next", mode: MERGES },
  { input: "keyk", action: "merges-previous", mode: MERGES },
  { input: "keyc", action: "merges-comment", mode: MERGES },
  { input: "delete", action: "merges-remove", mode: MERGES },
  { input: "slash", action: "merges-search", mode: MERGES },
  {
    input: "space",
    action: "merges-choose",
    mode: MERGES,
    replaces: { action: "toggle-layout", reason: IN_MERGES_PANEL },
  },
  { input: "control+enter", action: "merges-send", mode: MERGES },
  {
    input: "keyr",
    action: "merges-requests",
    mode: MERGES,
    replaces: { action: "rotate-relative-z-", reason: IN_MERGES_PANEL },
  },
  { input: "keyj", action: "request-next", mode: REQUESTS },
  { input: "keyk", action: "request-previous", mode: REQUESTS },
  {
    input: "keya",
    action: "request-accept",
    mode: REQUESTS,
    replaces: { action: "toggle-axis-lines", reason: IN_REQUESTS_PANEL },
  },
  {
    input: "keyx",
    action: "request-reject",
    mode: REQUESTS,
    replaces: { action: "clear-segments", reason: IN_REQUESTS_PANEL },
  },
  {
    input: "space",
    action: "request-later",
    mode: REQUESTS,
    replaces: { action: "toggle-layout", reason: IN_REQUESTS_PANEL },
  },
  { input: "keyc", action: "request-comment", mode: REQUESTS },
  { input: "control+enter", action: "request-finish", mode: REQUESTS },
  {
    input: "backspace",
    action: "request-back",
    mode: REQUESTS,
    replaces: { action: "undo-annotation-step", reason: IN_REQUESTS_PANEL },
  },
  { input: "keyj", action: "partner-next", mode: CONNECTIONS },
  { input: "keyk", action: "partner-previous", mode: CONNECTIONS },
  {
    input: "space",
    action: "partner-toggle",
    mode: CONNECTIONS,
    replaces: { action: "toggle-layout", reason: IN_CONNECTIONS },
  },
  {
    input: "keya",
    action: "partners-all",
    mode: CONNECTIONS,
    replaces: { action: "toggle-axis-lines", reason: IN_CONNECTIONS },
  },
  {
    input: "keyo",
    action: "connections-side",
    mode: CONNECTIONS,
    replaces: {
      action: "toggle-orthographic-projection",
      reason: IN_CONNECTIONS,
    },
  },
  {
    input: "keyv",
    action: "partner-synapses",
    mode: CONNECTIONS,
    replaces: { action: "toggle-default-annotations", reason: IN_CONNECTIONS },
  },
  {
    input: "keyn",
    action: "synapse-next",
    mode: CONNECTIONS,
    replaces: { action: "add-layer", reason: IN_CONNECTIONS },
  },
  {
    input: "keyb",
    action: "synapse-previous",
    mode: CONNECTIONS,
    replaces: { action: "toggle-scale-bar", reason: IN_CONNECTIONS },
  },
  { input: "control+enter", action: "synapses-keep", mode: CONNECTIONS },
  {
    input: "backspace",
    action: "connections-back",
    mode: CONNECTIONS,
    replaces: { action: "undo-annotation-step", reason: IN_CONNECTIONS },
  },
  {
    input: "shift+backspace",
    action: "connections-forth",
    mode: CONNECTIONS,
  },
  { input: "keyu", action: "connections-follow", mode: CONNECTIONS },
  { input: "slash", action: "connections-filter", mode: CONNECTIONS },
  { input: "at:click0", action: "atlas-place-click", mode: "placing" },
  { input: "escape", action: "leave-placing", mode: "placing" },
  { input: "keyj", action: "atlas-next", mode: ATLAS },
  { input: "keyk", action: "atlas-previous", mode: ATLAS },
  {
    input: "enter",
    action: "atlas-go",
    mode: ATLAS,
    replaces: { action: "finish-annotation", reason: IN_ATLAS },
  },
  {
    input: "backspace",
    action: "atlas-go-back",
    mode: ATLAS,
    replaces: { action: "undo-annotation-step", reason: IN_ATLAS },
  },
  { input: "escape", action: "atlas-close", mode: ATLAS },
  { input: "slash", action: "atlas-search", mode: ATLAS },
  { input: "delete", action: "atlas-delete", mode: ATLAS },
  {
    input: "keyv",
    action: "atlas-verify",
    mode: ATLAS,
    replaces: { action: "toggle-default-annotations", reason: IN_ATLAS },
  },
  { input: "keyc", action: "atlas-comment", mode: ATLAS },
  {
    input: "keyr",
    action: "atlas-request-changes",
    mode: ATLAS,
    replaces: { action: "rotate-relative-z-", reason: IN_ATLAS },
  },
  { input: "keyu", action: "atlas-unverify", mode: ATLAS },
  { input: "keyj", action: "body-next", mode: BODIES },
  { input: "keyk", action: "body-previous", mode: BODIES },
  {
    input: "space",
    action: "body-toggle",
    mode: BODIES,
    replaces: { action: "toggle-layout", reason: IN_BODIES },
  },
  {
    input: "keya",
    action: "bodies-all",
    mode: BODIES,
    replaces: { action: "toggle-axis-lines", reason: IN_BODIES },
  },
  {
    input: "keye",
    action: "body-edit",
    mode: BODIES,
    replaces: { action: "rotate-relative-z+", reason: IN_BODIES },
  },
  { input: "keyu", action: "bodies-of-selection", mode: BODIES },
  { input: "slash", action: "bodies-query", mode: BODIES },
] as const satisfies readonly KeyBinding[];

/** Names of all actions of the key table. */
export type KeyAction = (typeof KEYS)[number]["action"];

/** The input that an action is bound to. */
export function keyOf(action: KeyAction): string {
  return KEYS.find((key) => key.action === action)!.input;
}

/** The bindings of one mode, as the viewer's event maps take them. */
export function bindingsOf(mode: KeyMode): Record<string, KeyAction> {
  return Object.fromEntries(
    KEYS.filter((key) => key.mode === mode).map(({ input, action }) => [
      input,
      action,
    ]),
  );
}
