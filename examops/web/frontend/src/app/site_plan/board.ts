import type { PlanDocument, Thing } from "../../shared/api";
import type { Point } from "./geometry";

/** Where a thing goes; null takes it off the plan. */
export type Move = [uid: string, to: Point | null];

/** What stands where, what of it the server does not know yet, and how to take an act back. No page needed. */
export class Board {
  readonly things: Thing[];
  private readonly unsaved = new Set<string>();
  private readonly acts: Move[][] = [];

  constructor(plan: PlanDocument) {
    this.things = plan.things.map((thing) => ({ ...thing }));
  }

  find(uid: string): Thing | undefined {
    return this.things.find((thing) => thing.uid === uid);
  }

  place(uid: string): Point | null {
    const { x, y } = this.find(uid) ?? { x: null, y: null };
    return x !== null && y !== null ? { x, y } : null;
  }

  /** Those without a place, in the order of their labels, from ``after`` on and then from the beginning. */
  unplaced(kind: string, after = ""): Thing[] {
    const open = this.things.filter((thing) => thing.kind === kind && thing.x === null);
    const at = this.find(after);
    const next = at ? open.findIndex((thing) => this.things.indexOf(thing) > this.things.indexOf(at)) : 0;
    return next > 0 ? [...open.slice(next), ...open.slice(0, next)] : open;
  }

  /** One act, however many things it moves; false where nothing changes. */
  act(moves: Move[]): boolean {
    const before = moves.map(([uid]): Move => [uid, this.place(uid)]);
    const isNew = moves.some(([uid, to], n) => JSON.stringify([uid, to]) !== JSON.stringify(before[n]));
    if (!isNew) return false;
    this.acts.push(before);
    this.put(moves);
    return true;
  }

  /** Takes the newest act back, as a change of its own; its moves, or null where there is none. */
  undo(): Move[] | null {
    const before = this.acts.pop();
    if (!before) return null;
    this.put(before);
    return before;
  }

  changes(): Move[] {
    return [...this.unsaved].map((uid): Move => [uid, this.place(uid)]);
  }

  /** The server has kept these; what was moved again since stays to be saved. */
  kept(moves: Move[]): void {
    for (const [uid, to] of moves) {
      if (JSON.stringify(this.place(uid)) === JSON.stringify(to)) this.unsaved.delete(uid);
    }
  }

  /** The plan as somebody else left it, with one's own unsaved moves on top; labels that both have moved. */
  rebase(plan: PlanDocument): string[] {
    const own = new Map(this.changes());
    const both: string[] = [];
    for (const theirs of plan.things) {
      const mine = this.find(theirs.uid);
      if (!mine) this.things.push({ ...theirs });
      else if (!own.has(theirs.uid)) Object.assign(mine, theirs);
      else if (theirs.at !== mine.at) both.push(theirs.label);
    }
    return both;
  }

  private put(moves: Move[]): void {
    for (const [uid, to] of moves) {
      const thing = this.find(uid);
      if (!thing) continue;
      thing.x = to?.x ?? null;
      thing.y = to?.y ?? null;
      this.unsaved.add(uid);
    }
  }
}
