// What adding, moving, tagging and deleting a mark cost the main thread while the panel is open, with a sandbox of any size, beside
// upstream's `local://annotations`, which has no tags: there a description is changed. Drawing the view is left out of both.
import type { Browser, Page } from "playwright-core";
import { bench, type Report } from "../../../config/bench/bench.js";
import { startPlainServer } from "../../../config/bench/plain.js";
import { launchSharedBrowser } from "../../../config/stories/browser.js";
import { StoryServer } from "../../../config/stories/server.js";
import { ensureDemo, storyData } from "../../../config/stories/volumes.js";
import type { SandboxLayer } from "./layer.js";
import { percentile95, quiet } from "./testing/bench_page.js";
import {
  localPoints,
  openFilled,
  openPanel,
  openView,
  short,
} from "./testing/bench_view.js";
import { MainThread } from "./testing/main_thread.js";
import { sampleId } from "./testing/sample_marks.js";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** With more the peer takes seconds for each: see annotations.bench.ts. */
const PEER_SIZES = [1_000, 10_000];
const PEER = "upstream local://annotations";

/** Each act is done so often at each size. */
const REPEATS = 32;

const ACTS = {
  add: "adding a point",
  move: "moving a point",
  tag: "tagging a point",
  delete: "deleting a point",
};
type Act = keyof typeof ACTS;

/** Does an act to the mark of a number. */
type Doing = (page: Page, act: Act, number: number) => Promise<void>;

interface LocalAnnotation {
  point: Float32Array;
  description: string;
}
interface LocalReference {
  value: LocalAnnotation;
  dispose(): void;
}
interface Window {
  viewer: {
    layerManager: {
      getLayerByName(name: string): {
        layer: SandboxLayer & {
          localAnnotations: {
            add(annotation: object, commit: boolean): LocalReference;
            getReference(id: string): LocalReference;
            update(reference: LocalReference, value: LocalAnnotation): void;
            commit(reference: LocalReference): void;
            delete(reference: LocalReference): void;
          };
        };
      };
    };
  };
}

/** Resolves once the act is on disk and with the worker, which has told the page of it. */
async function doOurs(page: Page, act: Act, number: number): Promise<void> {
  await page.evaluate(
    async ({ act, number, id }) => {
      const { viewer } = window as unknown as Window;
      const { layer } = viewer.layerManager.getLayerByName("marks");
      const source = layer.sandboxSource!;
      const told = new Promise<void>((resolve) => {
        const remove = source.marksChanged.add(() => {
          remove();
          resolve();
        });
      });
      const { editor } = source;
      const x = 20 + number;
      if (act === "add") layer.placePoint(Float32Array.of(x + 0.5, 128, 64));
      else if (act === "move") {
        await editor.edit("Move point", [id], (record) => ({
          ...record,
          kind: "point",
          position: [x, 130, 64],
        }));
      } else if (act === "tag") {
        await editor.edit("Tag point", [id], (record) => ({
          ...record,
          tags: [...record.tags, "again"],
        }));
      } else await editor.edit("Delete point", [id], () => undefined);
      await told;
    },
    { act, number, id: sampleId(number) },
  );
}

async function doPeer(page: Page, act: Act, number: number): Promise<void> {
  await page.evaluate(
    ({ act, number }) => {
      const { viewer } = window as unknown as Window;
      const { layer } = viewer.layerManager.getLayerByName("marks");
      const { localAnnotations } = layer;
      const point = Float32Array.of(20.5 + number, 128.5, 64.5);
      if (act === "add") {
        localAnnotations
          .add(
            { type: 0, id: "", point, properties: [], relatedSegments: [] },
            true,
          )
          .dispose();
        return;
      }
      const reference = localAnnotations.getReference(String(number));
      const { value } = reference;
      if (act === "delete") localAnnotations.delete(reference);
      else {
        localAnnotations.update(
          reference,
          act === "move"
            ? { ...value, point }
            : { ...value, description: "again" },
        );
        localAnnotations.commit(reference);
      }
      reference.dispose();
    },
    { act, number },
  );
}

/** The 95th percentile of the main thread's milliseconds for each act. */
async function measure(page: Page, doing: Doing): Promise<Record<Act, number>> {
  const thread = await MainThread.of(page);
  const times: Record<Act, number[]> = {
    add: [],
    move: [],
    tag: [],
    delete: [],
  };
  await quiet(page);
  for (let number = 0; number < REPEATS; ++number) {
    for (const act of Object.keys(ACTS) as Act[]) {
      const before = await thread.worked();
      await doing(page, act, number);
      await quiet(page);
      times[act].push((await thread.worked()) - before);
    }
  }
  await page.context().close();
  return {
    add: percentile95(times.add),
    move: percentile95(times.move),
    tag: percentile95(times.tag),
    delete: percentile95(times.delete),
  };
}

async function measureOurs(browser: Browser, origin: string, size: number) {
  const page = await openFilled(browser, origin, size);
  await openPanel(page);
  return measure(page, doOurs);
}

async function measurePeer(browser: Browser, origin: string, size: number) {
  return measure(await openView(browser, origin, localPoints(size)), doPeer);
}

async function measureAll(report: Report): Promise<void> {
  const data = storyData();
  await ensureDemo(data);
  const ours = await StoryServer.start(data);
  const plain = await startPlainServer(data);
  const browser = await launchSharedBrowser();
  try {
    for (const size of SIZES) {
      const own = await measureOurs(browser, ours.origin, size);
      const peer = PEER_SIZES.includes(size)
        ? await measurePeer(browser, plain.origin, size)
        : undefined;
      for (const [act, name] of Object.entries(ACTS) as [Act, string][]) {
        report({
          name: `${name}, main thread without drawing, 95th percentile, ${short(size)} stored`,
          value: own[act],
          unit: "ms",
          target: "< 16",
          ...(peer && { peer: PEER, peerValue: peer[act] }),
        });
      }
    }
  } finally {
    await browser.close();
    await ours.stop();
    await plain.stop();
  }
}

bench("annotations-edits", measureAll);
