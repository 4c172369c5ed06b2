import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StripData } from "../../src/review/data";
import { View } from "../../src/review/axis/view";
import { joined } from "../../src/review/growth";
import { at, camera, flag, model, msAt } from "./example";

const strip = (start: string, address = "new"): StripData => ({
  segment_uid: start,
  start: at(start),
  index_url: `${address}.json`,
  images_url: `${address}.jpgs`,
});

test("strips that were not sent again are kept, those that were are replaced, in order of time", () => {
  const known = model({ cameras: [camera("front", { strips: [strip("09:01:00", "old"), strip("09:03:00", "old")] })] });
  const fresh = model({
    cameras: [camera("front", { strips: [strip("09:02:00"), strip("09:03:00")] }), camera("late", { strips: [] })],
  });
  const [front, late] = joined(fresh.data, known.data, new Set()).cameras;
  assert.deepEqual(
    front?.strips.map((one) => [one.segment_uid, one.index_url]),
    [
      ["09:01:00", "old.json"],
      ["09:02:00", "new.json"],
      ["09:03:00", "new.json"],
    ],
  );
  assert.equal(late?.uid, "late");
});

test("a flag made while the server answered stays; one that the server no longer has goes", () => {
  const known = model({ flags: [flag("09:10:00"), flag("09:20:00")] });
  const fresh = model({ flags: [] });
  const flags = joined(fresh.data, known.data, new Set(["09:10:00"])).flags;
  assert.deepEqual(
    flags.map((one) => one.uid),
    ["09:20:00"],
  );
});

test("an exam that goes on longer is drawn whole, unless one had come nearer", () => {
  const longer = { start: msAt("09:00:00"), end: msAt("12:00:00") };
  const view = new View({ start: msAt("09:00:00"), end: msAt("11:00:00") });
  view.width = 100;
  view.setWhole(longer);
  assert.deepEqual([view.start, view.end], [longer.start, longer.end]);
  view.zoom(0, 0.5);
  view.setWhole({ ...longer, end: msAt("13:00:00") });
  assert.deepEqual([view.start, view.end], [longer.start, msAt("10:30:00")]);
});
