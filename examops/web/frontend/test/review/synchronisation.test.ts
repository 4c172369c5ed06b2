import assert from "node:assert/strict";
import { test } from "node:test";
import { correctedRate, endOf, mediaTimeAt, momentAt, mustSeek } from "../../src/review/synchronisation";

const WINDOW = [
  { start: 0, duration: 10, programDateTime: 1_000_000 },
  { start: 10, duration: 10, programDateTime: 1_060_000 }, // fifty seconds are missing in between
];

test("a moment is found in the video across a gap of the recording", () => {
  assert.equal(mediaTimeAt(WINDOW, 1_004_000), 4);
  assert.equal(mediaTimeAt(WINDOW, 1_062_500), 12.5);
});

test("no place in the video inside a gap, before, at the end, or without times", () => {
  for (const at of [999_999, 1_010_000, 1_059_999, 1_070_000]) assert.equal(mediaTimeAt(WINDOW, at), null);
  assert.equal(mediaTimeAt([{ start: 0, duration: 10, programDateTime: null }], 5), null);
});

test("a picture's place in the video names the moment it was taken, also where its piece begins a little early", () => {
  assert.equal(momentAt(WINDOW, 4), 1_004_000);
  assert.equal(momentAt(WINDOW, 12.5), 1_062_500);
  assert.equal(momentAt(WINDOW, 9.99), 1_059_990);
  assert.equal(momentAt(WINDOW, 21), null);
  assert.equal(momentAt([], 4), null);
});

test("a window ends where its last piece does", () => {
  assert.equal(endOf(WINDOW), 1_070_000);
  assert.ok(Number.isNaN(endOf([])));
});

test("a picture far off seeks, a little off changes its speed; the limit grows with the speed", () => {
  assert.deepEqual([mustSeek(0.5, true, 1), mustSeek(-0.7, true, 1), mustSeek(0.7, true, 4)], [false, true, false]);
  assert.deepEqual([mustSeek(0.01, false, 1), mustSeek(0.02, false, 1)], [false, true]); // a still shows its own frame
});

test("who is ahead slows down, who is behind hurries, in step runs as asked, never over the browser's limit", () => {
  assert.equal(correctedRate(0.05, 2), 2);
  assert.equal(correctedRate(0.2, 1), 0.9);
  assert.equal(correctedRate(-0.2, 1), 1.1);
  assert.equal(correctedRate(5, 1), 0.85);
  assert.equal(correctedRate(-5, 16), 16);
});
