/** The one clock all cameras follow: a moment of the exam that moves at the chosen speed, and stands still while pictures load. */
export class PlayClock {
  private base: number;
  private since = performance.now();
  private running = false;
  private waiting = false;
  rate = 1;
  /** Told after each jump, so that players seek and spans of looking end. */
  onJump: (from: number, to: number) => void = () => undefined;

  constructor(
    start: number,
    private readonly first: number,
    private readonly last: number,
  ) {
    this.base = start;
  }

  get playing(): boolean {
    return this.running;
  }

  now(): number {
    const moved = this.running && !this.waiting ? (performance.now() - this.since) * this.rate : 0;
    return Math.min(this.last, Math.max(this.first, this.base + moved));
  }

  private settle(): void {
    this.base = this.now();
    this.since = performance.now();
  }

  play(): void {
    this.settle();
    this.running = true;
  }
  pause(): void {
    this.settle();
    this.running = false;
  }
  setRate(rate: number): void {
    this.settle();
    this.rate = rate;
  }

  /** Pictures are still loading: time waits for them. */
  hold(waiting: boolean): void {
    if (waiting === this.waiting) return;
    this.settle();
    this.waiting = waiting;
  }

  jump(to: number): void {
    const from = this.now();
    this.base = Math.min(this.last, Math.max(this.first, to));
    this.since = performance.now();
    this.onJump(from, this.base);
  }
}
