import type { Tile } from "./tile";
import { createElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

/** What a tile showed in the last three minutes; opens over normal tiles, never over a wrong one. */
export class HoverStrip {
  private readonly box = createElement("div", "strip");

  constructor(private readonly wall: HTMLElement) {
    this.box.hidden = true;
    wall.append(this.box);
  }

  show(tile: Tile, tiles: Iterable<Tile>): void {
    const frames = tile.history.frames;
    if (!frames.length) {
      this.hide();
      return;
    }
    const head = createElement("div", "h"),
      row = createElement("div", "fr");
    head.append(
      createElement("b", "", t("最近 3 分钟")),
      createElement("span", "mut", t("本页打开以来，每 30 秒一帧")),
    );
    if (tile.data.state !== "ok") head.append(createElement("span", `state state-${tile.data.state}`, tile.data.words));
    row.append(
      ...frames.map((frame, index) => {
        const figure = createElement(
          "figure",
          frame.bad ? (frames[index - 1]?.bad === false ? "after cut" : "after") : "",
        );
        figure.append(frame.picture, createElement("figcaption", "", clock(frame.at)));
        return figure;
      }),
    );
    this.box.replaceChildren(head, row);
    this.place(tile, tiles);
  }

  private place(tile: Tile, tiles: Iterable<Tile>): void {
    this.box.hidden = false;
    const wall = this.wall.getBoundingClientRect(),
      at = tile.box.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const left = Math.min(wall.width - width, Math.max(0, at.left - wall.left + at.width / 2 - width / 2));
    const below = at.bottom - wall.top + 8,
      above = at.top - wall.top - height - 8;
    const free = (top: number): boolean =>
      top >= 0 &&
      top + height <= wall.height &&
      [...tiles].every(
        (other) =>
          other === tile || other.data.state !== "stop" || !overlaps(other.box, wall, left, top, width, height),
      );
    const top = [below, above].find(free);
    this.box.hidden = top === undefined;
    this.box.style.left = `${left}px`;
    this.box.style.top = `${top ?? 0}px`;
  }

  hide(): void {
    this.box.hidden = true;
  }
}

function overlaps(box: HTMLElement, wall: DOMRect, left: number, top: number, width: number, height: number): boolean {
  const at = box.getBoundingClientRect();
  const x = at.left - wall.left,
    y = at.top - wall.top;
  return x < left + width && x + at.width > left && y < top + height && y + at.height > top;
}
