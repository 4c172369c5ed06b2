import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlarmData } from "../../src/review/data";
import type { ReviewModel } from "../../src/review/review_model";
import { at, camera, gap, model, msAt } from "./example";

const alarm = (clock: string, more: Partial<AlarmData> = {}): AlarmData => ({
  at: at(clock),
  camera_uid: "front",
  state: "look",
  kind: "clock",
  words: "时钟偏差",
  ...more,
});
const minutes = (from: number, count: number): AlarmData[] =>
  Array.from({ length: count }, (_, n) => alarm(`10:${String(from + n).padStart(2, "0")}:00`));

const unseen = (room: ReviewModel): (number | null)[] => room.alarmGroups.map((group) => group.unseen);

test("twenty clock alarms are one thing to look at, and the gap between them is not buried", () => {
  const room = model({
    alarms: minutes(10, 20),
    cameras: [camera("front", { gaps: [gap("10:20:30", "10:21:00")] })],
  });
  assert.deepEqual(
    room.pointsOfInterest.map((point) => [point.kind, point.at]),
    [
      ["alarm", msAt("10:10:00")],
      ["gap", msAt("10:20:30")],
    ],
  );
  assert.equal(room.pointsOfInterest[0]?.words, "front 时钟偏差 等 20 次");
});

test("other kinds, other cameras and alarms long after are things of their own", () => {
  const room = model({
    alarms: [
      alarm("10:00:00"),
      alarm("10:01:00", { kind: "black", state: "stop" }),
      alarm("10:02:00", { camera_uid: "rear" }),
      alarm("10:09:00"),
      alarm("10:19:01"),
    ],
  });
  assert.deepEqual(
    room.alarmGroups.map((group) => group.alarms.length),
    [2, 1, 1, 1],
  );
});

test("a group is seen when each of its alarms was, on its own camera; else it begins at the first unseen one", () => {
  const room = model({ alarms: minutes(10, 3) });
  room.addSeen("rear", { start: msAt("10:00:00"), end: msAt("11:00:00") });
  assert.deepEqual(unseen(room), [msAt("10:10:00")]);
  room.addSeen("front", { start: msAt("10:09:00"), end: msAt("10:11:30") });
  assert.equal(room.pointsOfInterest.map((point) => point.at)[0], msAt("10:12:00"));
  assert.equal(room.pointsOfInterest.map((point) => point.seen)[0], false);
  room.addSeen("front", { start: msAt("10:11:00"), end: msAt("10:12:30") });
  assert.deepEqual(unseen(room), [null]);
  assert.equal(room.pointsOfInterest.map((point) => point.seen)[0], true);
});
