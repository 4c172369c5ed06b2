import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { bandOf, type BandFacts } from "../../src/desk/band";
import type { Waiting } from "../../src/desk/data";
import { ServerClock } from "../../src/desk/server_clock";

const FAULT = { status: 401, code: "not_signed_in", message: "请先登录", advice: "" };
const NOTHING: BandFacts = {
  queue: { waiting: [], aside: 0, since: null, fault: null },
  results: 0,
  ahead: null,
  lasting: true,
  urls: { handover: "/desk/handover/", sign_in: "/sign-in" },
};
const waiting = [{}, {}] as Waiting[];
const of = (more: Partial<BandFacts>): string[] => {
  const band = bandOf({ ...NOTHING, ...more });
  return band ? [band.words, band.note, band.go?.words ?? "", band.go?.href ?? ""] : [];
};

test("nothing to know, nothing to do", () => assert.deepEqual(of({}), []));

test("away: how many wait since when, and that they are kept", () => {
  const queue = { waiting, aside: 0, since: "2026-11-23T01:00:00Z", fault: null };
  assert.deepEqual(of({ queue }), ["离线 · 2 条待上传 · 自 09:00", "自动重传", "", ""]);
  assert.equal(of({ queue, lasting: false })[1], "别关此页");
});

test("somebody has to sign in: before everything else", () => {
  const queue = { waiting, aside: 0, since: "2026-11-23T01:00:00Z", fault: FAULT };
  assert.deepEqual(of({ queue, results: 3 }), ["2 条没有上传：请先登录", "", "登录", "/sign-in"]);
});

test("people with a verdict stand at the door: before the network", () => {
  const queue = { waiting, aside: 0, since: "2026-11-23T01:00:00Z", fault: null };
  assert.equal(of({ queue, results: 3 })[0], "等候者有结果：3 人");
});

test("what the server does not take can be handed over", () => {
  const queue = { waiting, aside: 1, since: null, fault: null };
  assert.deepEqual(of({ queue }), ["1 条服务器没有收下，已存好", "", "处理", "/desk/handover/"]);
});

test("a clock that is off is told, either way", () => {
  assert.equal(of({ ahead: 600 })[0], "平板时钟快 10 分钟");
  assert.equal(of({ ahead: -90 })[0], "平板时钟慢 2 分钟");
});

test("the server's time is learnt from the middle of a request", () => {
  const clock = new ServerClock();
  clock.learn("2026-11-23T01:00:00Z", Date.parse("2026-11-23T01:10:00Z"), Date.parse("2026-11-23T01:10:02Z"));
  assert.equal(clock.offset, -601_000);
  clock.learn("not a time", 0, 0);
  assert.equal(clock.offset, -601_000);
});
