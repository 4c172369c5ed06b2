import Hls, { type ErrorData, type LevelDetails } from "hls.js/light";
import { endOf, mediaTimeAt } from "./synchronisation";

const RETRY_MS = 5_000;

/** One <video> with one playlist window. A camera has two: one plays, the other gets the next window ready. */
export class WindowPlayer {
  readonly video = document.createElement("video");
  private hls: Hls | null = null;
  private details: LevelDetails | null = null;
  from = NaN;
  /** True where the server has nothing archived in this window. */
  empty = false;
  private emptyAt = 0;

  constructor() {
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.preload = "auto";
  }

  load(playlist: string, from: number): void {
    this.hls?.destroy();
    this.details = null;
    this.empty = false;
    this.from = from;
    const url = new URL(playlist, location.href);
    url.searchParams.set("from", new Date(from).toISOString());
    const hls = new Hls({
      enableWorker: false,
      maxBufferLength: 20,
      maxMaxBufferLength: 60,
      backBufferLength: 30,
      autoStartLoad: true,
    });
    hls.on(Hls.Events.LEVEL_LOADED, (_event, data) => {
      this.details = data.details;
    });
    hls.on(Hls.Events.ERROR, (_event, data) => this.recover(hls, data));
    hls.attachMedia(this.video);
    hls.loadSource(url.href);
    this.hls = hls;
  }

  private recover(hls: Hls, data: ErrorData): void {
    if (data.response?.code === 404) [this.empty, this.emptyAt] = [true, performance.now()];
    else if (data.fatal && data.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else if (data.fatal) {
      setTimeout(() => {
        if (this.hls === hls) hls.startLoad();
      }, 2000);
    }
  }

  get loaded(): boolean {
    return this.details !== null || this.empty;
  }

  /** What was not archived a while ago may be by now: footage of a running exam is on its way. */
  get mayBeArchivedNow(): boolean {
    return this.empty && performance.now() - this.emptyAt > RETRY_MS;
  }

  /** Where the window's media ends, in ms of Unix time; NaN before the list is here. */
  get end(): number {
    return endOf(this.details?.fragments ?? []);
  }

  mediaTime(at: number): number | null {
    return mediaTimeAt(this.details?.fragments ?? [], at);
  }

  destroy(): void {
    this.hls?.destroy();
    this.hls = null;
  }
}
