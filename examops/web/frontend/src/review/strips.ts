import type { CameraData, StripData, StripIndex } from "./data";
import { ms } from "./data";

export interface FrameRef {
  t: number;
  url: string;
  offset: number;
  length: number;
  motion: number;
}
const KEPT = 240; // pictures of about 25 kB: six megabytes

/** Frames of the strips: indexes are read once, pictures by byte range, the oldest are dropped. */
export class Strips {
  private readonly indexes = new Map<string, Promise<FrameRef[]>>();
  private readonly pictures = new Map<string, Promise<string>>();
  readonly motion = new Map<string, FrameRef[]>();
  /** Told when an address was refused: they live minutes only. */
  onStale: () => void = () => undefined;
  onIndex: () => void = () => undefined;

  private stripAt(camera: CameraData, at: number): StripData | undefined {
    let found: StripData | undefined;
    for (const strip of camera.strips) {
      if (ms(strip.start) > at) break;
      found = strip;
    }
    return found;
  }

  private async read(camera: CameraData, strip: StripData): Promise<FrameRef[]> {
    const answer = await fetch(strip.index_url);
    if (!answer.ok) throw new StaleUrl(answer.status);
    const index = (await answer.json()) as StripIndex;
    const frames = index.frames.map((one) => ({
      t: one.t_ms,
      url: strip.images_url,
      offset: one.offset,
      length: one.length,
      motion: one.motion ?? 0,
    }));
    const known = (this.motion.get(camera.uid) ?? []).filter((old) => !frames.some((frame) => frame.t === old.t));
    this.motion.set(
      camera.uid,
      [...known, ...frames].sort((a, b) => a.t - b.t),
    );
    this.onIndex();
    return frames;
  }

  index(camera: CameraData, strip: StripData): Promise<FrameRef[]> {
    let reading = this.indexes.get(strip.segment_uid);
    if (!reading) {
      reading = this.read(camera, strip);
      this.indexes.set(strip.segment_uid, reading);
      reading.catch((error: unknown) => {
        this.indexes.delete(strip.segment_uid);
        if (error instanceof StaleUrl) this.onStale();
      });
    }
    return reading;
  }

  /** The last frame at or before this moment, within a minute and a half; null where there is none. */
  async frameAt(camera: CameraData, at: number): Promise<FrameRef | null> {
    const strip = this.stripAt(camera, at);
    if (!strip) return null;
    const frames = await this.index(camera, strip);
    const before = frames.filter((frame) => frame.t <= at);
    const found = before[before.length - 1] ?? frames[0];
    return found && at - found.t < 90_000 ? found : null;
  }

  /** An object URL of the picture. */
  picture(frame: FrameRef): Promise<string> {
    const key = `${new URL(frame.url, location.href).pathname}#${frame.offset}`;
    let reading = this.pictures.get(key);
    if (!reading) {
      reading = this.fetchPicture(frame);
      this.pictures.set(key, reading);
      reading.catch((error: unknown) => {
        this.pictures.delete(key);
        if (error instanceof StaleUrl) this.onStale();
      });
      this.trim();
    }
    return reading;
  }

  private async fetchPicture(frame: FrameRef): Promise<string> {
    const last = frame.offset + frame.length - 1;
    const answer = await fetch(frame.url, { headers: { Range: `bytes=${frame.offset}-${last}` } });
    if (!answer.ok) throw new StaleUrl(answer.status);
    const bytes = await answer.arrayBuffer();
    const whole = answer.status === 206 ? bytes : bytes.slice(frame.offset, last + 1);
    return URL.createObjectURL(new Blob([whole], { type: "image/jpeg" }));
  }

  private trim(): void {
    for (const [key, old] of this.pictures) {
      if (this.pictures.size <= KEPT) return;
      this.pictures.delete(key);
      void old.then((url) => URL.revokeObjectURL(url)).catch(() => undefined);
    }
  }

  /** Read the indexes of these strips four at a time, for the activity row of cameras that come without one. */
  async fill(camera: CameraData): Promise<void> {
    const waiting = [...camera.strips];
    const work = async (): Promise<void> => {
      for (let strip = waiting.shift(); strip; strip = waiting.shift()) {
        await this.index(camera, strip).catch(() => undefined);
      }
    };
    await Promise.all([work(), work(), work(), work()]);
  }

  /** New addresses arrived: what is being read with the old ones may fail and is read again. */
  renew(): void {
    this.indexes.clear();
  }
}

class StaleUrl extends Error {
  constructor(readonly status: number) {
    super(`frame address answered ${status}`);
  }
}
