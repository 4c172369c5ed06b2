import { iso } from "./data";
import type { Span } from "./spans";
import { postJson } from "../shared/requests";

interface Viewing {
  camera_uid: string;
  from: string;
  to: string;
  mode: "play";
}
const EVERY_MS = 30_000;

/** Keeps what was played, per camera, and reports it as spans: every look at footage is audited. */
export class ViewingReporter {
  private open = new Map<string, Span>();
  private done: Viewing[] = [];
  /** Told about each finished stretch, so that the row of what I have seen grows. */
  onSeen: (camera: string, span: Span) => void = () => undefined;

  constructor(private readonly url: string) {
    setInterval(() => this.report(), EVERY_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.report();
    });
    addEventListener("pagehide", () => this.report());
  }

  /** The camera shows this moment while time runs. */
  playing(camera: string, at: number): void {
    const span = this.open.get(camera);
    if (!span) this.open.set(camera, { start: at, end: at });
    else if (at >= span.end && at - span.end < 60_000) span.end = at;
    else {
      this.close(camera);
      this.open.set(camera, { start: at, end: at });
    }
  }

  private close(camera: string): void {
    const span = this.open.get(camera);
    this.open.delete(camera);
    if (!span || span.end - span.start < 1000) return;
    this.done.push({ camera_uid: camera, from: iso(span.start), to: iso(span.end), mode: "play" });
    this.onSeen(camera, span);
  }

  /** A jump, a pause or a hidden camera ends the stretch. */
  stop(): void {
    [...this.open.keys()].forEach((camera) => this.close(camera));
  }

  report(): void {
    this.stop();
    const looks = this.done;
    if (!looks.length) return;
    this.done = [];
    postJson(this.url, { looks }).catch(() => {
      this.done = [...looks, ...this.done];
    });
  }
}
