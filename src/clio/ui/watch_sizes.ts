/**
 * Calls back in the frame after some elements got their first sizes, or others.
 * Within the browser's own report they must not be changed: where that gives one of them yet another size, as a scroll bar that appears
 * does, the browser raises an error of the page.
 * @returns what ends it
 */
export function watchSizes(
  elements: readonly HTMLElement[],
  changed: () => void,
): () => void {
  let frame: number | undefined;
  const observer = new ResizeObserver(() => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      changed();
    });
  });
  for (const each of elements) observer.observe(each);
  return () => {
    observer.disconnect();
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
