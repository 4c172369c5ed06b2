import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, duration } from "../../src/shared/times";

test("the clock shows Foshan's time, over midnight too, on any computer", () => {
  assert.equal(clock(Date.parse("2026-11-23T01:02:03Z")), "09:02:03");
  assert.equal(clock(Date.parse("2026-11-23T17:00:00Z"), false), "01:00");
  assert.equal(clock(Date.parse("2026-07-01T00:00:59.999Z")), "08:00:59"); // no summer time; never rounded up
});

test("durations in at most two units", () => {
  assert.deepEqual([0, -5, 42, 59.6, 140, 3600, 4800, 3661].map(duration), [
    "0 秒",
    "0 秒",
    "42 秒",
    "1 分",
    "2 分 20 秒",
    "1 小时",
    "1 小时 20 分",
    "1 小时 1 分",
  ]);
});
