import type { Answer, Fault, IdentityAnswer, Waiting } from "./data";
import type { ServerClock } from "./server_clock";
import type { DeskStore } from "./store";
import { postJson, renewToken, RequestRefused } from "../shared/requests";

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 8_000;
const LOCKED_PAUSE_MS = 15_000; // somebody has to sign in first
const ASIDE_PAUSE_MS = 60_000;
const MAX_TRIES = 3; // a bad answer is the request's own fault then: the next ones go on
const TIMEOUT_MS = 10_000; // a Wi-Fi that swallows packets must not hold the queue
const AWAY = [429, 502, 503, 504];
const OF_THE_REQUEST = [403, 404, 409]; // for this one only: trying it again at once changes nothing

/** `fault`: what must be done before anything goes on. `aside`: how many wait because of their own fault. */
export interface QueueStatus {
  waiting: readonly Waiting[];
  aside: number;
  since: string | null;
  fault: Fault | null;
}

export interface QueueEvents {
  answered: (item: Waiting, answer: Answer, waited: boolean) => void;
  compared: (item: Waiting, answer: IdentityAnswer) => void;
  /** Neither a code nor a number: no verdict, nothing is kept. */
  misread: (item: Waiting, fault: Fault) => void;
  changed: (status: QueueStatus) => void;
}

/** A nonce in the form of a UUID; randomUUID itself is missing where the page is not on HTTPS. */
export function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Of something that was kept when its page closed. */
const REOPENED: Fault = { status: -1, code: "reopened", message: "", advice: "" };

const faultOf = (error: unknown): Fault =>
  error instanceof RequestRefused
    ? { status: error.status, code: error.code, message: error.message, advice: error.advice }
    : { status: -1, code: "network", message: "", advice: "" };

const isAnswer = (item: Waiting, answer: unknown): boolean =>
  typeof answer === "object" &&
  answer !== null &&
  (item.kind === "identity" ? "same" in answer : "admitted" in answer && "scan_uid" in answer);

/**
 * Sends what was scanned and said, in order, and keeps it until it was answered. Nothing leaves the store without an
 * answer: not for a reload, an expired session, a tablet out of use, or an answer that nobody understands.
 */
export class DeskQueue {
  private items: Waiting[] = [];
  private readonly known = new Set<string>(); // made by this page
  private sending = false;
  private since: string | null = null;
  private fault: Fault | null = null;
  private held: Fault | null = null; // why nothing goes out, for everything that waits behind it
  private pause = FIRST_PAUSE_MS;
  private pausedUntil = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: DeskStore,
    private readonly clock: ServerClock,
    private readonly events: QueueEvents,
  ) {
    addEventListener("online", () => this.retry());
  }

  /** What an earlier page left behind goes first. */
  async restore(): Promise<void> {
    const kept = (await this.store.waiting()).filter((item) => !this.known.has(item.nonce));
    this.items = [...kept.map((item) => ({ ...item, due: 0, fault: item.fault ?? REOPENED })), ...this.items];
    this.tell();
    void this.send();
  }

  /** Sent and written down at once; neither waits for the other. */
  add(made: Pick<Waiting, "kind" | "url" | "where" | "body">): Waiting {
    const made_at = new Date().toISOString(),
      nonce = newNonce();
    const facts = made.kind === "scan" ? { scanned_at: made_at, offset_ms: this.clock.offset } : {};
    const body = { ...made.body, ...facts, nonce };
    const item: Waiting = { ...made, nonce, made_at, body, tries: 0, due: 0, fault: this.held };
    this.items.push(item);
    this.known.add(nonce);
    void this.store.keepWaiting({ ...item });
    this.tell();
    void this.send();
    return item;
  }

  /** Try everything again now. */
  retry(): void {
    this.pausedUntil = 0;
    for (const item of this.items) item.due = 0;
    void this.send();
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    for (let item = this.next(); item; item = this.next()) await this.attempt(item);
    this.sending = false;
    const due = Math.min(...this.items.map((item) => Math.max(item.due, this.pausedUntil)));
    if (this.items.length) this.timer = setTimeout(() => void this.send(), Math.max(0, due - Date.now()));
  }

  private next(): Waiting | undefined {
    const now = Date.now();
    return now < this.pausedUntil ? undefined : this.items.find((item) => item.due <= now);
  }

  private async attempt(item: Waiting): Promise<void> {
    try {
      const answer = await this.post(item);
      if (!isAnswer(item, answer)) throw new RequestRefused(200, "", "", "not_json");
      this.settle(item, () => this.deliver(item, answer));
    } catch (error) {
      await this.failed(item, faultOf(error));
    }
  }

  private deliver(item: Waiting, answer: unknown): void {
    if (item.kind === "identity") this.events.compared(item, answer as IdentityAnswer);
    else this.events.answered(item, answer as Answer, item.tries > 0 || item.fault !== null);
  }

  private async post(item: Waiting): Promise<unknown> {
    const give_up = new AbortController();
    const timer = setTimeout(() => give_up.abort(), TIMEOUT_MS);
    const asked = Date.now();
    try {
      const body = item.kind === "scan" ? { ...item.body, sent_at: new Date(asked).toISOString() } : item.body;
      const answer = await postJson<{ state?: { now?: string } } | undefined>(item.url, body, give_up.signal);
      if (answer?.state?.now) this.clock.learn(answer.state.now, asked, Date.now());
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /** It leaves the queue before anybody is shown anything, so it is never sent again. */
  private settle(item: Waiting, show: () => void): void {
    this.items = this.items.filter((other) => other.nonce !== item.nonce);
    void this.store.dropWaiting(item.nonce);
    [this.since, this.fault, this.held, this.pause, this.pausedUntil] = [null, null, null, FIRST_PAUSE_MS, 0];
    try {
      this.tell();
      show();
    } catch (error) {
      console.error(error); // a fault of the page must not stop the door: the scans behind this one still go out
    }
  }

  private async failed(item: Waiting, fault: Fault): Promise<void> {
    if (fault.code === "scan.misread") {
      this.settle(item, () => this.events.misread(item, fault));
      return;
    }
    if (fault.code === "page_stale" && (await renewToken().catch(() => false))) {
      item.due = Date.now() + FIRST_PAUSE_MS * item.tries++;
      return;
    }
    const locked = fault.status === 401 || fault.status === 0 || fault.code === "page_stale";
    const away = fault.status < 0 || AWAY.includes(fault.status);
    item.fault = fault;
    if (locked || away) this.hold(fault, locked);
    else this.setAside(item, fault);
    void this.store.keepWaiting({ ...item });
    this.tell();
  }

  /** Nothing can go out: no network, a server that is down, or somebody has to sign in. */
  private hold(fault: Fault, locked: boolean): void {
    this.held = fault;
    for (const item of this.items) item.fault ??= fault;
    this.fault = locked ? fault : null;
    this.pausedUntil = Date.now() + (locked ? LOCKED_PAUSE_MS : this.pause);
    if (locked) return;
    this.since ??= new Date(this.clock.now()).toISOString();
    this.pause = Math.min(this.pause * 2, MAX_PAUSE_MS);
  }

  private setAside(item: Waiting, fault: Fault): void {
    item.tries = OF_THE_REQUEST.includes(fault.status) ? MAX_TRIES : item.tries + 1;
    item.due = Date.now() + (item.tries >= MAX_TRIES ? ASIDE_PAUSE_MS : FIRST_PAUSE_MS * item.tries);
    this.since = null;
  }

  private tell(): void {
    const aside = this.items.filter((item) => item.tries >= MAX_TRIES).length;
    this.events.changed({ waiting: this.items, aside, since: this.since, fault: this.fault });
  }
}
