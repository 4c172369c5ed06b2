import { element, press } from "../browser";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { listenScanner } from "../../src/desk/key_scanner";

let codes: string[] = [];
listenScanner((code) => codes.push(code));
let time = 0;
beforeEach(() => {
  codes = [];
  time += 60_000;
});

function type(keys: readonly string[], apart: number, target?: unknown): Event[] {
  return keys.map((key) => press(key, (time += apart), target ?? element()));
}
const scan = (code: string, apart = 5): Event[] => type([...code.split(""), "Enter"], apart);

test("quick characters and Enter are a code, and Enter presses no button", () => {
  const pressed = scan("TICKET-0001");
  assert.deepEqual(codes, ["TICKET-0001"]);
  assert.equal(pressed.at(-1)?.defaultPrevented, true);
});

test("the key Shift between characters breaks nothing", () => {
  type(["Shift", "A", "Shift", "B", "C", "D", "E", "F", "Enter"], 5);
  assert.deepEqual(codes, ["ABCDEF"]);
});

test("a person types slower, and Enter then does what it does", () => {
  const pressed = scan("TICKET-0001", 91);
  assert.deepEqual(codes, []);
  assert.equal(pressed.at(-1)?.defaultPrevented, false);
});

test("five characters are too short, six are enough", () => {
  scan("12345");
  time += 1_000;
  scan("123456");
  assert.deepEqual(codes, ["123456"]);
});

test("what a person typed before does not get into the code", () => {
  type(["x", "y"], 5);
  time += 200;
  scan("ABCDEF");
  assert.deepEqual(codes, ["ABCDEF"]);
});

test("one scan after another", () => {
  scan("AAAAAA");
  scan("BBBBBB");
  assert.deepEqual(codes, ["AAAAAA", "BBBBBB"]);
});

test("keys in a field belong to the field", () => {
  type([..."440604".split(""), "Enter"], 5, element("input"));
  assert.deepEqual(codes, []);
});
