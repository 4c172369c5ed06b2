import { page } from "../browser";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { markBusyTargets } from "../../src/app/live_forms";

let busy: string | null = null;
let form = new EventTarget();

beforeEach(() => {
  busy = null;
  form = Object.assign(new EventTarget(), { getAttribute: () => "#judged" });
  const target = { setAttribute: (_name: string, value: string) => (busy = value) };
  Object.assign(page, { querySelectorAll: () => [form], querySelector: () => target });
  markBusyTargets();
});

const type = (): unknown => form.dispatchEvent(new Event("input"));
const send = (xhr: object): unknown => form.dispatchEvent(new CustomEvent("htmx:beforeRequest", { detail: { xhr } }));
const answer = (xhr: object, successful = true): unknown =>
  form.dispatchEvent(new CustomEvent("htmx:afterRequest", { detail: { xhr, successful } }));

test("busy from the first input until the answer to the form as it stands", () => {
  const [first, second] = [{}, {}];
  type();
  assert.equal(busy, "true");
  send(first);
  type();
  answer(first); // belongs to an earlier state of the form
  assert.equal(busy, "true");
  send(second);
  answer(second);
  assert.equal(busy, "false");
});

test("a request that failed leaves the old judgement marked as such", () => {
  const request = {};
  type();
  send(request);
  answer(request, false);
  assert.equal(busy, "true");
});
