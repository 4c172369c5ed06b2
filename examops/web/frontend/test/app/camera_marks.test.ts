import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, placeOf } from "../../src/app/camera_marks";

const PICTURE = { width: 1280, height: 720 };
const SHOWN = { left: 100, top: 50, width: 640, height: 360 };

test("a click falls where it was in the picture, however large it is shown", () => {
  assert.deepEqual(placeOf({ clientX: 100, clientY: 50 }, SHOWN, PICTURE), { x: 0, y: 0 });
  assert.deepEqual(placeOf({ clientX: 420, clientY: 230 }, SHOWN, PICTURE), { x: 640, y: 360 });
  assert.deepEqual(placeOf({ clientX: 741, clientY: 411 }, SHOWN, PICTURE), { x: 1280, y: 720 });
});

test("arrow keys move the cross inside the picture, Shift in leaps", () => {
  assert.deepEqual(moved({ x: 640, y: 360 }, "ArrowRight", false, PICTURE), { x: 650, y: 360 });
  assert.deepEqual(moved({ x: 640, y: 360 }, "ArrowUp", true, PICTURE), { x: 640, y: 310 });
  assert.deepEqual(moved({ x: 1275, y: 0 }, "ArrowRight", false, PICTURE), { x: 1280, y: 0 });
  assert.deepEqual(moved({ x: 0, y: 4 }, "ArrowUp", false, PICTURE), { x: 0, y: 0 });
  assert.equal(moved({ x: 1, y: 1 }, "Tab", false, PICTURE), null);
});
