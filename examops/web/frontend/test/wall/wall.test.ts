import { element } from "../browser";
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { formatAge, ServerClock } from "../../src/wall/ages";
import { faultsFirst, type SessionRow, type SessionState, type TileData, type TileState } from "../../src/wall/data";
import { showRiskList } from "../../src/wall/risk_list";

test("ages in seconds to a hundred, then minutes, then hours", () => {
  assert.deepEqual([-3, 0, 99.4, 99.6, 150, 5999, 6000, 9000].map(formatAge), [
    "0 s",
    "0 s",
    "99 s",
    "2 分",
    "3 分",
    "100 分",
    "2 小时",
    "3 小时",
  ]);
});

test("ages follow the server's clock, whatever this computer's shows", () => {
  mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-23T00:00:00Z") });
  const clock = new ServerClock();
  clock.set("2026-11-23T01:30:00Z");
  mock.timers.tick(2_000);
  assert.equal(new Date(clock.now()).toISOString(), "2026-11-23T01:30:02.000Z");
  mock.timers.reset();
});

const tile = (camera_uid: string, state: TileState): TileData => ({
  camera_uid,
  room: "",
  occupation: "",
  state,
  words: "",
  taken_at: null,
  age_s: null,
  image_url: null,
  url: "/footage/review",
  last_good: null,
});

test("faults stand first, cameras that are off last, and equal ones keep the server's order", () => {
  const tiles = [
    tile("a", "off"),
    tile("b", "ok"),
    tile("c", "look"),
    tile("d", "stop"),
    tile("e", "ok"),
    tile("f", "stop"),
  ];
  assert.equal(
    faultsFirst(tiles)
      .map((one) => one.camera_uid)
      .join(""),
    "dfcbea",
  );
  assert.equal(tiles[0]?.camera_uid, "a"); // the document itself is left as it came
});

const session = (title: string, state: SessionState, more: Partial<SessionRow> = {}): SessionRow => ({
  uid: title,
  title,
  place: "A栋",
  body: "华岭",
  present: 9,
  due: 12,
  state,
  why: null,
  url: `/${title}`,
  ...more,
});

test("the list counts each kind, shows the urgent first and says why", () => {
  const box = element();
  showRiskList(box, [session("晚场", "wait"), session("电工", "done"), session("焊工", "stop", { why: "黑屏 18 s" })]);
  assert.equal(
    box.words,
    [
      "1 要处理 0 留意 1 正常 1 未开始", // the index
      "要处理 在场 / 应到 焊工 A栋 9 / 12 华岭 黑屏 18 s",
      "正常 在场 / 应到 电工 A栋 9 / 12 华岭",
      "未开始 应到 晚场 A栋 12 华岭", // nobody can be present yet
    ].join(" "),
  );
});

test("without sessions the list says so and what will come", () => {
  const box = element();
  showRiskList(box, []);
  assert.match(box.words, /现在没有进行中的场次/);
});
