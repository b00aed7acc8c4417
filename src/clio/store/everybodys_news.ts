/**
 * Tells all pages of a browser that there is something new of what all who may read a dataset see: one of them listens to the server for
 * all.
 */
import * as v from "valibot";

const CHANNEL = "clio.everybodys-news";

const newsSchema = v.object({ dataset: v.optional(v.string()) });

/** Says that there may be something new, in this page too. @param dataset as in SandboxKey; absent where it may be any */
export function tellEverybodysNews(dataset?: string): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ dataset } satisfies v.InferInput<typeof newsSchema>);
  channel.close();
}

/** Listens to that. @returns what stops it */
export function onEverybodysNews(
  listener: (dataset: string | undefined) => void,
): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    // A page of another version may say something else.
    const news = v.safeParse(newsSchema, data);
    if (news.success) listener(news.output.dataset);
  });
  return () => channel.close();
}
