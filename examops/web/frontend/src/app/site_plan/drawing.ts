import type { Thing } from "../../shared/api";
import { t } from "../../shared/words";
import type { Board } from "./board";
import type { Point } from "./geometry";

const SVG = "http://www.w3.org/2000/svg";
const STATION = "#0b57a4";
const CAMERA = "#8a4b00";

export const percent = (part: number): string => (part * 100).toFixed(1);

/** ``A-01 · 横 12.5 %，纵 30.0 % · 李小婷`` */
export function lineOf(thing: Thing): string {
  if (thing.x === null || thing.y === null) return t("{label} · 没有放", { label: thing.label });
  const place = t("{label} · 横 {x} %，纵 {y} %", {
    label: thing.label,
    x: percent(thing.x),
    y: percent(thing.y),
  });
  return thing.by ? `${place} · ${thing.by}` : place;
}

/** Draws the things of a board into the plan's picture, each as a group that knows its uid. */
export class Drawing {
  private readonly layer = document.createElementNS(SVG, "g");
  private readonly cross = document.createElementNS(SVG, "path");
  readonly width: number;
  readonly height: number;

  constructor(picture: SVGSVGElement) {
    ({ width: this.width, height: this.height } = picture.viewBox.baseVal);
    const arm = this.height / 30;
    this.cross.setAttribute("d", `M-${arm} 0H${arm}M0-${arm}V${arm}`);
    this.cross.setAttribute("stroke", "#d3006c");
    this.cross.setAttribute("stroke-width", String(this.height / 220));
    this.cross.setAttribute("pointer-events", "none");
    picture.append(this.layer, this.cross);
  }

  draw(board: Board, current: string): void {
    this.layer.replaceChildren(
      ...board.things.filter((thing) => thing.x !== null).map((thing) => this.drawn(thing, thing.uid === current)),
    );
  }

  moveCross(to: Point): void {
    this.cross.setAttribute("transform", this.shift(to));
  }

  /** While it is dragged. */
  moveThing(uid: string, to: Point): void {
    this.layer.querySelector(`[data-uid="${uid}"]`)?.setAttribute("transform", this.shift(to));
  }

  private shift({ x, y }: Point): string {
    return `translate(${x * this.width} ${y * this.height})`;
  }

  private drawn(thing: Thing, isCurrent: boolean): SVGGElement {
    const group = document.createElementNS(SVG, "g");
    const size = this.height / 60;
    const colour = thing.kind === "camera" ? CAMERA : STATION;
    group.dataset.uid = thing.uid;
    group.setAttribute("transform", this.shift({ x: thing.x ?? 0, y: thing.y ?? 0 }));
    group.setAttribute("cursor", "move");
    const shape = document.createElementNS(SVG, "path");
    const square = `M-${size}-${size}H${size}V${size}H-${size}Z`;
    const eye = `M-${size * 1.4} 0L0-${size * 1.4}L${size * 1.4} 0L0 ${size * 1.4}Z`;
    shape.setAttribute("d", thing.kind === "camera" ? eye : square);
    shape.setAttribute("fill", isCurrent ? "#ffd84d" : "#fff");
    shape.setAttribute("stroke", colour);
    shape.setAttribute("stroke-width", String(size / 3));
    const label = document.createElementNS(SVG, "text");
    label.textContent = thing.label;
    label.setAttribute("y", String(size * 3));
    label.setAttribute("text-anchor", "middle");
    label.setAttribute("font-size", String(this.height / 42));
    label.setAttribute("fill", colour);
    label.setAttribute("stroke", "#fff");
    label.setAttribute("stroke-width", String(size / 3));
    label.setAttribute("paint-order", "stroke");
    group.append(shape, label);
    return group;
  }
}
