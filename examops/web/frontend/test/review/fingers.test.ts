import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Fingers } from "../../src/review/axis/fingers";

test("one finger zooms nothing, wherever it moves", () => {
  const fingers = new Fingers();
  assert.equal(fingers.put(1, 100), 1);
  assert.equal(fingers.move(1, 300), null);
});

test("two fingers that move apart show less time about the place between them", () => {
  const fingers = new Fingers();
  fingers.put(1, 100);
  assert.equal(fingers.put(2, 200), 2);
  assert.deepEqual(fingers.move(2, 300), [200, 0.5]);
  assert.deepEqual(fingers.move(2, 200), [150, 2]);
});

test("a finger that was lifted, and a mouse without its button, count for nothing", () => {
  const fingers = new Fingers();
  fingers.put(1, 100);
  fingers.put(2, 200);
  fingers.lift(1);
  assert.equal(fingers.move(2, 300), null);
  assert.equal(fingers.move(3, 10), null);
  assert.equal(fingers.put(1, 0), 2);
});

test("fingers that meet stay a finite factor", () => {
  const fingers = new Fingers();
  fingers.put(1, 100);
  fingers.put(2, 180);
  assert.deepEqual(fingers.move(2, 100), [100, 10]);
  assert.deepEqual(fingers.move(2, 101), [100.5, 1]);
});
