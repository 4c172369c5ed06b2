/** The one clock all cameras follow: a moment of the exam that moves at the chosen speed, and stands still while pictures load. */
export class PlayClock {
  private base: number;
  private since = performance.now();
  private running = false;
  private stalled = false;
  rate = 1;
  /** Told after each jump, so that players seek and spans of looking end. */
  onJump: (from: number, to: number) => void = () => undefined;

  constructor(
    start: number,
    private first: number,
    private last: number,
  ) {
    this.base = start;
  }

  get playing(): boolean {
    return this.running;
  }

  now(): number {
    const moved = this.running && !this.stalled ? (performance.now() - this.since) * this.rate : 0;
    return Math.min(this.last, Math.max(this.first, this.base + moved));
  }

  private rebase(): void {
    this.base = this.now();
    this.since = performance.now();
  }

  play(): void {
    this.rebase();
    this.running = true;
  }
  pause(): void {
    this.rebase();
    this.running = false;
  }
  setRate(rate: number): void {
    this.rebase();
    this.rate = rate;
  }

  /** The exam begins earlier or goes on longer than it was planned. */
  setLimits(first: number, last: number): void {
    this.rebase();
    [this.first, this.last] = [first, last];
  }

  /** Pictures are still loading: time waits for them. */
  setStalled(waiting: boolean): void {
    if (waiting === this.stalled) return;
    this.rebase();
    this.stalled = waiting;
  }

  jump(to: number): void {
    const from = this.now();
    this.base = Math.min(this.last, Math.max(this.first, to));
    this.since = performance.now();
    this.onJump(from, this.base);
  }
}
