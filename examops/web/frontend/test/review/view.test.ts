import assert from "node:assert/strict";
import { test } from "node:test";
import { View } from "../../src/review/axis/view";

const HOUR = 3_600_000;

function view(): View {
  const made = new View({ start: 0, end: HOUR });
  made.width = 1000;
  return made;
}

test("a moment and its place lead to each other", () => {
  const made = view();
  assert.equal(made.x(HOUR / 4), 250);
  assert.equal(made.at(250), HOUR / 4);
  assert.equal(made.msPerPixel, 3600);
});

test("zooming keeps the moment under the pointer where it is", () => {
  const made = view();
  made.zoom(300, 0.5);
  assert.equal(made.end - made.start, HOUR / 2);
  assert.equal(Math.round(made.at(300)), 0.3 * HOUR);
});

test("the nearest zoom shows twenty seconds, the farthest everything", () => {
  const made = view();
  for (let n = 0; n < 60; n++) made.zoom(500, 0.8);
  assert.equal(Math.round(made.end - made.start), 20_000);
  for (let n = 0; n < 60; n++) made.zoom(500, 1.25);
  assert.deepEqual([made.start, made.end], [0, HOUR]);
});

test("panning moves with the pointer and stops at both ends", () => {
  const made = view();
  made.zoom(500, 0.5);
  made.pan(100);
  assert.equal(made.start, 0.25 * HOUR - 100 * 1800);
  made.pan(10_000);
  assert.equal(made.start, 0);
  made.pan(-10_000);
  assert.deepEqual([made.start, made.end], [HOUR / 2, HOUR]);
});

test("a moment out of sight is brought to a quarter of the width; one in sight moves nothing", () => {
  const made = view();
  made.zoom(0, 0.25);
  made.reveal(HOUR / 2);
  assert.equal(made.x(HOUR / 2), 250);
  made.reveal(HOUR / 2 + 1000);
  assert.equal(made.x(HOUR / 2), 250);
});
