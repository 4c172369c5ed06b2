import { page, page_window } from "../browser";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ViewingReporter } from "../../src/review/viewings";

type Sent = {
  camera_uid: string;
  from: string;
  to: string;
  mode: string;
  speed: number;
  shown_from_ms: number;
  shown_to_ms: number;
}[];
let sent: Sent[] = [];
let codes: string[] = [];
let status = 204;
let now = 0;

beforeEach(() => {
  sent = [];
  codes = [];
  status = 204;
  now = 50_000; // the page was opened a while after the browser began
  page.hidden = false;
  mock.timers.enable({ apis: ["setInterval"] });
  mock.method(performance, "now", () => now);
  mock.method(globalThis, "fetch", (_url: string, request: RequestInit) => {
    const body = JSON.parse(request.body as string) as { opened: string; looks: Sent };
    sent.push(body.looks);
    codes.push(body.opened);
    return Promise.resolve(new Response(status === 204 ? null : "{}", { status }));
  });
});
afterEach(() => {
  mock.reset();
  mock.timers.reset();
});

/** `at`: exam time; `shown`: ms since the page was opened. */
const piece = (camera_uid: string, at: [number, number], shown: [number, number], speed = 1): Sent[number] => ({
  camera_uid,
  from: new Date(at[0]).toISOString(),
  to: new Date(at[1]).toISOString(),
  mode: "play",
  speed,
  shown_from_ms: shown[0],
  shown_to_ms: shown[1],
});
const opened = (): {
  reporter: ViewingReporter;
  play: (camera: string, from: number, ms: number, rate?: number) => void;
} => {
  const reporter = new ViewingReporter("/looks", "code");
  const play = (camera: string, from: number, ms: number, rate = 1): void => {
    for (let gone = 0; gone <= ms; gone += 40) {
      reporter.playing(camera, from + gone * rate, rate);
      if (gone < ms) now += 40;
    }
  };
  return { reporter, play };
};
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

test("what stood on the screen is reported with its exam time, its speed and its place on the page's clock", () => {
  const { reporter, play } = opened();
  now += 1_000;
  play("front", 600_000, 5_000, 2);
  reporter.report();
  assert.deepEqual(sent, [[piece("front", [600_000, 610_000], [1_000, 6_000], 2)]]);
  assert.deepEqual(codes, ["code"]);
});

test("a stretch that goes on is reported in pieces that touch on both clocks", () => {
  const { reporter, play } = opened();
  play("front", 0, 2_000);
  reporter.report();
  now += 40;
  play("front", 2_040, 1_960);
  reporter.report();
  assert.deepEqual(sent, [[piece("front", [0, 2_000], [0, 2_000])], [piece("front", [2_000, 4_000], [2_000, 4_000])]]);
});

test("seconds in which the picture did not follow are not watched", () => {
  const { reporter, play } = opened();
  play("front", 0, 2_000);
  now += 8_000; // the clock of the exam goes on, no picture was put on the screen
  play("front", 10_000, 2_000);
  reporter.report();
  assert.deepEqual(sent, [
    [piece("front", [0, 2_000], [0, 2_000]), piece("front", [10_000, 12_000], [10_000, 12_000])],
  ]);
});

test("a jump or another speed begins another stretch; nothing in between was seen", () => {
  const { reporter, play } = opened();
  play("front", 0, 2_000);
  play("front", 70_000, 2_000);
  play("front", 72_000, 2_000, 4);
  reporter.stop();
  reporter.report();
  assert.deepEqual(sent, [
    [
      piece("front", [0, 2_000], [0, 2_000]),
      piece("front", [70_000, 72_000], [2_000, 4_000]),
      piece("front", [72_000, 80_000], [4_000, 6_000], 4),
    ],
  ]);
});

test("less than a second is no viewing, and nothing is sent for it", () => {
  const { reporter, play } = opened();
  play("front", 0, 960);
  reporter.stop();
  reporter.report();
  assert.deepEqual(sent, []);
});

test("a finished stretch is told at once with its speed, so that the row grows", () => {
  const { reporter, play } = opened();
  const told: unknown[] = [];
  reporter.onSeen = (camera, seen, rate) => told.push([camera, seen, rate]);
  play("front", 0, 3_000, 2);
  reporter.stop();
  assert.deepEqual(told, [["front", { start: 0, end: 6_000 }, 2]]);
  reporter.report(); // or the page's later events would find it here
});

test("what the server did not take is sent again with what came since, in order", async () => {
  const { reporter, play } = opened();
  status = 503;
  play("front", 0, 2_000);
  reporter.report();
  await settled();
  status = 204;
  play("front", 10_000, 2_000);
  reporter.report();
  await settled();
  reporter.report();
  assert.deepEqual(sent.slice(1), [
    [piece("front", [0, 2_000], [0, 2_000]), piece("front", [10_000, 12_000], [2_000, 4_000])],
  ]);
});

test("what the server refuses for good is not sent for ever; signed out, it waits", async () => {
  const { reporter, play } = opened();
  for (const answer of [401, 422]) {
    status = answer;
    play("front", now, 2_000);
    reporter.report();
    await settled();
  }
  reporter.report();
  await settled();
  assert.deepEqual(
    sent.map((looks) => looks.length),
    [1, 2],
  );
});

test("after a long outage reports are sent in parts that the server takes", async () => {
  const { reporter, play } = opened();
  status = 503;
  for (let n = 0; n < 100; n++) play("front", n * 100_000, 1_000);
  reporter.report();
  await settled();
  status = 204;
  reporter.report();
  await settled();
  assert.deepEqual(
    sent.map((looks) => looks.length),
    [64, 64, 36],
  );
});

test("reports every half minute, when the page is hidden and when it is left", () => {
  const { reporter, play } = opened();
  play("front", 0, 2_000);
  mock.timers.tick(30_000);
  assert.equal(sent.length, 1);
  play("front", 100_000, 2_000);
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(sent.length, 2);
  play("front", 200_000, 2_000);
  page_window.dispatchEvent(new Event("pagehide"));
  assert.equal(sent.length, 3);
  reporter.stop();
});
