import type { AlarmGroup } from "../alarm_groups";
import { type ExitData, type FlagData, isOpen, ms, type PersonData } from "../data";
import { flagWords, type ReviewModel } from "../review_model";
import { clock } from "../../shared/times";
import { clip } from "../spans";
import type { Brush } from "./brush";
import type { Row } from "./rows";
import type { View } from "./view";
import { t } from "../../shared/words";

/** Words beside marks: placed where nothing stands yet, shortened to the room there is, left out where there is none. */
class Words {
  private readonly taken: [number, number][] = [];
  constructor(
    private readonly brush: Brush,
    private readonly y: number,
  ) {}

  block(from: number, to: number): void {
    this.taken.push([from, to]);
  }

  put(words: string, x: number, colour: string, bold = false): void {
    const room = Math.min(...this.taken.filter(([from]) => from >= x).map(([from]) => from), Infinity) - x - 6;
    const shown = this.shortened(words, room, bold);
    if (!shown || this.taken.some(([from, to]) => from < x && x < to)) return;
    this.taken.push([x, this.brush.text(shown, x, this.y, colour, bold, 12)]);
  }

  private shortened(words: string, room: number, bold: boolean): string {
    if (this.brush.width(words, bold, 12) <= room) return words;
    for (let length = words.length - 1; length >= 3; length--) {
      const cut = `${words.slice(0, length)}…`;
      if (this.brush.width(cut, bold, 12) <= room) return cut;
    }
    return "";
  }
}

const first = (person: PersonData, chosen: string): number => (person.uid === chosen ? 0 : 1);

export function paintPeople(brush: Brush, view: View, row: Row, model: ReviewModel, chosen: string): void {
  const middle = row.top + row.height / 2,
    words = new Words(brush, middle);
  const people = [...model.data.people].sort((a, b) => first(a, chosen) - first(b, chosen));
  for (const person of [...people].reverse()) {
    const mine = person.uid === chosen,
      half = mine ? 11 : 6;
    for (const at of [person.in_at, person.out_at]) {
      if (!at) continue;
      const x = view.x(ms(at));
      brush.box(x - 1, middle - half, mine ? 3 : 2, 2 * half, mine ? brush.palette.act : brush.palette.mark);
      words.block(x - 3, x + 3);
    }
    for (const exit of person.exits) words.block(view.x(ms(exit.out_at)) - 6, exitEnd(view, exit) + 6);
  }
  for (const person of people) {
    const mine = person.uid === chosen;
    for (const exit of person.exits) {
      const end = exitEnd(view, exit),
        from = clock(ms(exit.out_at), false);
      paintExit(brush, view.x(ms(exit.out_at)), end, middle, mine);
      if (mine) {
        words.put(
          exit.back_at
            ? t("{seat} 离场 {from}–{to}", { seat: person.seat, from, to: clock(ms(exit.back_at), false) })
            : t("{seat} 离场 {from} 起", { seat: person.seat, from }),
          end + 9,
          brush.palette.act,
          true,
        );
      } else words.put(person.seat, end + 7, brush.palette.ink2);
    }
    if (mine && person.in_at) {
      words.put(
        t("{seat} 入场 {time}", { seat: person.seat, time: clock(ms(person.in_at)) }),
        view.x(lastScan(model)) + 12,
        brush.palette.act,
        true,
      );
    }
  }
}

const exitEnd = (view: View, exit: ExitData): number => {
  const x = view.x(ms(exit.out_at));
  return exit.back_at ? Math.max(x + 4, view.x(ms(exit.back_at))) : x + 10;
};

/** The last scan of the door's rush, where there is room for words. */
const lastScan = (model: ReviewModel): number =>
  Math.max(
    ...model.data.people.map((one) => (one.in_at ? ms(one.in_at) : 0)).filter((at) => at < model.exam.start + 900_000),
    0,
  );

function paintExit(brush: Brush, x: number, end: number, middle: number, mine: boolean): void {
  if (!mine) {
    brush.box(x, middle - 6, end - x, 12, `${brush.palette.mark}99`);
    return;
  }
  brush.box(x, middle - 5, end - x, 13, brush.palette.actSoft);
  brush.frame(x, middle - 5, end - x, 13, brush.palette.act);
  brush.up(x, middle + 2, brush.palette.act);
  brush.down(end, middle + 2, brush.palette.act);
}

export function paintFlags(brush: Brush, view: View, row: Row, model: ReviewModel): void {
  const top = row.top + 8,
    words = new Words(brush, row.top + row.height / 2);
  const { ink2, look, stop, done } = brush.palette;
  const colours = { note: ink2, doubt: look, serious: stop };
  const colour = (flag: FlagData): string => {
    if (!isOpen(flag)) return done;
    return flag.state === "confirmed" ? stop : colours[flag.severity];
  };
  for (const flag of model.data.flags) {
    const x = view.x(ms(flag.start)),
      end = view.x(ms(flag.end));
    if (end > x + 16) brush.box(x, row.top + row.height - 5, end - x, 2, colour(flag));
    brush.flag(x, top, colour(flag));
    words.block(x - 4, x + 16);
  }
  for (const flag of model.data.flags) {
    words.put(flagWords(flag), view.x(ms(flag.start)) + 20, colour(flag), isOpen(flag));
  }
}

/** One mark for each group, as wide as it lasted; what I have looked at is quiet. */
export function paintAlarms(brush: Brush, view: View, row: Row, model: ReviewModel): void {
  const middle = row.top + row.height / 2,
    words = new Words(brush, middle),
    { stop, look, ink2, ink3 } = brush.palette;
  const place = (group: AlarmGroup): number => {
    const x = view.x(group.first);
    return x >= 0 && x < 8 ? 8 : x;
  };
  const groups = model.alarmGroups;
  for (const group of groups) {
    const x = place(group),
      end = Math.max(x + 8, view.x(group.last)),
      colour = group.unseen === null ? ink3 : group.state === "stop" ? stop : look;
    if (end > x + 8) brush.box(x, row.top + row.height - 5, end - x, 2, colour);
    if (group.state === "stop") brush.cross(x, middle, colour);
    else brush.up(x, middle, colour);
    words.block(x - 8, x + 8);
  }
  for (const group of groups) {
    words.put(model.alarmWords(group), place(group) + 10, group.unseen === null ? ink3 : ink2, group.unseen !== null);
  }
}

export function paintSeen(brush: Brush, view: View, row: Row, model: ReviewModel): void {
  const top = row.top + 8;
  brush.box(
    view.x(model.exam.start),
    top + 20,
    view.x(model.exam.end) - view.x(model.exam.start),
    2,
    brush.palette.line,
  );
  for (const span of clip(model.watched, { start: view.start, end: view.end })) {
    const x = view.x(span.start),
      wide = Math.max(2, view.x(span.end) - x);
    brush.box(x, top, wide, 15, `${brush.palette.act}66`);
    brush.frame(x, top, wide, 15, brush.palette.act);
  }
}

/** The finest step that keeps 130 px between two words. */
export function rulerStep(view: View): number {
  const steps = [5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);
  return steps.find((step) => step / view.msPerPixel >= 130) ?? 3_600_000;
}

/** What has not happened yet: darker than what is empty because nothing was recorded. */
function paintAhead(brush: Brush, view: View, now: number, bottom: number): void {
  const x = Math.max(0, view.x(now));
  if (x < view.width) brush.box(x, 30, view.width - x, bottom - 30, "rgba(0, 0, 0, .3)");
}

/** `covered`: where the two times stand in boxes of their own; ruler words below them are left out. */
export function paintRuler(brush: Brush, view: View, model: ReviewModel, bottom: number, covered: number[]): void {
  const step = rulerStep(view),
    { ink2, line, line2 } = brush.palette;
  const left = view.x(model.exam.start),
    right = view.x(model.exam.end);
  brush.box(left, 30, right - left, bottom - 30, "rgba(255, 255, 255, .022)");
  if (model.data.session.refresh_s) paintAhead(brush, view, ms(model.data.session.now), bottom);
  for (let at = Math.ceil(view.start / (step / 3)) * (step / 3); at <= view.end; at += step / 3) {
    const x = view.x(at),
      whole = Math.abs(at % step) < 1;
    brush.box(x, whole ? 22 : 26, 1, whole ? 8 : 4, ink2);
    if (!whole) continue;
    brush.box(x, 30, 1, bottom - 30, line2);
    if (covered.some((moment) => Math.abs(view.x(moment) - x) < 56)) continue;
    const words = clock(at, step < 60_000),
      half = brush.width(words, false, 12) / 2;
    brush.text(words, Math.min(view.width - half - 4, Math.max(half + 2, x)), 12, ink2, false, 12, "center");
  }
  for (const x of [left, right]) brush.box(x, 30, 1.5, bottom - 30, brush.palette.mark);
  brush.box(0, 30, view.width, 1, line);
}
