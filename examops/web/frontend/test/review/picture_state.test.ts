import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureState, type Situation } from "../../src/review/picture_state";

const AT = 1_000_000;
const situation = (more: Partial<Situation> = {}): Situation => ({
  at: AT,
  playing: true,
  rate: 1,
  now: 60_000,
  seeking: false,
  failure: "",
  ...more,
});
const picture = (behind = 0, age = 40): { at: number; since: number } => ({ at: AT - behind, since: 60_000 - age });

test("a picture of this moment that was put there just now is shown; while paused it may stand", () => {
  assert.equal(pictureState(picture(), situation()), "shown");
  assert.equal(pictureState(picture(900), situation()), "shown");
  assert.equal(pictureState(picture(0, 60_000), situation({ playing: false })), "shown");
  assert.equal(pictureState(picture(6_000), situation({ rate: 16 })), "shown");
});

test("no picture, a seek and a picture of another place are loading", () => {
  assert.equal(pictureState(null, situation()), "loading");
  assert.equal(pictureState(picture(), situation({ seeking: true })), "loading");
  assert.equal(pictureState(picture(40_000), situation()), "loading");
});

test("a picture that stands or lags while time runs is late", () => {
  assert.equal(pictureState(picture(0, 2_000), situation()), "late");
  assert.equal(pictureState(picture(3_000), situation()), "late");
});

test("a fault is said, but not over a picture of this moment", () => {
  assert.equal(pictureState(null, situation({ failure: "network" })), "failed");
  assert.equal(pictureState(picture(3_000), situation({ failure: "expired" })), "failed");
  assert.equal(pictureState(picture(), situation({ failure: "network" })), "shown");
});
