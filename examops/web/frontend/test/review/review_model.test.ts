import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReviewModel } from "../../src/review/review_model";
import { flagMark, flagState, isOpen } from "../../src/review/data";
import { firstMoment } from "../../src/review/first_moment";
import { at, camera, flag, gap, model, msAt, person, segment } from "./example";

const seen = (
  start: string,
  end: string,
  camera_uid = "front",
): { camera_uid: string; start: string; end: string } => ({
  camera_uid,
  start: at(start),
  end: at(end),
});

test("each camera counts for itself: watching one of two whole is half, and only what was recorded of the exam", () => {
  const room = model({ seen: [seen("08:40:00", "11:20:00")] });
  assert.equal(room.watchedPercent, 50);
  room.addSeen("rear", { start: msAt("10:00:00"), end: msAt("10:12:00") });
  assert.equal(room.watchedPercent, 55);
  const broken = camera("rear", { segments: [segment("09:00:00", "09:30:00")], gaps: [gap("09:30:00", "11:00:00")] });
  const half = model({ cameras: [camera("front"), broken], seen: [seen("09:00:00", "11:00:00", "rear")] });
  assert.equal(half.watchedPercent, 20); // half an hour of two and a half
});

test("without footage nothing is watched", () => {
  assert.equal(model({ cameras: [] }).watchedPercent, 0);
});

test("gaps, open flags, alarms and exits in order of time; settled flags are none", () => {
  const room = model({
    cameras: [camera("front", { gaps: [gap("10:30:00", "10:30:42")] })],
    flags: [flag("10:40:00"), flag("10:41:00", { state: "dismissed" })],
    alarms: [{ at: at("10:20:00"), camera_uid: "front", state: "stop", kind: "black", words: "黑屏" }],
    people: [person("A-07", { exits: [{ out_at: at("10:10:00"), back_at: at("10:12:00"), reason: "洗手间" }] })],
  });
  assert.deepEqual(
    room.pointsOfInterest.map((point) => point.kind),
    ["exit", "alarm", "gap", "flag"],
  );
});

test("a confirmed flag is open and red until it was acted on", () => {
  const marks = (["open", "escalated", "confirmed", "acted", "dismissed"] as const).map((state) => {
    const one = flag("10:00:00", { state });
    return [isOpen(one), flagMark(one), flagState(one)];
  });
  assert.deepEqual(marks, [
    [true, "look", "待看"],
    [true, "look", "已上报"],
    [true, "stop", "属实，待处理"],
    [false, "done", "属实，已处理"],
    [false, "done", "已了结"],
  ]);
});

test("a gap names another camera that recorded then, or says that there is none", () => {
  const front = camera("front", { gaps: [gap("10:30:00", "10:31:00")] });
  const advice = (rear: string, end: string): string | undefined =>
    model({ cameras: [front, camera(rear, { segments: [segment("09:00:00", end)] })] }).pointsOfInterest[0]?.advice;
  assert.equal(advice("后", "11:00:00"), "改看 后");
  assert.equal(advice("后", "10:30:00"), "没有别的摄像机在录");
});

test("next is the first point not yet seen, and a seen one only where nothing else is left", () => {
  const room = model({
    flags: [flag("10:00:00"), flag("10:20:00"), flag("10:40:00")],
    seen: [seen("09:59:00", "10:21:00")],
  });
  assert.equal(room.after(msAt("09:30:00"))?.at, msAt("10:40:00"));
  room.addSeen("front", { start: msAt("10:39:00"), end: msAt("10:41:00") });
  assert.equal(room.after(msAt("09:30:00"))?.at, msAt("10:00:00"));
  assert.equal(room.after(msAt("10:39:58.500"))?.at, undefined); // closer than a second and a half is here
  assert.equal(room.before(msAt("10:39:00"))?.at, msAt("10:20:00"));
});

test("next goes round: behind the last unseen point comes the first one that was left behind", () => {
  const room = model({ flags: [flag("10:00:00"), flag("10:40:00")], seen: [seen("10:39:00", "10:41:00")] });
  assert.equal(room.after(msAt("10:30:00"))?.at, msAt("10:00:00"));
});

test("flags of a seat: open ones first", () => {
  const room = model({
    flags: [
      flag("10:00:00", { seat: "A-07", state: "dismissed" }),
      flag("10:20:00", { seat: "A-07" }),
      flag("10:30:00"),
    ],
  });
  assert.deepEqual(
    room.flagsOf("A-07").map((one) => one.uid),
    ["10:20:00", "10:00:00"],
  );
});

test("playing begins at the moment of the address, else at the start of the exam", () => {
  assert.equal(firstMoment(model(), at("10:02:14")), msAt("10:02:14"));
  assert.equal(firstMoment(model(), "no time"), msAt("09:00:00"));
  assert.equal(firstMoment(model({ cameras: [] }), null), msAt("09:00:00"));
});

test("where the start has no footage, playing begins with the next footage, or with the first there is", () => {
  const room = (...spans: [string, string][]): ReviewModel =>
    model({ cameras: [camera("front", { segments: spans.map(([start, end]) => segment(start, end)) })] });
  assert.equal(firstMoment(room(["08:40:00", "09:00:00"], ["09:10:00", "09:20:00"]), null), msAt("09:10:00"));
  assert.equal(firstMoment(room(["08:40:00", "08:50:00"], ["08:50:00", "08:55:00"]), null), msAt("08:40:00"));
});
