import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brush } from "../../src/review/axis/brush";
import { paintCamera } from "../../src/review/axis/paint_cameras";
import { View } from "../../src/review/axis/view";
import { camera, gap, msAt } from "./example";

const LETTER = 10; // pixels of one character of the recording brush
const WHOLE = "缺口 1 分：连接超时";

interface Drawn {
  words: string;
  x: number;
  end: number;
}

/** What a row of one camera writes on an axis of 1,200 pixels for two hours: ten pixels a minute. */
function drawn(gaps: [string, string][], from = "09:00:00", to = "11:00:00"): { texts: Drawn[]; marks: number[][] } {
  const texts: Drawn[] = [],
    marks: number[][] = [];
  const brush = {
    palette: {},
    box: () => undefined,
    hatch: (x: number, _y: number, width: number) => void marks.push([Math.round(x), Math.round(x + width)]),
    width: (words: string) => words.length * LETTER,
    text: (words: string, x: number) => {
      texts.push({ words, x, end: x + words.length * LETTER });
      return x + words.length * LETTER;
    },
  } as unknown as Brush;
  const view = new View({ start: msAt(from), end: msAt(to) });
  view.width = 1200;
  const row = { kind: "camera", camera: 0, top: 0, height: 44, label: "", note: "", amber: false };
  paintCamera(brush, view, row as never, camera("a", { gaps: gaps.map(([start, end]) => gap(start, end)) }), []);
  return { texts, marks };
}

test("a gap says how long it is and why, behind its mark", () => {
  const { texts, marks } = drawn([["09:30:00", "09:31:00"]]);
  assert.deepEqual(marks, [[300, 310]]);
  assert.deepEqual(
    texts.map(({ words, x }) => [words, Math.round(x)]),
    [[WHOLE, 316]],
  );
});

test("words of a gap never run into the next mark: they are shortened, and left out where nothing fits", () => {
  const near: [string, string][] = [
    ["09:10:00", "09:11:00"],
    ["09:20:00", "09:21:00"],
    ["09:22:00", "09:23:00"],
  ];
  const { texts, marks } = drawn(near);
  assert.equal(texts.length, 2);
  assert.match(texts.map(({ words }) => words).join(" "), /^缺口.*… /);
  const last = texts.find(({ words }) => words === WHOLE);
  assert.equal(Math.round(Number(last?.x)), 236, "behind the last mark, where there is room");
  for (const { x, end } of texts) assert.ok(marks.every(([left, right]) => end <= Number(left) || x >= Number(right)));
});

test("words of two gaps never lie over each other", () => {
  const every: [string, string][] = Array.from({ length: 11 }, (_, n) => [
    `09:${String(n * 5).padStart(2, "0")}:00`,
    `09:${String(n * 5).padStart(2, "0")}:20`,
  ]);
  const { texts } = drawn(every);
  const sorted = [...texts].sort((a, b) => a.x - b.x);
  sorted.slice(1).forEach((one, n) => assert.ok(one.x >= Number(sorted[n]?.end)));
});

test("a gap outside of what is shown writes nothing", () => {
  assert.deepEqual(drawn([["09:30:00", "09:31:00"]], "10:00:00", "11:00:00"), { texts: [], marks: [] });
});

test("words of a long gap stand in it, where the axis ends with the gap too", () => {
  const { texts, marks } = drawn([["09:30:00", "11:00:00"]]);
  assert.deepEqual(marks, [[300, 1200]]);
  assert.deepEqual(
    texts.map(({ words, x }) => [words, Math.round(x)]),
    [["缺口 1 小时 30 分：连接超时", 312]],
  );
});

test("of a gap that began before what is shown the words stand at the edge", () => {
  const { texts } = drawn([["09:00:00", "10:30:00"]], "10:00:00", "11:00:00");
  assert.deepEqual(
    texts.map(({ x }) => x),
    [12],
  );
});
