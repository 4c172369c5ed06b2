import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../src/desk/reading";

const CODE = "EXAMPLECODE234567ABCDEFGHI";
const ID_NUMBER = "440604199001010018";
const wide = (text: string): string =>
  Array.from(text, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join("");

for (const text of [
  CODE,
  CODE.toLowerCase(),
  wide(CODE),
  `${CODE}\t`,
  `]Q1${CODE}`,
  `]Q3${CODE}`,
  `https://exam.example:8443/t/${CODE}`,
  ` ${CODE} `,
]) {
  test(`a code is 26 letters whatever stands around it: ${text.trim()}`, () => {
    assert.deepEqual(read(text), { code: CODE });
  });
}

for (const text of [ID_NUMBER, wide(ID_NUMBER), `身份证${ID_NUMBER}`, "440604 19900101 0018"]) {
  test(`an ID number is known by its form: ${text}`, () => assert.deepEqual(read(text), { id_number: ID_NUMBER }));
}

test("the last place may be an x of any kind", () => {
  for (const x of ["x", "X", "ｘ", "Ｘ"]) {
    assert.deepEqual(read(`44060419900101000${x}`), { id_number: "44060419900101000X" });
  }
});

for (const text of [
  "",
  CODE.slice(0, 13),
  CODE.slice(0, 25),
  "6901028075862",
  "https://weixin.example/abc",
  "44060419900101001",
]) {
  test(`half a code and other codes are neither: ${text}`, () => assert.equal(read(text), null));
}
