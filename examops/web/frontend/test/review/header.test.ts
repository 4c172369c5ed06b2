import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { dutyLeft } from "../../src/review/header";

const MINUTE = 60_000;

test("of no footage nobody has watched enough", () => {
  assert.deepEqual(dutyLeft(60, 0, 0), { kind: "look", words: "还没有录像可看" });
});

test("what is left is told until the share is reached", () => {
  assert.match(dutyLeft(60, 10, 100 * MINUTE).words, /还差 .*50/);
  assert.deepEqual(dutyLeft(60, 60, 100 * MINUTE), { kind: "done", words: "已看够" });
});
