import type { AnnotationRecord } from "../../model/annotation.js";
import type { SandboxContext } from "../sandbox_context.js";

/** Some marks that can go along with a link. */
interface MarksChoice {
  readonly title: string;
  readonly count: number;
  /** Whether the person has chosen them one by one. */
  readonly isChosen: boolean;
  read(): Promise<readonly AnnotationRecord[]>;
}

/** The marks of the sandbox in view, the narrowest choice first; undefined where there is no sandbox. */
export function marksToShare({
  layer,
  chosen,
}: SandboxContext):
  { dataset: string; choices: readonly MarksChoice[] } | undefined {
  const source = layer?.sandboxSource;
  if (source === undefined) return undefined;
  const { query, parameters } = source;
  const choices: MarksChoice[] = [];
  if (chosen.size > 0) {
    const ids = chosen.list();
    choices.push({
      title: "Those chosen in the table",
      count: ids.length,
      isChosen: true,
      read: async () => {
        const records = await query.records(ids);
        return records.filter((record) => record !== undefined);
      },
    });
  }
  if (query.matching !== undefined && query.matching > 0) {
    const isFiltered = query.query.value.text.trim() !== "";
    choices.push({
      title: isFiltered ? "Those that the search finds" : "All in this dataset",
      count: query.matching,
      isChosen: false,
      read: async () => {
        const records: AnnotationRecord[] = [];
        for await (const batch of query.batches()) records.push(...batch);
        return records;
      },
    });
  }
  return { dataset: parameters.key.dataset, choices };
}
