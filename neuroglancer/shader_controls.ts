import type { WatchableValueInterface } from "neuroglancer/unstable/trackable_value.js";
import {
  type ShaderDataContext,
  ShaderControlState,
} from "neuroglancer/unstable/webgl/shader_ui_controls.js";

/** What is used here of upstream's class, part of which it declares private: there is no other way in. */
interface ControlState {
  dataContext: WatchableValueInterface<ShaderDataContext | null>;
  handleFragmentMainChanged: (this: ControlState) => void;
}

/**
 * To be called once, before a viewer is made. Upstream gives a shader's `invlerp` control to annotations that have no property of a number,
 * and its widget then throws at what it has no range for. With ours the control is refused where it stands in the shader, as it is in any
 * other layer that has nothing to control.
 */
export function refuseControlsOfNothing(): void {
  const state = ShaderControlState.prototype as unknown as ControlState;
  const { handleFragmentMainChanged } = state;
  state.handleFragmentMainChanged = function () {
    const { dataContext } = this;
    const { changed, value } = dataContext;
    if (value?.properties?.size !== 0) {
      handleFragmentMainChanged.call(this);
      return;
    }
    this.dataContext = { changed, value: { ...value, properties: undefined } };
    handleFragmentMainChanged.call(this);
    this.dataContext = dataContext;
  };
}
