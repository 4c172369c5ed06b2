import assert from "node:assert/strict";
import { test } from "node:test";
import { type Kept, keepField, storeField } from "../../src/app/kept_text";

function storage(): Kept & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => void all.set(key, value),
    removeItem: (key) => void all.delete(key),
  };
}

test("what was typed comes back into an empty field, and under its own key alone", () => {
  const kept = storage();
  storeField({ value: "请盖章" }, "a", kept);
  const field = { value: "" };
  assert.equal(keepField(field, "b", kept), false);
  assert.equal(keepField(field, "a", kept), true);
  assert.equal(field.value, "请盖章");
});

test("what the server gave back leads over what was kept", () => {
  const kept = storage();
  storeField({ value: "旧的" }, "a", kept);
  const field = { value: "新的" };
  assert.equal(keepField(field, "a", kept), false);
  assert.equal(field.value, "新的");
});

test("an emptied field is forgotten", () => {
  const kept = storage();
  storeField({ value: "x" }, "a", kept);
  storeField({ value: "" }, "a", kept);
  assert.equal(kept.all.size, 0);
});
