import type { Span } from "../spans";

const CLOSEST_MS = 20_000; // the whole width at the deepest zoom

/** Which stretch of time is drawn, and where. */
export class View {
  start: number;
  end: number;
  width = 1;

  constructor(private whole: Span) {
    this.start = whole.start;
    this.end = whole.end;
  }

  /** More or less time to be drawn; who saw all of it still does, who had come nearer stays there. */
  setWhole(whole: Span): void {
    const isAll = this.start === this.whole.start && this.end === this.whole.end;
    this.whole = whole;
    if (isAll) this.place(whole.start, whole.end - whole.start);
    else this.place(this.start, Math.min(this.end - this.start, whole.end - whole.start));
  }

  x(at: number): number {
    return ((at - this.start) / (this.end - this.start)) * this.width;
  }

  at(x: number): number {
    return this.start + (x / this.width) * (this.end - this.start);
  }

  get msPerPixel(): number {
    return (this.end - this.start) / this.width;
  }

  /** Zoom so that the moment under the pointer stays there. */
  zoom(x: number, factor: number): void {
    const at = this.at(x);
    const span = Math.min(this.whole.end - this.whole.start, Math.max(CLOSEST_MS, (this.end - this.start) * factor));
    this.place(at - (x / this.width) * span, span);
  }

  pan(pixels: number): void {
    this.place(this.start - pixels * this.msPerPixel, this.end - this.start);
  }

  /** Bring a moment into view without changing the scale. */
  reveal(at: number): void {
    const span = this.end - this.start;
    if (at < this.start || at > this.end) this.place(at - span / 4, span);
  }

  private place(start: number, span: number): void {
    this.start = Math.min(this.whole.end - span, Math.max(this.whole.start, start));
    this.end = this.start + span;
  }
}
