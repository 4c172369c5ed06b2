import { page_window, storage } from "../browser";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Scan } from "../../src/desk/data";
import { newNonce, ScanQueue } from "../../src/desk/queue";

let answers: (number | "away")[] = [];
let sent: Scan[] = [];
let told: string[] = [];
let failing = false;
const events = {
  answered: (scan: Scan): void => {
    told.push(`answered ${scan.code ?? ""}`);
    if (failing) throw new Error("the page lacks an element");
  },
  refused: (scan: Scan, fault: { status: number }): void =>
    void told.push(`refused ${scan.code ?? ""} ${fault.status}`),
  connection: (waiting: number, since: string | null): void => void told.push(`${since ? "off" : "on"} ${waiting}`),
};

beforeEach(() => {
  [answers, sent, told, failing] = [[], [], [], false];
  storage.clear();
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(globalThis, "fetch", (_url: string, request: RequestInit) => {
    sent.push(JSON.parse(request.body as string) as Scan);
    const status = answers.shift() ?? 200;
    return status === "away"
      ? Promise.reject(new TypeError("network"))
      : Promise.resolve(new Response("{}", { status }));
  });
});
afterEach(() => {
  mock.reset();
  mock.timers.reset();
});

const settled = async (): Promise<void> => {
  for (let n = 0; n < 5; n++) await new Promise((done) => setImmediate(done));
};
const after = async (ms: number): Promise<void> => {
  mock.timers.tick(ms);
  await settled();
};
const stored = (): Scan[] => JSON.parse(storage.getItem("desk-waiting") ?? "[]") as Scan[];

test("scans go out one after the other, in order", async () => {
  const queue = new ScanQueue("/scans", events);
  queue.add({ code: "one", via: "scanner" });
  queue.add({ code: "two", via: "scanner" });
  await settled();
  assert.deepEqual(told, ["on 1", "answered one", "on 0", "answered two"]);
});

for (const failure of ["away", 500, 503, 429] as const) {
  test(`after ${failure} the same scan goes again with its nonce, one second and then two later`, async () => {
    answers = [failure, failure];
    new ScanQueue("/scans", events).add({ code: "one", via: "scanner" });
    await settled();
    assert.deepEqual(told, ["off 1"]);
    await after(999);
    assert.equal(sent.length, 1);
    await after(1);
    await after(1_999);
    assert.equal(sent.length, 2);
    await after(1);
    assert.equal(new Set(sent.map((scan) => `${scan.nonce} ${scan.scanned_at}`)).size, 1);
    assert.deepEqual(told, ["off 1", "off 1", "on 0", "answered one"]);
  });
}

test("pauses grow to eight seconds and no further", async () => {
  answers = Array.from({ length: 8 }, () => "away" as const);
  new ScanQueue("/scans", events).add({ code: "one", via: "scanner" });
  await settled();
  for (const pause of [1, 2, 4, 8, 8, 8]) await after(pause * 1000);
  assert.equal(sent.length, 7);
});

test("a scan that the server refuses is not sent again, and the next one goes", async () => {
  answers = [409];
  const queue = new ScanQueue("/scans", events);
  queue.add({ code: "one", via: "scanner" });
  queue.add({ code: "two", via: "scanner" });
  await settled();
  assert.deepEqual(told, ["on 1", "refused one 409", "on 0", "answered two"]);
  assert.equal(sent.length, 2);
});

test("waiting scans survive a reload; a typed ID number is never written down", async () => {
  answers = ["away"];
  const queue = new ScanQueue("/scans", events);
  queue.add({ code: "one", via: "scanner" });
  queue.add({ id_number: "440604199001010018", via: "typed" });
  await settled();
  assert.deepEqual(
    stored().map((scan) => scan.code),
    ["one"],
  );
  assert.ok(!storage.getItem("desk-waiting")?.includes("440604"));
  const nonce = sent[0]?.nonce;
  sent = [];
  new ScanQueue("/scans", events);
  await settled();
  assert.deepEqual([sent[0]?.code, sent[0]?.nonce], ["one", nonce]);
  assert.deepEqual(stored(), []);
});

test("a store that holds no list is an empty one", () => {
  storage.setItem("desk-waiting", "{broken");
  assert.doesNotThrow(() => new ScanQueue("/scans", events));
});

test("an answer that cannot be shown is not asked for again, and the next scan goes", async () => {
  failing = true;
  const faults = mock.method(console, "error", () => undefined);
  const queue = new ScanQueue("/scans", events);
  queue.add({ code: "one", via: "scanner" });
  queue.add({ code: "two", via: "scanner" });
  await settled();
  assert.deepEqual(
    sent.map((scan) => scan.code),
    ["one", "two"],
  );
  assert.equal(faults.mock.callCount(), 2); // the faults of the page are not hidden
});

test("a network that is back does not send the same scan twice at a time", async () => {
  answers = ["away"];
  new ScanQueue("/scans", events).add({ code: "one", via: "scanner" });
  await settled();
  page_window.dispatchEvent(new Event("online"));
  await settled();
  assert.equal(sent.length, 1);
});

test("a nonce is a random UUID of version 4", () => {
  const made = new Set(Array.from({ length: 50 }, newNonce));
  assert.equal(made.size, 50);
  for (const nonce of made) {
    assert.match(nonce, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
