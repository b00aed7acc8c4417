import {
  makeToolActivationStatusMessageWithHeader,
  type ToolActivation,
} from "neuroglancer/unstable/ui/tool.js";
import { type IconName, icon } from "./icons.js";
import "./tool_line.css";

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
