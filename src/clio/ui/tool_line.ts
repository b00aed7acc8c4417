import {
  makeToolActivationStatusMessageWithHeader,
  type ToolActivation,
} from "neuroglancer/unstable/ui/tool.js";
import { type IconName, icon } from "./icons.js";
import "./tool_line.css";

/** A press that moved further than this many pixels was a drag of the view. */
const CLICK_TOLERANCE_PIXELS = 3;

/** The viewer's line of a tool, while it is active. Returns the part of it that says what to do next. */
export function toolLine(
  activation: ToolActivation,
  name: IconName,
  title: string,
): HTMLElement {
  const { header, body } =
    makeToolActivationStatusMessageWithHeader(activation);
  header.classList.add("clio-tool");
  header.append(icon(name), title);
  body.classList.add("clio-tool");
  return body;
}

/** Knows where the last press began, so that the end of a drag is not taken for a click. */
export function followPress(activation: ToolActivation) {
  let x = 0;
  let y = 0;
  activation.registerEventListener(
    window,
    "pointerdown",
    (event: Event) => {
      x = (event as PointerEvent).clientX;
      y = (event as PointerEvent).clientY;
    },
    { capture: true },
  );
  return {
    isClick: (event: MouseEvent) =>
      Math.hypot(event.clientX - x, event.clientY - y) <=
      CLICK_TOLERANCE_PIXELS,
  };
}
