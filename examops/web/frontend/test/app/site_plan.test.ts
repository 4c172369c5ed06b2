import "../browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Board, type Move } from "../../src/app/site_plan/board";
import { pointAt, rowBetween, stepped } from "../../src/app/site_plan/geometry";
import { type Drafts, Saving } from "../../src/app/site_plan/saving";
import type { PlanDocument, Thing } from "../../src/shared/api";

const thing = (label: string, x: number | null = null, at: string | null = null): Thing => ({
  kind: "station",
  uid: label,
  label,
  x,
  y: x,
  by: "",
  at,
});
const plan = (...things: Thing[]): PlanDocument => ({
  version: 0,
  width: 1600,
  height: 900,
  url: "",
  changed_by: "",
  changed_at: null,
  things,
});

test("a pointer falls where it was in the picture, however large it is shown", () => {
  const shown = { left: 100, top: 50, width: 800, height: 450 };
  assert.deepEqual(pointAt({ clientX: 500, clientY: 275 }, shown), { x: 0.5, y: 0.5 });
  assert.deepEqual(pointAt({ clientX: 20, clientY: 900 }, shown), { x: 0, y: 1 });
});

test("a row has its first and last place where they were marked, the others between", () => {
  const row = rowBetween({ x: 0.1, y: 0.2 }, { x: 0.5, y: 0.4 }, 5);
  assert.deepEqual(row[0], { x: 0.1, y: 0.2 });
  assert.deepEqual(row[2], { x: 0.3, y: 0.3 });
  assert.deepEqual(row[4], { x: 0.5, y: 0.4 });
  assert.deepEqual(rowBetween({ x: 0.1, y: 0.2 }, { x: 0.5, y: 0.4 }, 1), [{ x: 0.1, y: 0.2 }]);
});

test("arrow keys move by a hundredth, with Shift by five, and stop at the edge", () => {
  assert.deepEqual(stepped({ x: 0.5, y: 0.5 }, "ArrowRight", false), { x: 0.51, y: 0.5 });
  assert.deepEqual(stepped({ x: 0.5, y: 0.02 }, "ArrowUp", true), { x: 0.5, y: 0 });
  assert.equal(stepped({ x: 0, y: 0 }, "Tab", false), null);
});

test("the next without a place comes after the chosen one, then from the beginning", () => {
  const board = new Board(plan(thing("A1"), thing("A2", 0.5), thing("A3"), thing("A4")));
  const labels = (after: string): string[] => board.unplaced("station", after).map((one) => one.label);
  assert.deepEqual(labels("A2"), ["A3", "A4", "A1"]);
  assert.deepEqual(labels("A4"), ["A1", "A3", "A4"]);
});

test("undo takes back a whole act, and is itself a change to be saved", () => {
  const board = new Board(plan(thing("A1", 0.2), thing("A2")));
  const acted: Move[] = [
    ["A1", { x: 0.9, y: 0.9 }],
    ["A2", { x: 0.8, y: 0.8 }],
  ];
  assert.equal(board.act(acted), true);
  assert.equal(board.act(acted), false);
  board.kept(board.changes());
  assert.deepEqual(board.undo(), [
    ["A1", { x: 0.2, y: 0.2 }],
    ["A2", null],
  ]);
  assert.equal(board.changes().length, 2);
  assert.equal(board.undo(), null);
});

test("what was moved again while a save was under way stays to be saved", () => {
  const board = new Board(plan(thing("A1")));
  board.act([["A1", { x: 0.1, y: 0.1 }]]);
  const sent = board.changes();
  board.act([["A1", { x: 0.2, y: 0.2 }]]);
  board.kept(sent);
  assert.deepEqual(board.changes(), [["A1", { x: 0.2, y: 0.2 }]]);
});

test("the other one's places are taken over, one's own unsaved ones stay on top and are named", () => {
  const board = new Board(plan(thing("A1"), thing("A2"), thing("A3")));
  board.act([["A1", { x: 0.1, y: 0.1 }]]);
  const both = board.rebase(plan(thing("A1", 0.7, "2026-11-23T01:00:00Z"), thing("A2", 0.8), thing("A3"), thing("A4")));
  assert.deepEqual(both, ["A1"]);
  assert.deepEqual(board.place("A1"), { x: 0.1, y: 0.1 });
  assert.deepEqual(board.place("A2"), { x: 0.8, y: 0.8 });
  assert.equal(board.things.length, 4);
});

class Kept implements Drafts {
  moves: Move[] = [];
  read(): Move[] {
    return this.moves;
  }
  write(moves: Move[]): void {
    this.moves = moves;
  }
}

function answering(...answers: [number, unknown][]): { version: number }[] {
  const asked: { version: number }[] = [];
  globalThis.fetch = (_url: unknown, init?: RequestInit) => {
    if (init?.method === "POST") asked.push(JSON.parse(init.body as string) as { version: number });
    const [status, body] = answers.shift() ?? [500, {}];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  return asked;
}

test("after a conflict nothing is sent before the person has looked; then it names the version that was seen", async () => {
  const board = new Board(plan(thing("A1"), thing("A2")));
  const [drafts, said]: [Kept, string[]] = [new Kept(), []];
  const voice = { say: (words: string): void => void said.push(words), redraw: (): void => undefined };
  const saving = new Saving(board, 0, { plan: "/plan", places: "/places" }, drafts, voice);
  const theirs = { ...plan(thing("A1", 0.7, "t"), thing("A2")), version: 3 };
  const refused = { code: "plan.changed", message: "陈志强 改过", advice: "" };
  const asked = answering([409, refused], [200, theirs], [200, { version: 4 }]);

  board.act([["A1", { x: 0.1, y: 0.1 }]]);
  await saving.moved();
  assert.equal(saving.waits, true);
  assert.match(said.at(-1) ?? "", /陈志强 改过/);
  board.act([["A2", { x: 0.3, y: 0.3 }]]);
  await saving.moved();
  assert.equal(asked.length, 1);
  assert.equal(drafts.moves.length, 2);

  await saving.resume();
  assert.deepEqual(
    asked.map((one) => one.version),
    [0, 3],
  );
  assert.deepEqual([board.changes(), drafts.moves], [[], []]);
});
