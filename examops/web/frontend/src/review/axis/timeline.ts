import type { ReviewModel } from "../review_model";
import type { Strips } from "../strips";
import { clock } from "../../shared/times";
import { Brush } from "./brush";
import { Fingers } from "./fingers";
import { personAt, rowAt } from "./hit_test";
import { paintCamera } from "./paint_cameras";
import { paintAlarms, paintFlags, paintPeople, paintRuler, paintSeen } from "./paint_marks";
import { heightOf, rows, type Row } from "./rows";
import { View } from "./view";
import { createElement } from "../../shared/page";
import { t } from "../../shared/words";

/** What a person does on the axis; moments in ms of Unix time. */
export interface AxisEvents {
  seek: (at: number) => void;
  hover: (at: number | null, row: Row | null) => void;
  choosePerson: (uid: string) => void;
  /** A stretch was drawn on the row of flags. */
  mark: (from: number, to: number) => void;
}

/**
 * The time axis: a canvas with every row, the playing line and the pointer line; wheel or two
 * fingers zoom, drag pans, click seeks.
 */
export class Timeline {
  readonly view: View;
  private list: Row[];
  private readonly canvas = createElement("canvas");
  private readonly labels = createElement("div", "labels");
  private readonly brush: Brush;
  private pointer: number | null = null;
  private marking: [number, number] | null = null;
  private readonly fingers = new Fingers();
  private position = NaN;
  private next = NaN;
  private dirty = true;
  person = "";

  constructor(
    private readonly box: HTMLElement,
    private model: ReviewModel,
    private readonly strips: Strips,
    private readonly events: AxisEvents,
  ) {
    this.view = new View(model.whole);
    this.list = rows(model);
    const context = this.canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    this.brush = new Brush(context);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("aria-label", t("时间轴：滚轮缩放，拖动平移，单击跳到"));
    box.append(this.labels, this.canvas);
    new ResizeObserver(() => this.fit()).observe(box);
    this.listen();
    this.update();
  }

  /** Data changed: rows and their notes are made anew. */
  update(model: ReviewModel = this.model): void {
    this.model = model;
    this.view.setWhole(model.whole);
    this.list = rows(model);
    this.labels.replaceChildren(
      ...this.list.map((row) => {
        const label = createElement("div", "label");
        label.append(createElement("b", "", row.label), createElement("span", row.amber ? "amber" : "mut", row.note));
        label.style.height = `${row.height}px`;
        return label;
      }),
    );
    this.fit();
  }

  private fit(): void {
    const width = Math.max(100, this.box.clientWidth - this.labels.offsetWidth),
      height = heightOf(this.list),
      scale = (devicePixelRatio || 1) * this.magnified();
    this.view.width = width;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.brush.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.dirty = true;
  }

  /** How much larger than its own pixels the axis is shown: on a 4K screen the styles magnify it. */
  private magnified(): number {
    return this.canvas.currentCSSZoom || 1; // browsers of before 2024 have no such property
  }

  private listen(): void {
    let held: { x: number; moved: boolean; from: number | null } | null = null;
    const x = (event: MouseEvent): number =>
      (event.clientX - this.canvas.getBoundingClientRect().left) / this.magnified();
    const y = (event: MouseEvent): number =>
      (event.clientY - this.canvas.getBoundingClientRect().top) / this.magnified();
    this.canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          this.view.pan(-(event.deltaX || event.deltaY));
        } else this.view.zoom(x(event), event.deltaY > 0 ? 1.25 : 0.8);
        this.dirty = true;
      },
      { passive: false },
    );
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      if (this.fingers.put(event.pointerId, x(event)) > 1) {
        held = this.marking = null; // a second finger zooms: nothing is drawn, moved or chosen any more
        return;
      }
      const isMarking = rowAt(this.list, y(event))?.kind === "flags";
      held = { x: x(event), moved: false, from: isMarking ? this.view.at(x(event)) : null };
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const here = x(event),
        zoomed = this.fingers.move(event.pointerId, here);
      if (zoomed) {
        this.view.zoom(...zoomed);
        this.dirty = true;
        return;
      }
      if (held && (held.moved || Math.abs(here - held.x) > 4)) {
        held.moved = true;
        if (held.from === null) this.view.pan(here - held.x);
        else this.marking = [held.from, this.view.at(here)];
        held.x = here;
      }
      this.point(here, y(event));
    });
    this.canvas.addEventListener("pointercancel", (event) => {
      this.fingers.lift(event.pointerId);
      held = this.marking = null;
      this.dirty = true;
    });
    this.canvas.addEventListener("pointerup", (event) => {
      this.fingers.lift(event.pointerId);
      const marked = this.marking;
      this.marking = null;
      this.dirty = true;
      if (held && !held.moved) this.click(x(event), y(event));
      else if (marked) this.events.mark(Math.min(...marked), Math.max(...marked));
      held = null;
    });
    this.canvas.addEventListener("pointerleave", () => {
      this.pointer = null;
      this.dirty = true;
      this.events.hover(null, null);
    });
  }

  private point(x: number, y: number): void {
    this.pointer = this.view.at(x);
    this.dirty = true;
    this.events.hover(this.pointer, rowAt(this.list, y));
  }

  private click(x: number, y: number): void {
    const at = this.view.at(x);
    if (rowAt(this.list, y)?.kind === "people") {
      const person = personAt(this.model.data.people, at, 6 * this.view.msPerPixel);
      if (person) this.events.choosePerson(person.uid);
    }
    this.events.seek(at);
  }

  /** Called for each picture of the screen: draws only when something moved. */
  draw(position: number, next: number | null): void {
    const moved = Math.abs(position - this.position) >= this.view.msPerPixel / 2 || (next ?? 0) !== this.next;
    if (!moved && !this.dirty) return;
    this.position = position;
    this.next = next ?? 0;
    this.dirty = false;
    this.paint();
  }

  invalidate(): void {
    this.dirty = true;
  }

  private paint(): void {
    const { brush, view, model } = this,
      height = heightOf(this.list);
    brush.context.clearRect(0, 0, view.width, height);
    paintRuler(brush, view, model, height, [this.position, this.pointer ?? this.position, this.next || this.position]);
    for (const row of this.list) {
      brush.box(0, row.top + row.height, view.width, 1, brush.palette.line2);
      this.paintRow(row);
    }
    this.paintLines(height);
  }

  private paintRow(row: Row): void {
    const { brush, view, model } = this;
    const camera = model.data.cameras[row.camera];
    if (camera) paintCamera(brush, view, row, camera, this.strips.motion.get(camera.uid) ?? []);
    else if (row.kind === "people") paintPeople(brush, view, row, model, this.person);
    else if (row.kind === "flags") paintFlags(brush, view, row, model);
    else if (row.kind === "alarms") paintAlarms(brush, view, row, model);
    else paintSeen(brush, view, row, model);
  }

  private paintLines(height: number): void {
    const { brush, view } = this;
    if (this.next) {
      const x = view.x(this.next);
      brush.shape(
        [
          [x - 6, 4],
          [x + 6, 4],
          [x + 6, 14],
          [x, 20],
          [x - 6, 14],
        ],
        brush.palette.act,
      );
      brush.text(t("下一处"), x - 10, 12, brush.palette.act, false, 12, "right");
    }
    if (this.marking) {
      const row = this.list.find((one) => one.kind === "flags"),
        [from, to] = this.marking.map((at) => view.x(at)) as [number, number];
      if (row) brush.box(Math.min(from, to), row.top + 2, Math.abs(to - from), row.height - 4, brush.palette.actSoft);
    }
    this.line(this.position, height, brush.palette.act, "#081426", 2);
    if (this.pointer !== null) this.line(this.pointer, height, "#ffffff", "#0d1217", 1);
  }

  private line(at: number, height: number, colour: string, ink: string, width: number): void {
    const x = this.view.x(at),
      { brush } = this;
    if (x < -1 || x > this.view.width + 1) return;
    brush.box(x - width / 2, 24, width, height - 24, colour);
    const left = Math.min(this.view.width - 62, Math.max(0, x - 31));
    brush.box(left, 3, 62, 20, colour);
    brush.text(clock(at), left + 31, 13, ink, true, 13, "center");
  }
}
