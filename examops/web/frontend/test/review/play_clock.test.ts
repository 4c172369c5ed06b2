import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { PlayClock } from "../../src/review/play_clock";

let now = 0;
mock.method(performance, "now", () => now);
beforeEach(() => {
  now = 0;
});

const clock = (): PlayClock => new PlayClock(10_000, 0, 100_000);

test("time stands until it plays, and stands again after a pause", () => {
  const made = clock();
  now = 5_000;
  assert.equal(made.now(), 10_000);
  made.play();
  now = 8_000;
  assert.equal(made.now(), 13_000);
  made.pause();
  now = 20_000;
  assert.equal(made.now(), 13_000);
});

test("a new speed counts from now on and not back to the start", () => {
  const made = clock();
  made.play();
  now = 2_000;
  made.setRate(8);
  now = 3_000;
  assert.equal(made.now(), 10_000 + 2_000 + 8_000);
});

test("time waits while pictures load, however often it is told", () => {
  const made = clock();
  made.play();
  now = 1_000;
  made.setStalled(true);
  now = 5_000;
  made.setStalled(true);
  assert.equal(made.now(), 11_000);
  made.setStalled(false);
  now = 6_000;
  assert.equal(made.now(), 12_000);
});

test("time stays inside the door's hours", () => {
  const made = clock();
  made.play();
  now = 1_000_000;
  assert.equal(made.now(), 100_000);
  made.jump(-5);
  assert.equal(made.now(), 0);
});

test("a jump tells where from and where to, and goes on playing", () => {
  const made = clock();
  const jumps: [number, number][] = [];
  made.onJump = (from, to) => jumps.push([from, to]);
  made.play();
  now = 1_000;
  made.jump(500_000);
  made.jump(50_000);
  now = 2_000;
  assert.deepEqual(jumps, [
    [11_000, 100_000],
    [100_000, 50_000],
  ]);
  assert.equal(made.now(), 51_000);
});
