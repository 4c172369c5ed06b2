import { page } from "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(page, {
  getElementById: () => ({
    textContent: JSON.stringify({
      "{count} 场": ["{count} session", "{count} sessions"],
      "第 {page} 屏": "Page {page}",
    }),
  }),
});
const { t } = await import("../../src/shared/words");

test("a text of the page's catalogue replaces the Chinese one, its braces filled", () => {
  assert.equal(t("第 {page} 屏", { page: 3 }), "Page 3");
});

test("one and many", () => {
  assert.equal(t("{count} 场", { count: 1 }), "1 session");
  assert.equal(t("{count} 场", { count: 0 }), "0 sessions");
  assert.equal(t("{count} 场", { count: 21 }), "21 sessions");
});

test("a text without entry stays, and a brace without value too", () => {
  assert.equal(t("没有 {what}"), "没有 {what}");
  assert.equal(t("没有 {what}", { what: "" }), "没有 ");
});

test("a value with braces is not filled again", () => {
  assert.equal(t("没有 {what}", { what: "{count}", count: 3 }), "没有 {count}");
});
