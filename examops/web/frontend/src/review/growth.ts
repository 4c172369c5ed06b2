import type { ReviewData, StripData } from "./data";
import { ms } from "./data";
import { getJson } from "../shared/requests";

/** What the page has, joined with what the server says now: strips that it left out, flags made while it answered. */
export function joined(fresh: ReviewData, known: ReviewData, flagsThen: ReadonlySet<string>): ReviewData {
  const sent = new Set(fresh.flags.map((flag) => flag.uid));
  const since = known.flags.filter((flag) => !sent.has(flag.uid) && !flagsThen.has(flag.uid));
  const strips = new Map(known.cameras.map((camera) => [camera.uid, camera.strips]));
  return {
    ...fresh,
    flags: [...fresh.flags, ...since],
    cameras: fresh.cameras.map((camera) => ({
      ...camera,
      strips: joinedStrips(camera.strips, strips.get(camera.uid) ?? []),
    })),
  };
}

function joinedStrips(fresh: StripData[], known: StripData[]): StripData[] {
  const sent = new Set(fresh.map((strip) => strip.segment_uid));
  const made = [...known.filter((strip) => !sent.has(strip.segment_uid)), ...fresh];
  return made.sort((a, b) => ms(a.start) - ms(b.start));
}

export interface Grown {
  data: ReviewData;
  /** Every address is new: those from before are no longer asked for. */
  whole: boolean;
}

const RENEW_MS = 10_000; // refused addresses ask for the whole document, at most this often

/**
 * Keeps the document as new as its session: asks every `refresh_s`, as long as the server names a time, and not while
 * nobody looks at the page.
 */
export class Growth {
  /** Moment of the newest answer by the server's clock, and by `performance.now()` of the page. */
  private answered = performance.now();
  private renewed = -Infinity;
  private timer = 0;
  private asking = false;

  constructor(
    private readonly known: () => ReviewData,
    private readonly take: (grown: Grown) => void,
    private readonly show: (state: { failed: unknown }) => void,
  ) {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.timer && performance.now() - this.answered > this.pause) void this.grow();
    });
  }

  private get pause(): number {
    return (this.known().session.refresh_s ?? 0) * 1000;
  }

  start(): void {
    clearTimeout(this.timer);
    this.timer = this.pause ? window.setTimeout(() => void this.grow(), this.pause) : 0;
  }

  /** The exam's time at which the document is true now: it goes on between two answers. */
  get now(): number {
    return ms(this.known().session.now) + (performance.now() - this.answered);
  }

  private async grow(): Promise<void> {
    if (!document.hidden) await this.ask(false);
    this.start();
  }

  /** Addresses were refused: the whole document, with new ones. */
  async renew(): Promise<void> {
    if (performance.now() - this.renewed < RENEW_MS) return;
    this.renewed = performance.now();
    await this.ask(true);
  }

  private async ask(whole: boolean): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const known = this.known(),
      flags = new Set(known.flags.map((flag) => flag.uid));
    const url = new URL(known.urls.refresh, location.href);
    if (!whole) url.searchParams.set("known_at", known.session.now);
    try {
      const fresh = await getJson<ReviewData>(url.href);
      this.answered = performance.now();
      this.take({ data: whole ? fresh : joined(fresh, this.known(), flags), whole });
      this.show({ failed: null });
    } catch (error) {
      this.show({ failed: error });
    } finally {
      this.asking = false;
    }
  }
}
