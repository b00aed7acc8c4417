import svgArrowDown from "ikonate/icons/arrow-down.svg?raw";
import svgArrowUp from "ikonate/icons/arrow-up.svg?raw";
import svgBack from "ikonate/icons/arrow-left.svg?raw";
import svgBin from "ikonate/icons/bin.svg?raw";
import svgDataset from "ikonate/icons/box.svg?raw";
import svgCamera from "ikonate/icons/camera.svg?raw";
import svgClock from "ikonate/icons/time.svg?raw";
import svgClose from "ikonate/icons/close.svg?raw";
import svgComment from "ikonate/icons/chat.svg?raw";
import svgDanger from "ikonate/icons/danger.svg?raw";
import svgHidden from "ikonate/icons/eye-closed.svg?raw";
import svgShown from "ikonate/icons/eye.svg?raw";
import svgExport from "ikonate/icons/download.svg?raw";
import svgEdit from "ikonate/icons/edit.svg?raw";
import svgError from "ikonate/icons/error.svg?raw";
import svgFilter from "ikonate/icons/filter.svg?raw";
import svgImage from "ikonate/icons/image.svg?raw";
import svgLink from "ikonate/icons/link.svg?raw";
import svgList from "ikonate/icons/list.svg?raw";
import svgUnlocked from "ikonate/icons/lock-open.svg?raw";
import svgLocked from "ikonate/icons/lock.svg?raw";
import svgMinus from "ikonate/icons/minus.svg?raw";
import svgOk from "ikonate/icons/ok.svg?raw";
import svgPlus from "ikonate/icons/plus.svg?raw";
import svgRedo from "ikonate/icons/redo.svg?raw";
import svgRefresh from "ikonate/icons/refresh.svg?raw";
import svgSettings from "ikonate/icons/settings.svg?raw";
import svgSearch from "ikonate/icons/search.svg?raw";
import svgTag from "ikonate/icons/tag.svg?raw";
import svgImport from "ikonate/icons/upload.svg?raw";
import svgUser from "ikonate/icons/user.svg?raw";
import svgUndo from "ikonate/icons/undo.svg?raw";
import svgBox from "./icons/box.svg?raw";
import svgColumns from "./icons/columns.svg?raw";
import svgConnections from "./icons/connections.svg?raw";
import svgEllipsoid from "./icons/ellipsoid.svg?raw";
import svgLine from "./icons/line.svg?raw";
import svgMerge from "./icons/merge.svg?raw";
import svgPoint from "./icons/point.svg?raw";
import svgPolyline from "./icons/polyline.svg?raw";
import svgSphere from "./icons/sphere.svg?raw";
import svgTarget from "./icons/target.svg?raw";
import "./ui.css";

/** The six kinds of marks are named as in the model. */
const sources = {
  back: svgBack,
  bin: svgBin,
  box: svgBox,
  camera: svgCamera,
  clock: svgClock,
  close: svgClose,
  columns: svgColumns,
  comment: svgComment,
  connections: svgConnections,
  dataset: svgDataset,
  down: svgArrowDown,
  edit: svgEdit,
  ellipsoid: svgEllipsoid,
  error: svgError,
  export: svgExport,
  filter: svgFilter,
  hidden: svgHidden,
  image: svgImage,
  import: svgImport,
  line: svgLine,
  link: svgLink,
  list: svgList,
  locked: svgLocked,
  merge: svgMerge,
  minus: svgMinus,
  ok: svgOk,
  plus: svgPlus,
  point: svgPoint,
  polyline: svgPolyline,
  redo: svgRedo,
  refresh: svgRefresh,
  search: svgSearch,
  settings: svgSettings,
  shown: svgShown,
  sphere: svgSphere,
  tag: svgTag,
  target: svgTarget,
  undo: svgUndo,
  unlocked: svgUnlocked,
  up: svgArrowUp,
  user: svgUser,
  warning: svgDanger,
};

export type IconName = keyof typeof sources;

const drawings = new Map<IconName, Element>();

/** Draws an icon. It is hidden from screen readers: a word beside it, or the label of its button, says what it means. */
export function icon(name: IconName): Element {
  let drawing = drawings.get(name);
  if (drawing === undefined) {
    drawing = parse(sources[name]);
    drawings.set(name, drawing);
  }
  return drawing.cloneNode(true) as Element;
}

function parse(svg: string): Element {
  const drawing = new DOMParser().parseFromString(
    svg,
    "image/svg+xml",
  ).documentElement;
  // The package gives each icon a title of its own, which would be shown on hover and read out before the real words.
  drawing.replaceChildren(
    ...[...drawing.children].filter(({ localName }) => localName !== "title"),
  );
  drawing.removeAttribute("aria-labelledby");
  drawing.removeAttribute("role");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "clio-icon");
  return document.importNode(drawing, true);
}
