import { page, page_window } from "../browser";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ViewingReporter } from "../../src/review/viewings";

type Sent = { camera_uid: string; from: string; to: string; mode: string }[];
let sent: Sent[] = [];
let status = 204;

beforeEach(() => {
  sent = [];
  status = 204;
  page.hidden = false;
  mock.timers.enable({ apis: ["setInterval"] });
  mock.method(globalThis, "fetch", (_url: string, request: RequestInit) => {
    sent.push((JSON.parse(request.body as string) as { looks: Sent }).looks);
    return Promise.resolve(new Response(status === 204 ? null : "{}", { status }));
  });
});
afterEach(() => {
  mock.reset();
  mock.timers.reset();
});

const span = (camera_uid: string, from: number, to: number): Sent[number] => ({
  camera_uid,
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  mode: "play",
});
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

test("what a camera played without a break is one span", () => {
  const reporter = new ViewingReporter("/looks");
  for (let at = 0; at <= 5_000; at += 40) reporter.playing("front", at);
  reporter.playing("rear", 2_000);
  reporter.playing("rear", 4_000);
  reporter.report();
  assert.deepEqual(sent, [[span("front", 0, 5_000), span("rear", 2_000, 4_000)]]);
});

test("a jump forward or back begins another span; nothing in between was seen", () => {
  const reporter = new ViewingReporter("/looks");
  for (const at of [0, 2_000, 70_000, 72_000, 10_000, 12_000]) reporter.playing("front", at);
  reporter.report();
  assert.deepEqual(sent, [[span("front", 0, 2_000), span("front", 70_000, 72_000), span("front", 10_000, 12_000)]]);
});

test("less than a second is no viewing, and nothing is sent for it", () => {
  const reporter = new ViewingReporter("/looks");
  reporter.playing("front", 0);
  reporter.playing("front", 999);
  reporter.report();
  assert.deepEqual(sent, []);
});

test("a finished span is told at once, so that the row grows", () => {
  const reporter = new ViewingReporter("/looks");
  const told: unknown[] = [];
  reporter.onSeen = (camera, seen) => told.push([camera, seen]);
  reporter.playing("front", 0);
  reporter.playing("front", 3_000);
  reporter.stop();
  assert.deepEqual(told, [["front", { start: 0, end: 3_000 }]]);
  reporter.report(); // or the page's later events would find it here
});

test("what the server did not take is sent again with what came since, in order", async () => {
  const reporter = new ViewingReporter("/looks");
  status = 503;
  reporter.playing("front", 0);
  reporter.playing("front", 2_000);
  reporter.report();
  await settled();
  status = 204;
  reporter.playing("front", 10_000);
  reporter.playing("front", 12_000);
  reporter.report();
  await settled();
  reporter.report();
  assert.deepEqual(sent.slice(1), [[span("front", 0, 2_000), span("front", 10_000, 12_000)]]);
});

test("reports every half minute, when the page is hidden and when it is left", () => {
  const reporter = new ViewingReporter("/looks");
  const play = (from: number): void => [from, from + 2_000].forEach((at) => reporter.playing("front", at));
  play(0);
  mock.timers.tick(30_000);
  assert.equal(sent.length, 1);
  play(100_000);
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(sent.length, 2);
  play(200_000);
  page_window.dispatchEvent(new Event("pagehide"));
  assert.equal(sent.length, 3);
});
