import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { personAt, rowAt } from "../../src/review/axis/hit_test";
import { rulerStep } from "../../src/review/axis/paint_marks";
import { heightOf, RULER, rows } from "../../src/review/axis/rows";
import { View } from "../../src/review/axis/view";
import { at, camera, flag, model, msAt, person } from "./example";

test("one row for each camera, then people, flags, alarms and what was seen, without holes between", () => {
  const list = rows(model());
  assert.deepEqual(
    list.map((row) => row.kind),
    ["camera", "camera", "people", "flags", "alarms", "seen"],
  );
  let top = RULER;
  for (const row of list) {
    assert.equal(row.top, top);
    top += row.height;
  }
  assert.equal(heightOf(list), top);
});

test("camera rows shrink from the fourth camera on", () => {
  const heights = (count: number): number[] =>
    rows(model({ cameras: Array.from({ length: count }, (_, n) => camera(String(n))) }))
      .filter((row) => row.kind === "camera")
      .map((row) => row.height);
  assert.deepEqual(new Set(heights(3)), new Set([44]));
  assert.deepEqual(new Set(heights(4)), new Set([30]));
});

test("coverage is cut, never rounded up over the limit, and amber below it", () => {
  const list = rows(
    model({ cameras: [camera("a", { coverage_percent: 97.99 }), camera("b", { coverage_percent: 98 })] }),
  );
  assert.deepEqual(
    list.slice(0, 2).map((row) => [row.note, row.amber]),
    [
      ["97.9 %", true],
      ["98 %", false],
    ],
  );
});

test("the notes count who came, who went out, which flags are open and the time seen inside the exam", () => {
  const list = rows(
    model({
      people: [
        person("A-01", { exits: [{ out_at: at("10:00:00"), back_at: at("10:05:00"), reason: "洗手间" }] }),
        person("A-02", { in_at: null }),
      ],
      flags: [flag("10:00:00"), flag("10:10:00", { state: "dismissed" })],
      seen: [{ camera_uid: "front", start: at("08:50:00"), end: at("09:10:00") }],
    }),
  );
  const note = (kind: string): string | undefined => list.find((row) => row.kind === kind)?.note;
  assert.equal(note("people"), "1 入 · 1 离");
  assert.equal(note("flags"), "1 / 2 待看");
  assert.equal(note("seen"), "10 分");
});

test("a row is found from its first pixel to its last", () => {
  const list = rows(model());
  assert.equal(rowAt(list, RULER - 1), null);
  assert.equal(rowAt(list, RULER)?.camera, 0);
  assert.equal(rowAt(list, RULER + 43.5)?.camera, 0);
  assert.equal(rowAt(list, RULER + 44)?.camera, 1);
  assert.equal(rowAt(list, heightOf(list)), null);
});

test("a click finds who came, left, or was away at that moment", () => {
  const people = [
    person("A-01", { exits: [{ out_at: at("10:00:00"), back_at: at("10:05:00"), reason: "洗手间" }] }),
    person("A-02", { in_at: at("08:55:00"), out_at: at("10:50:00") }),
    person("A-03", { in_at: null, exits: [{ out_at: at("10:58:00"), back_at: null, reason: "洗手间" }] }),
  ];
  const seatAt = (clock: string): string | undefined => personAt(people, msAt(clock), 10_000)?.seat;
  assert.equal(seatAt("10:03:00"), "A-01");
  assert.equal(seatAt("10:05:09"), "A-01");
  assert.equal(seatAt("10:05:11"), undefined);
  assert.equal(seatAt("08:55:05"), "A-02");
  assert.equal(seatAt("10:49:55"), "A-02");
  assert.equal(seatAt("11:20:00"), "A-03"); // has not come back
});

test("words of the ruler stand at least 130 pixels apart", () => {
  const hour = new View({ start: 0, end: 3_600_000 });
  hour.width = 1300;
  assert.equal(rulerStep(hour), 600_000);
  hour.width = 1299;
  assert.equal(rulerStep(hour), 600_000);
  const minute = new View({ start: 0, end: 60_000 });
  minute.width = 1560;
  assert.equal(rulerStep(minute), 5_000);
  const week = new View({ start: 0, end: 7 * 86_400_000 });
  week.width = 100;
  assert.equal(rulerStep(week), 3_600_000);
});
