const CLOSEST = 8; // pixels: nearer than that two fingers say nothing about a factor

/** Where fingers, or the mouse with its button down, are on the axis; two that move apart or together zoom. */
export class Fingers {
  private readonly places = new Map<number, number>();

  /** Answers how many there are now. */
  put(id: number, x: number): number {
    this.places.set(id, x);
    return this.places.size;
  }

  /** The place between two fingers and the factor of the time shown; null where fewer than two are down. */
  move(id: number, x: number): [number, number] | null {
    if (!this.places.has(id)) return null;
    const before = this.spread();
    this.places.set(id, x);
    const xs = [...this.places.values()];
    if (xs.length < 2) return null;
    return [(Math.min(...xs) + Math.max(...xs)) / 2, before / this.spread()];
  }

  lift(id: number): void {
    this.places.delete(id);
  }

  private spread(): number {
    const xs = [...this.places.values()];
    return Math.max(CLOSEST, Math.max(...xs) - Math.min(...xs));
  }
}
