const REPEAT_MS = 4_000; // out of sight for less long it is still the same phone

/** One phone held still is one scan, however long a busy tablet takes from one picture to the next. */
export class HeldStill {
  private code = "";
  private seenAt = 0;
  private isGone = true;

  /** Whether this picture shows another phone than the last; `code` is empty where it shows none. */
  isNew(code: string, now: number): boolean {
    if (!code) {
      this.isGone = true;
      return false;
    }
    const isSame = code === this.code && (!this.isGone || now - this.seenAt < REPEAT_MS);
    this.code = code;
    this.seenAt = now;
    this.isGone = false;
    return !isSame;
  }
}
