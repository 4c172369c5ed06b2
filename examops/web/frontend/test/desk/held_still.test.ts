import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldStill } from "../../src/desk/held_still";

const seen = (...pictures: [string, number][]): boolean[] => {
  const held = new HeldStill();
  return pictures.map(([code, at]) => held.isNew(code, at));
};

test("a phone held still is one scan, also where a picture takes longer than any pause", () => {
  assert.deepEqual(seen(["A", 0], ["A", 100], ["A", 9_000], ["A", 30_000]), [true, false, false, false]);
});

test("a phone that trembles out of sight is no second scan; one that comes back later is", () => {
  assert.deepEqual(seen(["A", 0], ["", 100], ["A", 3_000], ["", 3_100], ["A", 7_200]), [
    true,
    false,
    false,
    false,
    true,
  ]);
});

test("another phone is another scan at once", () => {
  assert.deepEqual(seen(["A", 0], ["B", 100], ["A", 200]), [true, true, true]);
});
