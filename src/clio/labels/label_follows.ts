import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { VolumeSource } from "../../../neuroglancer/volume_source.js";
import type { LabelVolume } from "../model/labels.js";
import { type KeptFollow, KeptFollows } from "./kept_follows.js";
import type { Following, LabelMarker } from "./label_marker.js";

/** How it stands with a volume whose labels marks follow. */
export interface FollowState {
  readonly field: string;
  /** Whether it follows now: else it goes on when the volume and the marks are in view. */
  readonly isOn: boolean;
  /** Why labels could not be looked up, the last time. */
  readonly problem: string | undefined;
}

interface LabelFollowsOptions {
  readonly marks: LabelMarker;
  /** A volume as a layer of the view reads it; undefined while none does. */
  readonly open: (volume: LabelVolume) => Promise<VolumeSource> | undefined;
  readonly changed: () => void;
}

/** One that is in view with the marks. */
interface Running {
  readonly field: string;
  /** Undefined while it is being begun. */
  following: Following | undefined;
}

/** The volumes of labels whose labels marks follow, in the dataset that is open. */
export class LabelFollows extends RefCounted {
  private kept: KeptFollows | undefined;
  /** Those that the person may see. */
  private volumes: readonly LabelVolume[] = [];
  /** By the id of the volume. */
  private readonly running = new Map<string, Running>();
  private readonly problems = new Map<string, string>();

  constructor(private readonly options: LabelFollowsOptions) {
    super();
    // Another tab has begun one, or has ended it.
    this.registerEventListener(window, "storage", (event: Event) => {
      const { key } = event as StorageEvent;
      if (key !== null && key !== this.kept?.key) return;
      this.adapt();
      options.changed();
    });
    this.registerDisposer(() => this.endAll());
  }

  /** How it stands with a volume; undefined where marks do not follow it. */
  stateOf({ id }: LabelVolume): FollowState | undefined {
    const follow = this.kept?.value.find(({ volume }) => volume === id);
    if (follow === undefined) return undefined;
    const following = this.running.get(id)?.following;
    const isOn = following !== undefined && following.wasDisposed !== true;
    return { field: follow.field, isOn, problem: this.problems.get(id) };
  }

  /**
   * Begins and ends what is to follow now.
   * @param volumes those that the person may see; of others nothing follows any more
   */
  update(
    person: string,
    dataset: string,
    volumes: readonly LabelVolume[],
  ): void {
    let { kept } = this;
    const its = new KeptFollows(person, dataset);
    if (kept?.key !== its.key) {
      this.endAll();
      this.kept = kept = its;
    }
    this.volumes = volumes;
    const isThere = ({ volume }: KeptFollow) =>
      volumes.some(({ id }) => id === volume);
    if (!kept.value.every(isThere))
      void this.change((follows) => follows.filter(isThere));
    this.adapt();
  }

  /**
   * Has marks follow a volume, in a field; what they have followed in that before, they follow no more.
   * @param seq the change up to which marks have their labels
   */
  start({ id }: LabelVolume, field: string, seq: number): Promise<void> {
    return this.change((follows) => [
      ...follows.filter((each) => each.volume !== id && each.field !== field),
      { volume: id, field, seq },
    ]);
  }

  /** What marks have by then, they keep. */
  stop({ id }: LabelVolume): Promise<void> {
    return this.change((follows) =>
      follows.filter(({ volume }) => volume !== id),
    );
  }

  private async change(
    change: (follows: readonly KeptFollow[]) => readonly KeptFollow[],
  ): Promise<void> {
    await this.kept?.change(change);
    if (this.wasDisposed) return;
    this.adapt();
    this.options.changed();
  }

  private adapt(): void {
    const follows = this.kept?.value ?? [];
    for (const [id, { field }] of this.running) {
      const isKept = follows.some(
        (each) => each.volume === id && each.field === field,
      );
      if (!isKept || !this.volumes.some((volume) => volume.id === id))
        this.end(id);
    }
    for (const { volume: id, field } of follows) {
      const volume = this.volumes.find((each) => each.id === id);
      if (volume !== undefined) this.begin(volume, field);
    }
  }

  private begin(volume: LabelVolume, field: string): void {
    const { id } = volume;
    const { marks, open, changed } = this.options;
    if (this.running.get(id)?.following?.wasDisposed === true) this.end(id);
    const source = open(volume);
    if (source === undefined) {
      this.end(id);
      return;
    }
    if (this.running.has(id)) return;
    const running: Running = { field, following: undefined };
    this.running.set(id, running);
    const isRunning = () => this.running.get(id) === running;
    const progress = this.progressOf(id, field, isRunning);
    void source
      .then((opened) => marks.followLabels(opened, field, progress))
      .then(
        (following) => {
          // It was ended while it was being begun.
          if (!isRunning()) following?.dispose();
          else if (following === undefined) this.running.delete(id);
          else running.following = following;
          changed();
        },
        (error: unknown) => {
          progress.failed(error as Error);
          if (isRunning()) this.running.delete(id);
        },
      );
  }

  private progressOf(id: string, field: string, isRunning: () => boolean) {
    const kept = this.kept!;
    const { changed } = this.options;
    const isIt = (each: KeptFollow) =>
      each.volume === id && each.field === field;
    return {
      since: () => kept.value.find(isIt)?.seq,
      reached: (seq: number) => {
        void kept.change((follows) =>
          follows.map((each) => (isIt(each) ? { ...each, seq } : each)),
        );
        if (isRunning() && this.problems.delete(id)) changed();
      },
      failed: (error: Error) => {
        if (!isRunning()) return;
        this.problems.set(id, error.message);
        changed();
      },
    };
  }

  private end(id: string): void {
    this.running.get(id)?.following?.dispose();
    this.running.delete(id);
    this.problems.delete(id);
  }

  private endAll(): void {
    for (const id of [...this.running.keys()]) this.end(id);
  }
}
