import {
  replaceSelected,
  selectedInOrder,
  selectTogether,
} from "./selection.js";
import { shownSegments } from "./testing/shown_segments.js";

function selected(...ids: bigint[]) {
  const state = shownSegments();
  for (const id of ids) state.visibleSegments.add(id);
  return state;
}

describe("The selection of segments", () => {
  it("keeps its order, and leaves out what is hidden", () => {
    const state = selected(9n, 1n, 18446744073709551615n, 5n);
    state.visibleSegments.delete(1n);
    expect(selectedInOrder(state)).toEqual([9n, 18446744073709551615n, 5n]);
  });

  it("has others in the place of those that they stand for, and hides what was hidden", () => {
    const state = selected(9n, 1n, 5n);
    state.visibleSegments.delete(1n);
    replaceSelected(state, (id) => (id === 9n ? [4n, 3n] : [id]));
    expect(selectedInOrder(state)).toEqual([4n, 3n, 5n]);
    expect([...state.selectedSegments]).toEqual([4n, 3n, 1n, 5n]);
    replaceSelected(state, (id) => (id < 5n ? [3n] : [id]));
    expect(selectedInOrder(state)).toEqual([3n, 5n]);
  });

  it("tells of nothing where nothing is another", () => {
    const state = selected(9n, 1n);
    let told = 0;
    state.selectedSegments.changed.add(() => ++told);
    replaceSelected(state, (id) => [id]);
    expect(told).toBe(0);
  });

  it("takes parts together in their order, where the first of them is or at the end", () => {
    const state = selected(9n, 2n, 5n, 3n);
    selectTogether(state, [3n, 1n, 2n]);
    expect(selectedInOrder(state)).toEqual([9n, 3n, 1n, 2n, 5n]);
    selectTogether(state, [7n, 6n]);
    expect(selectedInOrder(state)).toEqual([9n, 3n, 1n, 2n, 5n, 7n, 6n]);
  });
});
