import { element, press } from "../browser";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { listenScanner } from "../../src/desk/key_scanner";

const CODE = "EXAMPLECODE234567ABCDEFGHI";
const ID_NUMBER = "440604199001010018";
let found: string[] = [];
listenScanner({
  read: (read) => found.push("code" in read ? read.code : `number ${read.id_number}`),
  misread: () => found.push("misread"),
});
let time = 0;
beforeEach(() => {
  found = [];
  time += 60_000;
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

/** Keys so many ms apart; timers run as the time goes by. */
function type(keys: readonly string[], apart: number, target?: unknown, more?: object): Event[] {
  return keys.map((key) => {
    mock.timers.tick(apart);
    return press(key, (time += apart), target ?? element(), more);
  });
}

for (const end of ["Enter", "Tab"]) {
  test(`a code ends with ${end}, and that key does nothing else`, () => {
    const pressed = type([...CODE.split(""), end], 5);
    assert.deepEqual(found, [CODE]);
    assert.equal(pressed.at(-1)?.defaultPrevented, true);
  });
}

test("a scanner that ends with nothing is read a moment after its last key", () => {
  type(CODE.split(""), 5);
  assert.deepEqual(found, []);
  mock.timers.tick(300);
  assert.deepEqual(found, [CODE]);
});

for (const apart of [91, 150, 1_400]) {
  test(`a slow scanner, ${apart} ms a key, is known by the form`, () => {
    type([...CODE.split(""), "Enter"], apart);
    assert.deepEqual(found, [CODE]);
  });
}

test("an input method that takes the keys does not take the code", () => {
  for (const letter of CODE) {
    const code = /[0-9]/.test(letter) ? `Digit${letter}` : `Key${letter}`;
    type(["Process"], 5, undefined, { code });
  }
  type(["Enter"], 5);
  assert.deepEqual(found, [CODE]);
});

test("full-width letters, a mark in front and a link are the same code", () => {
  const wide = Array.from(CODE, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
  for (const keys of [wide, Array.from(`]Q1${CODE}`), Array.from(`https://exam.example/t/${CODE}`)]) {
    type([...keys, "Enter"], 5);
  }
  assert.deepEqual(found, [CODE, CODE, CODE]);
});

test("an ID number from a card reader is a number", () => {
  type([...ID_NUMBER.split(""), "Enter"], 5);
  assert.deepEqual(found, [`number ${ID_NUMBER}`]);
});

test("half a code is a misread, with and without a last key", () => {
  type([...CODE.slice(0, 13).split(""), "Enter"], 5);
  type(CODE.slice(13, 25).split(""), 5);
  mock.timers.tick(300);
  assert.deepEqual(found, ["misread", "misread"]);
});

test("what a person types is nothing, and Enter then does what it does", () => {
  const pressed = type(["h", "e", "l", "l", "o", "o", "Enter"], 150);
  assert.deepEqual(found, []);
  assert.equal(pressed.at(-1)?.defaultPrevented, false);
});

test("the key Shift between characters breaks nothing", () => {
  type([...CODE.split("").flatMap((letter) => ["Shift", letter]), "Enter"], 5);
  assert.deepEqual(found, [CODE]);
});

test("what a person typed before does not get into the code", () => {
  type(["Q", "A"], 5);
  time += 2_000;
  type([...CODE.split(""), "Enter"], 5);
  assert.deepEqual(found, [CODE]);
});

test("one scan after another", () => {
  type([...CODE.split(""), "Enter", ...CODE.split(""), "Enter"], 5);
  assert.deepEqual(found, [CODE, CODE]);
});

test("keys in a field belong to the field", () => {
  type([...CODE.split(""), "Enter"], 5, element("input"));
  assert.deepEqual(found, []);
});
