import type { SandboxSource } from "../frontend.js";
import type { Bodies } from "../segments/bodies.js";
import type { MarkFormContext } from "./form_context.js";

/**
 * What the form of a mark of this sandbox works with.
 * @param acts what a form's buttons and its end do where it is shown
 */
export function formContextOf(
  source: SandboxSource,
  bodies: Bodies,
  acts: Pick<MarkFormContext, "go" | "remove" | "leave">,
): MarkFormContext {
  const { editor, vocabulary } = source;
  const { space } = source.parameters;
  return {
    ...acts,
    editor,
    vocabulary,
    lockedSets: editor.lockedSets,
    space,
    bodies,
    words: async () => {
      const { types, tags, sets } = await source.query.facets();
      return {
        types: types.map(({ value }) => value),
        tags: tags.map(({ value }) => value),
        sets: sets.map(({ value }) => value),
      };
    },
  };
}
