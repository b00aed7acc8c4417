import { emptyValidCoordinateSpace } from "neuroglancer/unstable/coordinate_transform.js";
import {
  LayerManager,
  LayerSelectedValues,
  MouseSelectionState,
  TrackableDataSelectionState,
} from "neuroglancer/unstable/layer/index.js";
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { keepPinnedSelection } from "./pinned_selection.js";

describe("A selection", () => {
  let mouse: MouseSelectionState;
  let underMouse: LayerSelectedValues;
  let selection: TrackableDataSelectionState;

  const marked = {
    layers: [],
    coordinateSpace: emptyValidCoordinateSpace,
    position: undefined,
  };

  /** Lets upstream hear of a pin, which it does in a timer. */
  const heard = () => new Promise((resolve) => setTimeout(resolve, 20));

  beforeEach(async () => {
    mouse = new MouseSelectionState();
    underMouse = new LayerSelectedValues(new LayerManager(), mouse);
    selection = new TrackableDataSelectionState(
      new WatchableValue(emptyValidCoordinateSpace),
      underMouse,
    );
    selection.pin.value = false;
    await heard();
  });

  afterEach(() => {
    selection.dispose();
    underMouse.dispose();
  });

  /** Pins a selection, and moves the mouse before upstream has heard of it. */
  function pinAndMove(): void {
    selection.pin.value = true;
    selection.value = marked;
    mouse.setActive(true);
  }

  it("of the plain viewer is lost to the mouse that moves as it is pinned", () => {
    pinAndMove();
    expect(selection.value).not.toBe(marked);
  });

  it("follows the mouse as long as it is not pinned, and not from that very moment on", async () => {
    keepPinnedSelection(selection);
    mouse.setActive(true);
    expect(selection.value?.position).toEqual(mouse.position);

    pinAndMove();
    expect(selection.value).toBe(marked);
    await heard();
    mouse.setActive(true);
    expect(selection.value).toBe(marked);
  });

  it("is what lies under the mouse where a person asks for that, pinned or not", () => {
    keepPinnedSelection(selection);
    mouse.setActive(true);
    selection.select();
    expect(selection.pin.value).toBeTrue();
    expect(selection.value?.position).toEqual(mouse.position);
  });
});
