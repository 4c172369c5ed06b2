import Hls, { type ErrorData, type LevelDetails } from "hls.js/light";
import type { Failure, Picture } from "./picture_state";
import { endOf, mediaTimeAt, momentAt } from "./synchronisation";

const RETRY_MS = 5_000;
const REFUSED = [400, 401, 403]; // an address that has run out, depending on the store

/** One <video> with one playlist window. A camera has two: one plays, the other gets the next window ready. */
export class WindowPlayer {
  readonly video = document.createElement("video");
  private hls: Hls | null = null;
  private details: LevelDetails | null = null;
  private presented: { place: number; since: number } | null = null;
  private failedAt = 0;
  private recovered = 0;
  from = NaN;
  /** True where the server has nothing archived in this window. */
  empty = false;
  private emptyAt = 0;
  failure: Failure = "";

  constructor() {
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.preload = "auto";
    this.watchPictures();
  }

  /** Told by the browser of each picture that it puts on the screen. */
  private watchPictures(): void {
    const next = (now: number, picture: VideoFrameCallbackMetadata): void => {
      this.presented = { place: picture.mediaTime, since: now };
      this.video.requestVideoFrameCallback(next);
    };
    this.video.requestVideoFrameCallback(next);
  }

  load(playlist: string, from: number): void {
    this.hls?.destroy();
    this.details = null;
    this.presented = null;
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
    hls.on(Hls.Events.FRAG_BUFFERED, () => {
      this.failure = "";
    });
    hls.on(Hls.Events.ERROR, (_event, data) => this.recover(hls, data));
    hls.attachMedia(this.video);
    hls.loadSource(url.href);
    this.hls = hls;
  }

  private recover(hls: Hls, data: ErrorData): void {
    const code = data.response?.code ?? 0;
    const isList = [Hls.ErrorDetails.MANIFEST_LOAD_ERROR, Hls.ErrorDetails.LEVEL_LOAD_ERROR].includes(data.details);
    if (isList && code === 404) [this.empty, this.emptyAt, this.failure] = [true, performance.now(), ""];
    else if (data.details === Hls.ErrorDetails.MANIFEST_PARSING_ERROR || (isList && REFUSED.includes(code))) {
      this.fail("signed_out"); // in place of a list came the page to sign in
    } else if (REFUSED.includes(code) || code === 404) this.fail("expired");
    else if (data.fatal && data.type === Hls.ErrorTypes.MEDIA_ERROR) this.recoverMedia(hls);
    else if (data.fatal) this.fail("network");
  }

  private fail(failure: Failure): void {
    this.hls?.stopLoad();
    this.failure = failure;
    this.failedAt = performance.now();
  }

  private recoverMedia(hls: Hls): void {
    if (performance.now() - this.recovered < RETRY_MS) this.fail("media");
    else hls.recoverMediaError();
    this.recovered = performance.now();
  }

  /** Whether a new list should be asked for: at once for addresses that have run out, for other faults after a while. */
  get shouldLoadAgain(): boolean {
    if (!this.failure) return false;
    const isFirst = this.failure === "expired" && this.failedAt - this.loadedAgainAt > RETRY_MS;
    return isFirst || performance.now() - this.failedAt > RETRY_MS;
  }

  private loadedAgainAt = -Infinity;

  /** A new list from this moment on, with addresses that are valid again. */
  loadAgain(playlist: string, from: number): void {
    this.loadedAgainAt = this.failedAt = performance.now();
    this.load(playlist, from);
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

  /** The picture on the screen; null before the first of this window. */
  get picture(): Picture | null {
    const at = this.presented && momentAt(this.details?.fragments ?? [], this.presented.place);
    return this.presented && at !== null ? { at, since: this.presented.since } : null;
  }

  destroy(): void {
    this.hls?.destroy();
    this.hls = null;
  }
}
