import type { PlanDocument } from "../../shared/api";
import { readEmbedded, requireElement } from "../../shared/page";
import { t } from "../../shared/words";
import { Board, type Move } from "./board";
import { Drawing, lineOf, percent } from "./drawing";
import { pointAt, type Point, rowBetween, stepped } from "./geometry";
import { localDrafts, Saving } from "./saving";

const MOVED_BY = 4; // pixels of the screen before a press becomes a drag

/** The editor of a room's plan, where the page has one: by mouse, by keyboard alone, and told to screen readers. */
export function placeOnPlan(): void {
  const root = document.querySelector<HTMLElement>("[data-plan]");
  const plan = readEmbedded<PlanDocument>("plan-data");
  if (root && plan) new Editor(root, plan).start();
}

class Editor {
  private readonly picture: SVGSVGElement;
  private readonly list: HTMLSelectElement;
  private readonly said: HTMLElement;
  private readonly count: HTMLInputElement;
  private readonly rowButton: HTMLButtonElement;
  private readonly saveButton: HTMLButtonElement;
  private readonly board: Board;
  private readonly drawing: Drawing;
  private readonly saving: Saving;
  private cross: Point = { x: 0.1, y: 0.1 };
  private isRow = false;
  private rowFrom: Point | null = null;

  constructor(root: HTMLElement, plan: PlanDocument) {
    this.picture = requireElement<SVGSVGElement>("svg", root);
    this.list = requireElement("select", root);
    this.said = requireElement("[role=status]", root);
    this.count = requireElement("input[type=number]", root);
    this.rowButton = requireElement("[data-do=row]", root);
    this.saveButton = requireElement("[data-do=save]", root);
    this.board = new Board(plan);
    this.drawing = new Drawing(this.picture);
    const urls = { plan: root.dataset.plan ?? "", places: root.dataset.places ?? "" };
    const drafts = localDrafts(`plan:${urls.places}`);
    const voice = { say: this.sayState.bind(this), redraw: this.redraw.bind(this) };
    this.saving = new Saving(this.board, plan.version, urls, drafts, voice);
    const left = drafts.read().filter(([uid]) => this.board.find(uid));
    if (this.board.act(left)) this.sayState(t("上次有 {n} 处没有保存，已放回：点“保存”", { n: left.length }), true);
    requireElement("[data-do=undo]", root).addEventListener("click", () => this.undo());
    requireElement("[data-do=off]", root).addEventListener("click", () => this.takeOff());
  }

  start(): void {
    this.rowButton.addEventListener("click", () => this.setRow(!this.isRow));
    this.saveButton.addEventListener("click", () => void this.saving.resume());
    this.list.addEventListener("change", () => this.choose(this.current));
    this.list.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.picture.focus();
    });
    this.picture.addEventListener("keydown", (event) => this.pressed(event));
    this.picture.addEventListener("pointerdown", (event) => this.pointed(event));
    this.redraw();
    this.choose(this.board.unplaced("station")[0]?.uid ?? this.board.things[0]?.uid ?? "");
  }

  private get current(): string {
    return this.list.value;
  }

  private get kind(): string {
    return this.board.find(this.current)?.kind ?? "station";
  }

  private choose(uid: string): void {
    this.list.value = uid;
    this.cross = this.board.place(uid) ?? this.cross;
    this.drawing.moveCross(this.cross);
    this.drawing.draw(this.board, uid);
  }

  private redraw(): void {
    const chosen = this.current;
    for (const thing of this.board.things) {
      const option = this.list.querySelector<HTMLOptionElement>(`option[value="${thing.uid}"]`);
      if (option) option.textContent = lineOf(thing);
    }
    this.list.value = chosen;
    const count = this.board.things.filter((thing) => thing.x !== null).length;
    requireElement("[data-count]").textContent = String(count);
    this.drawing.draw(this.board, chosen);
  }

  private act(moves: Move[], words: string): void {
    if (!this.board.act(moves)) return;
    this.redraw();
    this.say(words);
    void this.saving.moved();
  }

  /** At this point: a row's first or last place, or the chosen thing, else the next that has no place. */
  private placeAt(point: Point, uid: string | undefined): void {
    this.cross = point;
    this.drawing.moveCross(point);
    if (this.isRow) this.rowAt(point);
    else if (uid) this.placeOne(point, uid);
    else this.say(t("都放好了：拖动可以移，列表里可以选别的"));
  }

  private placeOne(point: Point, uid: string): void {
    const thing = this.board.find(uid);
    if (!thing) return;
    const next = this.board.unplaced(thing.kind, uid).find((one) => one.uid !== uid);
    const place = t("{label} 放在横 {x} %，纵 {y} %", {
      label: thing.label,
      x: percent(point.x),
      y: percent(point.y),
    });
    this.act([[uid, point]], next ? t("{place}；下一个 {next}", { place, next: next.label }) : place);
    if (next) this.list.value = next.uid;
    this.drawing.draw(this.board, this.current);
  }

  private rowAt(point: Point): void {
    if (!this.rowFrom) {
      this.rowFrom = point;
      this.say(t("这一排的第一个在这里，再指最后一个"));
      return;
    }
    const open = this.board.unplaced(this.kind, this.before()).slice(0, Math.max(1, this.count.valueAsNumber || 1));
    const moves = rowBetween(this.rowFrom, point, open.length).map((to, n): Move => [open[n]?.uid ?? "", to]);
    this.rowFrom = null;
    const last = open[open.length - 1];
    if (!open[0] || !last) {
      this.say(t("都放好了：拖动可以移，列表里可以选别的"));
      return;
    }
    this.act(
      moves,
      t("{first} 到 {last} 排成一排，共 {n} 个", { first: open[0].label, last: last.label, n: open.length }),
    );
    this.list.value = this.board.unplaced(this.kind, last.uid)[0]?.uid ?? last.uid;
    this.drawing.draw(this.board, this.current);
  }

  /** The thing before the chosen one, so that the chosen one comes first among those without a place. */
  private before(): string {
    const at = this.board.things.findIndex((thing) => thing.uid === this.current);
    return this.board.things[at - 1]?.uid ?? "";
  }

  private pointed(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.picture.focus();
    const uid = (event.target as Element).closest<SVGGElement>("[data-uid]")?.dataset.uid;
    if (uid === undefined || this.isRow) {
      const isOpen = this.board.place(this.current) === null;
      this.placeAt(this.at(event), isOpen ? this.current : this.board.unplaced(this.kind, this.current)[0]?.uid);
      return;
    }
    this.choose(uid);
    this.drag(uid, event);
  }

  private drag(uid: string, from: PointerEvent): void {
    const listening = new AbortController();
    const { signal } = listening;
    const isFar = (now: PointerEvent): boolean =>
      Math.hypot(now.clientX - from.clientX, now.clientY - from.clientY) >= MOVED_BY;
    this.picture.setPointerCapture(from.pointerId);
    this.picture.addEventListener(
      "pointermove",
      (now) => {
        if (isFar(now)) this.drawing.moveThing(uid, this.at(now));
      },
      { signal },
    );
    this.picture.addEventListener(
      "pointerup",
      (now) => {
        listening.abort();
        const to = this.at(now);
        if (isFar(now)) this.act([[uid, to]], t("{label} 移好了", { label: this.board.find(uid)?.label ?? "" }));
        this.choose(uid);
      },
      { signal },
    );
    this.picture.addEventListener("pointercancel", () => listening.abort(), { signal });
  }

  private at(event: PointerEvent): Point {
    return pointAt(event, this.picture.getBoundingClientRect());
  }

  private pressed(event: KeyboardEvent): void {
    const to = stepped(this.cross, event.key, event.shiftKey);
    if (to) {
      this.cross = to;
      this.drawing.moveCross(to);
      this.say(t("横 {x} %，纵 {y} %", { x: percent(to.x), y: percent(to.y) }));
    } else if (event.key === "Enter") this.placeAt(this.cross, this.current);
    else if (event.key === "r" || event.key === "R") this.setRow(!this.isRow);
    else if (event.key === "Escape") this.setRow(false);
    else if (event.key === "Delete") this.takeOff();
    else if (event.key === "PageDown" || event.key === "PageUp") this.turn(event.key === "PageDown" ? 1 : -1);
    else if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.undo();
    else return;
    event.preventDefault();
  }

  private turn(by: number): void {
    const at = this.board.things.findIndex((thing) => thing.uid === this.current);
    const next = this.board.things[at + by];
    if (!next) return;
    this.choose(next.uid);
    this.say(lineOf(next));
  }

  private setRow(isRow: boolean): void {
    this.isRow = isRow;
    this.rowFrom = null;
    this.rowButton.setAttribute("aria-pressed", String(isRow));
    this.say(isRow ? t("排一排：先指第一个，再指最后一个") : t("一个一个放"));
  }

  private undo(): void {
    const back = this.board.undo();
    if (!back) {
      this.say(t("没有可以撤销的"));
      return;
    }
    this.redraw();
    this.choose(back[0]?.[0] ?? this.current);
    this.say(t("已撤销"));
    void this.saving.moved();
  }

  private takeOff(): void {
    const thing = this.board.find(this.current);
    if (thing) this.act([[thing.uid, null]], t("{label} 已从平面图上拿下", { label: thing.label }));
  }

  private say(words: string): void {
    this.said.textContent = words;
  }

  private sayState(words: string, isTrouble: boolean): void {
    const state = requireElement("[data-state]");
    state.textContent = words;
    state.className = isTrouble ? "state state-look" : "state state-done";
    this.saveButton.hidden = !isTrouble;
  }
}
