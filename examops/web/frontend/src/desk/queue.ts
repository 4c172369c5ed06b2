import type { Answer, Scan } from "./data";
import { postJson, RequestRefused } from "../shared/requests";

const STORAGE_KEY = "desk-waiting";
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 8_000;

/** What became of each scan; `connection`: how many wait, and since when (ISO 8601) the server is out of reach. */
export interface QueueEvents {
  answered: (scan: Scan, answer: Answer) => void;
  refused: (scan: Scan, fault: RequestRefused) => void;
  connection: (waiting: number, since: string | null) => void;
}

/** A nonce in the form of a UUID; randomUUID itself is missing where the page is not on HTTPS. */
export function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Sends scans in order. Without network they wait and go again with the same nonce, so that none counts twice. */
export class ScanQueue {
  private waiting: Scan[];
  private sending = false;
  private since: string | null = null;

  constructor(
    private readonly url: string,
    private readonly events: QueueEvents,
  ) {
    this.waiting = restore();
    addEventListener("online", () => void this.send());
    if (this.waiting.length) void this.send();
  }

  add(scan: Omit<Scan, "nonce" | "scanned_at">): Scan {
    const made = { ...scan, nonce: newNonce(), scanned_at: new Date().toISOString() };
    this.waiting.push(made);
    store(this.waiting);
    void this.send();
    return made;
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    let pause = FIRST_PAUSE_MS;
    for (let scan = this.waiting[0]; scan; scan = this.waiting[0]) {
      const answer = await this.post(scan);
      if (answer) {
        pause = FIRST_PAUSE_MS;
        this.settle(scan, answer);
      } else {
        this.since ??= new Date().toISOString();
        this.events.connection(this.waiting.length, this.since);
        await new Promise((go) => setTimeout(go, pause));
        pause = Math.min(pause * 2, MAX_PAUSE_MS);
      }
    }
    this.sending = false;
  }

  /** The server has answered, yes or no: the scan leaves the queue before anybody is told, so it is never sent again. */
  private settle(scan: Scan, answer: Answer | RequestRefused): void {
    this.waiting.shift();
    store(this.waiting);
    this.since = null;
    try {
      this.events.connection(this.waiting.length, null);
      if (answer instanceof RequestRefused) this.events.refused(scan, answer);
      else this.events.answered(scan, answer);
    } catch (error) {
      console.error(error); // a fault of the page must not stop the door: the scans behind this one still go out
    }
  }

  /** Null when the same scan should go again: no network, a server that is failing, or too many requests. */
  private async post(scan: Scan): Promise<Answer | RequestRefused | null> {
    try {
      return await postJson<Answer>(this.url, scan);
    } catch (error) {
      return error instanceof RequestRefused && error.status < 500 && error.status !== 429 ? error : null;
    }
  }
}

function restore(): Scan[] {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "[]") as Scan[];
  } catch {
    return [];
  }
}

/** A reload loses no scan; typed ID numbers are never written down on the tablet. */
function store(scans: Scan[]): void {
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(scans.filter((scan) => !scan.id_number)));
}
