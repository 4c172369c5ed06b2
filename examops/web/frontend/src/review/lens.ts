import { flagState, isOpen, ms, type FlagData, type PersonData } from "./data";
import type { Room } from "./room";
import { element } from "../shared/page";
import { clock, duration } from "../shared/times";
import { t } from "../shared/words";

interface LensEvents {
  choose: (uid: string) => void;
  seek: (at: number) => void;
}

/** One candidate, seat first: who, the two faces, what happened when, and the flags of that seat. */
export class Lens {
  private shown = "";

  constructor(
    private readonly box: HTMLElement,
    private readonly events: LensEvents,
  ) {}

  show(room: Room, uid: string, now: number): void {
    const people = room.data.people;
    const index = people.findIndex((person) => person.uid === uid),
      person = people[index];
    const away =
      person?.exits.findIndex((exit) => ms(exit.out_at) <= now && (!exit.back_at || now < ms(exit.back_at))) ?? -1;
    const state = `${uid} ${away} ${room.data.flags.length} ${room.data.people.length}`;
    if (state === this.shown) return; // a button replaced between press and release would lose the click
    this.shown = state;
    if (!person) {
      this.box.replaceChildren(element("p", "mut empty", t("还没有人签到")));
      return;
    }
    this.box.replaceChildren(
      this.who(person, index, people),
      ...this.faces(person),
      ...this.happenings(room, person, now),
      ...room.flagsOf(person.seat).map((flag) => this.flag(flag)),
    );
  }

  private who(person: PersonData, index: number, people: PersonData[]): HTMLElement {
    const who = element("div", "who"),
      nav = element("span", "nav");
    who.append(
      element("h2", "", person.name),
      element("span", "seat", person.seat),
      element("span", "mut", person.id_number ?? ""),
      nav,
    );
    const step = (words: string, by: number, label: string): HTMLButtonElement => {
      const button = element("button", "", words),
        to = people[(index + by + people.length) % people.length];
      button.setAttribute("aria-label", label);
      button.addEventListener("click", () => {
        if (to) this.events.choose(to.uid);
      });
      return button;
    };
    nav.append(step("‹", -1, t("上一人")), ` ${index + 1} / ${people.length} `, step("›", 1, t("下一人")));
    return who;
  }

  private faces(person: PersonData): HTMLElement[] {
    if (!person.photo_url && !person.scan_still_url) return [];
    const box = element("div", "ph");
    for (const [url, words] of [
      [person.photo_url, t("报名照")],
      [person.scan_still_url, person.scan_words ?? t("扫码帧")],
    ] as const) {
      const figure = element("figure"),
        image = element("img");
      if (url) {
        image.src = url;
        image.alt = words;
        figure.append(image);
      } else figure.append(element("div", "none", t("没有照片")));
      figure.append(element("figcaption", "", words));
      box.append(figure);
    }
    return person.matched_words ? [box, element("p", "same state state-done", person.matched_words)] : [box];
  }

  private happenings(room: Room, person: PersonData, now: number): HTMLElement[] {
    const made: HTMLElement[] = [];
    if (person.in_at) {
      made.push(
        this.event(
          ms(person.in_at),
          clock(ms(person.in_at)),
          t("扫码入场，工位 {seat}", { seat: person.seat }),
          person.turn ?? "",
          false,
        ),
      );
    }
    for (const exit of person.exits) {
      const from = ms(exit.out_at),
        to = exit.back_at ? ms(exit.back_at) : null;
      const words =
        to === null ? t("离场，还没有返回") : t("离场 {duration}", { duration: duration((to - from) / 1000) });
      made.push(
        this.event(
          from,
          `${clock(from, false)}–${to === null ? "" : clock(to, false)}`,
          words,
          exit.reason ?? "",
          from <= now && now < (to ?? Infinity),
        ),
      );
    }
    if (person.out_at) made.push(this.event(ms(person.out_at), clock(ms(person.out_at)), t("交卷离场"), "", false));
    if (!made.length) made.push(element("p", "mut empty", t("没有签到")));
    const line = element("div", "ev");
    line.append(
      element("span", "tm", t("覆盖")),
      element(
        "span",
        "",
        t("{percent} % 限 ≥ {limit} %", {
          percent: room.data.session.coverage_percent,
          limit: room.data.session.coverage_limit,
        }),
      ),
      element("span", "mut", t("整场")),
    );
    return [...made, line];
  }

  private event(at: number, time: string, words: string, note: string, now: boolean): HTMLElement {
    const line = element("button", now ? "ev now" : "ev");
    line.append(element("span", "tm", time), element("span", "", words), element("span", "mut", note));
    line.addEventListener("click", () => this.events.seek(at));
    return line;
  }

  private flag(flag: FlagData): HTMLElement {
    const box = element("button", "fl"),
      top = element("div", "top"),
      open = isOpen(flag);
    top.append(
      element(
        "span",
        `state state-${open ? (flag.severity === "serious" ? "stop" : "look") : "done"}`,
        `${clock(ms(flag.start))} ${flagState(flag)}`,
      ),
      element("span", "mut", flag.author),
    );
    box.append(top, flag.text);
    box.addEventListener("click", () => this.events.seek(ms(flag.start)));
    return box;
  }
}

/** The person whose seat has something happening now, else the first with a flag or an exit, else the first. */
export function firstPerson(room: Room): string {
  const { people, flags } = room.data;
  const busy =
    people.find((person) => person.exits.length > 0) ??
    people.find((person) => flags.some((flag) => flag.seat === person.seat));
  return (busy ?? people[0])?.uid ?? "";
}
