import assert from "node:assert/strict";
import { test } from "node:test";
import { clip, contains, merge, totalLength, uncovered, type Span } from "../../src/review/spans";

const spans = (...pairs: [number, number][]): Span[] => pairs.map(([start, end]) => ({ start, end }));

test("spans that touch or overlap become one, in order of time", () => {
  assert.deepEqual(merge(spans([50, 60], [10, 20], [20, 30], [25, 28])), spans([10, 30], [50, 60]));
});

test("merging leaves its argument as it was", () => {
  const given = spans([10, 20], [15, 30]);
  merge(given);
  assert.deepEqual(given, spans([10, 20], [15, 30]));
});

test("empty and reversed spans vanish", () => {
  assert.deepEqual(merge(spans([10, 10], [30, 20])), []);
});

test("clipping keeps what lies inside", () => {
  assert.deepEqual(clip(spans([0, 5], [5, 15], [18, 30]), { start: 10, end: 20 }), spans([10, 15], [18, 20]));
});

test("a span holds its start and not its end", () => {
  assert.deepEqual(
    [9, 10, 19, 20].map((at) => contains(spans([10, 20]), at)),
    [false, true, true, false],
  );
});

test("what no span covers, at both ends and in the middle", () => {
  assert.deepEqual(uncovered({ start: 0, end: 100 }, spans([40, 60], [10, 30])), spans([0, 10], [30, 40], [60, 100]));
  assert.deepEqual(uncovered({ start: 0, end: 100 }, spans([-5, 200])), []);
  assert.deepEqual(uncovered({ start: 0, end: 100 }, []), spans([0, 100]));
});

test("lengths add up", () => {
  assert.equal(totalLength(spans([0, 10], [20, 25])), 15);
});
