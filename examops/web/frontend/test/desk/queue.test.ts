import { page_window } from "../browser";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Fault, Waiting } from "../../src/desk/data";
import { DeskQueue, newNonce, type QueueStatus } from "../../src/desk/queue";
import { ServerClock } from "../../src/desk/server_clock";
import { MemoryStore } from "../../src/desk/store";

type Reply = number | "away" | { status: number; body: string } | "redirect";
const START = Date.parse("2026-11-23T01:00:00Z");
const YES = JSON.stringify({ admitted: true, scan_uid: "s", state: { now: "2026-11-23T01:10:00Z" } });

let replies: Reply[] = [];
let sent: (Record<string, string | number | null> & { url: string })[] = [];
let seen: string[] = [];
let status: QueueStatus = { waiting: [], aside: 0, since: null, fault: null };
let store = new MemoryStore();
let failing = false;
let clock = new ServerClock();

const events = {
  answered: (item: Waiting, _answer: unknown, waited: boolean): void => {
    seen.push(`${waited ? "late" : "answered"} ${String(item.body.code)}`);
    if (failing) throw new Error("the page lacks an element");
  },
  compared: (): void => void seen.push("compared"),
  misread: (_item: Waiting, fault: Fault): void => void seen.push(`misread ${fault.advice}`),
  changed: (now: QueueStatus): void => void (status = { ...now, waiting: [...now.waiting] }),
};

function reply(given: Reply | undefined, url: string): Promise<Response> {
  if (given === "away") return Promise.reject(new TypeError("network"));
  if (given === "redirect") return Promise.resolve({ type: "opaqueredirect" } as Response);
  if (typeof given === "object") return Promise.resolve(new Response(given.body, { status: given.status }));
  const body = url.endsWith("identity") ? JSON.stringify({ same: true, refusal: null, state: {} }) : YES;
  return Promise.resolve(
    new Response(given === 204 ? null : given === undefined ? body : "{}", { status: given ?? 200 }),
  );
}

beforeEach(() => {
  [replies, sent, seen, failing] = [[], [], [], false];
  [store, clock] = [new MemoryStore(), new ServerClock()];
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  mock.method(globalThis, "fetch", (url: string, request: RequestInit) => {
    sent.push({ ...(JSON.parse(request.body as string) as Record<string, string>), url });
    return reply(replies.shift(), url);
  });
});
afterEach(() => {
  mock.reset();
  mock.timers.reset();
});

const settled = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await new Promise((done) => setImmediate(done));
};
const after = async (ms: number): Promise<void> => {
  mock.timers.tick(ms);
  await settled();
};
const make = (): DeskQueue => new DeskQueue(store, clock, events);
const scan = (queue: DeskQueue, code: string): Waiting =>
  queue.add({ kind: "scan", url: "/desk/1/scans", where: "A", body: { code, via: "scanner" } });
const codes = (): unknown[] => sent.map((one) => one.code);
const kept = async (): Promise<unknown[]> => (await store.waiting()).map((item) => item.body.code);

test("scans go out one after the other, in order, with both moments of the tablet", async () => {
  const queue = make();
  clock.offset = 600_000;
  scan(queue, "one");
  scan(queue, "two");
  await settled();
  assert.deepEqual(seen, ["answered one", "answered two"]);
  assert.deepEqual(
    [sent[0]?.scanned_at, sent[0]?.sent_at, sent[0]?.offset_ms],
    ["2026-11-23T01:00:00.000Z", "2026-11-23T01:00:00.000Z", 600_000],
  );
  assert.deepEqual(await kept(), []);
  assert.equal(clock.offset, 600_000, "learnt from the answer");
});

for (const failure of ["away", 502, 503, 504, 429] as const) {
  test(`after ${failure} the same scan goes again with its nonce and moment, one second and then two later`, async () => {
    replies = [failure, failure];
    scan(make(), "one");
    await settled();
    assert.deepEqual([status.waiting.length, status.since !== null], [1, true]);
    await after(999);
    assert.equal(sent.length, 1);
    await after(1);
    await after(1_999);
    assert.equal(sent.length, 2);
    await after(1);
    assert.equal(new Set(sent.map((one) => `${one.nonce} ${one.scanned_at}`)).size, 1);
    assert.equal(sent[2]?.sent_at, "2026-11-23T01:00:03.000Z", "sent_at is that of this try");
    assert.deepEqual([seen, status.since], [["late one"], null]);
  });
}

test("pauses grow to eight seconds and no further", async () => {
  replies = Array.from({ length: 8 }, () => "away" as const);
  scan(make(), "one");
  await settled();
  for (const pause of [1, 2, 4, 8, 8, 8]) await after(pause * 1000);
  assert.equal(sent.length, 7);
});

for (const bad of [500, 400, { status: 200, body: "<!doctype html>" }, { status: 200, body: "{}" }, 204] as const) {
  test(`an answer that says nothing (${JSON.stringify(bad)}) holds up nobody else, and is kept`, async () => {
    replies = [bad];
    const queue = make();
    scan(queue, "one");
    scan(queue, "two");
    await settled();
    assert.deepEqual(seen, ["answered two"]);
    assert.deepEqual(await kept(), ["one"]);
    replies = [500, 500];
    await after(1_000);
    await after(2_000);
    assert.deepEqual([status.aside, status.since], [1, null]);
    await after(60_000);
    assert.deepEqual(seen, ["answered two", "late one"]);
  });
}

for (const refused of [403, 404, 409]) {
  test(`${refused} concerns this scan: set aside at once and kept, the next goes`, async () => {
    replies = [refused];
    const queue = make();
    scan(queue, "one");
    scan(queue, "two");
    await settled();
    assert.deepEqual([seen, status.aside, await kept()], [["answered two"], 1, ["one"]]);
  });
}

for (const locked of [401, "redirect"] as const) {
  test(`${locked}: somebody has to sign in; everything is kept and goes when they have`, async () => {
    replies = [locked];
    const queue = make();
    scan(queue, "one");
    scan(queue, "two");
    await settled();
    assert.deepEqual([seen, status.fault !== null, await kept()], [[], true, ["one", "two"]]);
    assert.equal(sent.length, 1, "nobody else's turn comes before that");
    await after(15_000);
    assert.deepEqual([seen, status.fault], [["late one", "late two"], null]);
  });
}

test("a misread is no verdict: it is shown and leaves", async () => {
  replies = [{ status: 422, body: JSON.stringify({ code: "scan.misread", message: "没有读全", advice: "再扫" }) }];
  scan(make(), "half");
  await settled();
  assert.deepEqual([seen, await kept()], [["misread 再扫"], []]);
});

test("what an earlier page left behind goes first, as late", async () => {
  replies = ["away"];
  scan(make(), "one");
  await settled();
  const again = make();
  await again.restore();
  await settled();
  assert.deepEqual(seen, ["late one"]);
  assert.deepEqual(await kept(), []);
});

test("what is said about a face is kept like a scan", async () => {
  replies = ["away"];
  const queue = make();
  queue.add({ kind: "identity", url: "/desk/1/identity", where: "A", body: { scan_uid: "s", same: false } });
  await settled();
  assert.equal((await store.waiting()).length, 1);
  await after(1_000);
  assert.deepEqual([seen, (await store.waiting()).length], [["compared"], 0]);
});

test("a Wi-Fi that swallows packets is given up after ten seconds", async () => {
  mock.method(globalThis, "fetch", (_url: string, request: RequestInit) => {
    sent.push({ url: "" });
    return new Promise<Response>((_done, failed) =>
      request.signal?.addEventListener("abort", () => failed(new DOMException("late", "AbortError"))),
    );
  });
  scan(make(), "one");
  await settled();
  assert.equal(status.since, null);
  await after(10_000);
  assert.notEqual(status.since, null);
});

test("an answer that cannot be shown is not asked for again, and the next scan goes", async () => {
  failing = true;
  const faults = mock.method(console, "error", () => undefined);
  const queue = make();
  scan(queue, "one");
  scan(queue, "two");
  await settled();
  assert.deepEqual(codes(), ["one", "two"]);
  assert.equal(faults.mock.callCount(), 2); // the faults of the page are not hidden
});

test("a network that is back is tried at once, and never twice at a time", async () => {
  replies = ["away", "away", ...Array.from({ length: 20 }, () => "away" as const)]; // queues of other tests listen too
  const { nonce } = scan(make(), "one");
  await settled();
  page_window.dispatchEvent(new Event("online"));
  page_window.dispatchEvent(new Event("online"));
  await settled();
  assert.equal(sent.filter((one) => one.nonce === nonce).length, 2);
});

test("the count is right from the first moment on", async () => {
  replies = ["away"];
  const queue = make();
  scan(queue, "one");
  assert.equal(status.waiting.length, 1);
  scan(queue, "two");
  await settled();
  assert.equal(status.waiting.length, 2);
});

test("a nonce is a random UUID of version 4", () => {
  const made = new Set(Array.from({ length: 50 }, newNonce));
  assert.equal(made.size, 50);
  for (const nonce of made) {
    assert.match(nonce, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
