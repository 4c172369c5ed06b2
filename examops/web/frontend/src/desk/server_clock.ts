/** The server's time, as far as this tablet knows it: its own clock plus the offset of the last answer. */
export class ServerClock {
  /** Server minus tablet, in ms; null before the first answer. */
  offset: number | null = null;

  /** Learns from an answer that says `now` (ISO 8601), asked and received at these moments of the tablet. */
  learn(now: string, askedAt: number, receivedAt: number): void {
    const said = Date.parse(now);
    if (!Number.isNaN(said)) this.offset = Math.round(said - (askedAt + receivedAt) / 2);
  }

  now(): number {
    return Date.now() + (this.offset ?? 0);
  }

  /** A moment of this tablet's clock, by the server's. */
  corrected(ms: number): number {
    return ms + (this.offset ?? 0);
  }
}
