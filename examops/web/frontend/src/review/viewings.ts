import { iso } from "./data";
import type { Span } from "./spans";
import { postJson, RequestRefused } from "../shared/requests";

/** One stretch as it is reported: exam time, speed, and when it stood on the screen in ms since the page was opened. */
interface Viewing {
  camera_uid: string;
  from: string;
  to: string;
  mode: "play";
  speed: number;
  shown_from_ms: number;
  shown_to_ms: number;
}

/** A picture that goes on: exam time `start` was shown at `since`, and it was still on the screen at `until`. */
interface Stretch {
  start: number;
  since: number;
  until: number;
  rate: number;
  reported: number;
}
const EVERY_MS = 30_000;
const MAX_PER_CALL = 64;
const LONGEST_PAUSE_MS = 1000; // a tab in the background draws nothing: what it would have shown was not seen
const OFF_COURSE_MS = 300;

/** Keeps what stood on the screen, per camera, and reports it: every look is audited, and what counts is the server's word. */
export class ViewingReporter {
  private readonly open = new Map<string, Stretch>();
  private readonly opened = performance.now();
  private done: Viewing[] = [];
  /** Each stretch as it is reported, so that the row of what I have seen grows. */
  onSeen: (camera: string, span: Span, rate: number) => void = () => undefined;

  constructor(
    private readonly url: string,
    private readonly openingCode: string,
  ) {
    setInterval(() => this.report(), EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.report();
    });
    addEventListener("pagehide", () => this.report());
  }

  /** The picture of this moment of the exam stands on the screen while time runs at this speed. */
  playing(camera: string, at: number, rate: number): void {
    const now = Math.round(performance.now() - this.opened);
    const stretch = this.open.get(camera);
    if (stretch && goesOn(stretch, at, rate, now)) {
      stretch.until = now;
      return;
    }
    this.close(camera);
    this.open.set(camera, { start: Math.round(at), since: now, until: now, rate, reported: now });
  }

  private close(camera: string): void {
    const stretch = this.open.get(camera);
    this.open.delete(camera);
    if (!stretch) return;
    const isGlance = stretch.reported === stretch.since && stretch.until - stretch.since < 1000;
    if (!isGlance) this.take(camera, stretch);
  }

  private take(camera: string, stretch: Stretch): void {
    const { reported, until, rate } = stretch;
    if (until <= reported) return;
    const span = { start: momentOf(stretch, reported), end: momentOf(stretch, until) };
    stretch.reported = until;
    this.done.push({
      camera_uid: camera,
      from: iso(span.start),
      to: iso(span.end),
      mode: "play",
      speed: rate,
      shown_from_ms: reported,
      shown_to_ms: until,
    });
    this.onSeen(camera, span, rate);
  }

  /** A jump, a pause or a hidden camera ends the stretch. */
  stop(): void {
    [...this.open.keys()].forEach((camera) => this.close(camera));
  }

  report(): void {
    for (const [camera, stretch] of this.open) {
      if (stretch.until - stretch.since >= 1000) this.take(camera, stretch);
    }
    const looks = this.done.splice(0, MAX_PER_CALL);
    if (!looks.length) return;
    postJson(this.url, { opened: this.openingCode, looks }).then(
      () => this.report(),
      (error: unknown) => {
        if (!isFinal(error)) this.done = [...looks, ...this.done];
      },
    );
  }
}

const momentOf = (stretch: Stretch, at: number): number => stretch.start + (at - stretch.since) * stretch.rate;

function goesOn(stretch: Stretch, at: number, rate: number, now: number): boolean {
  return (
    stretch.rate === rate &&
    now - stretch.until <= LONGEST_PAUSE_MS &&
    Math.abs(at - momentOf(stretch, now)) <= OFF_COURSE_MS * Math.max(1, rate)
  );
}

/** What the server will never take; after signing in again it may take what it refused as 401 or 403. */
const isFinal = (error: unknown): boolean =>
  error instanceof RequestRefused &&
  error.status >= 400 &&
  error.status < 500 &&
  ![401, 403, 429].includes(error.status);
