import { flagMark, flagState, ms, type FlagData, type PersonData } from "./data";
import type { ReviewModel } from "./review_model";
import { createElement } from "../shared/page";
import { clock, duration } from "../shared/times";
import { t } from "../shared/words";

interface PanelEvents {
  choose: (uid: string) => void;
  seek: (at: number) => void;
}

/** One candidate, seat first: who, the two faces, what happened when, and the flags of that seat. */
export class CandidatePanel {
  private shown = "";

  constructor(
    private readonly box: HTMLElement,
    private readonly events: PanelEvents,
  ) {}

  show(model: ReviewModel, uid: string, now: number): void {
    const people = model.data.people;
    const index = people.findIndex((person) => person.uid === uid),
      person = people[index];
    const away =
      person?.exits.findIndex((exit) => ms(exit.out_at) <= now && (!exit.back_at || now < ms(exit.back_at))) ?? -1;
    const state = contentOf(model, person, [uid, away, index, people.length]);
    if (state === this.shown) return; // a button replaced between press and release would lose the click
    this.shown = state;
    if (!person) {
      this.box.replaceChildren(createElement("p", "mut empty", t("还没有人签到")));
      return;
    }
    this.box.replaceChildren(
      this.who(person, index, people),
      ...this.photos(person),
      ...this.timeline(model, person, now),
      ...model.flagsOf(person.seat).map((flag) => this.flag(flag)),
    );
  }

  private who(person: PersonData, index: number, people: PersonData[]): HTMLElement {
    const who = createElement("div", "who"),
      nav = createElement("span", "nav");
    who.append(
      createElement("h2", "", person.name),
      createElement("span", "seat", person.seat),
      createElement("span", "mut", person.id_number ?? ""),
      nav,
    );
    const step = (words: string, by: number, label: string): HTMLButtonElement => {
      const button = createElement("button", "", words),
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

  private photos(person: PersonData): HTMLElement[] {
    if (!person.photo_url && !person.scan_still_url) return this.compared(person);
    const box = createElement("div", "ph");
    for (const [url, words] of [
      [person.photo_url, t("报名照")],
      [person.scan_still_url, person.scan_words],
    ] as const) {
      const figure = createElement("figure"),
        image = createElement("img");
      if (url) {
        image.src = url;
        image.alt = words;
        figure.append(image);
      } else figure.append(createElement("div", "none", t("没有照片")));
      figure.append(createElement("figcaption", "", words));
      box.append(figure);
    }
    return [box, ...this.compared(person)];
  }

  /** Who compared face and ticket, and what they said; also where there is no picture to compare. */
  private compared(person: PersonData): HTMLElement[] {
    if (!person.matched_words) return [];
    return [createElement("p", `same state state-${person.matched_kind}`, person.matched_words)];
  }

  private timeline(model: ReviewModel, person: PersonData, now: number): HTMLElement[] {
    const made: HTMLElement[] = [];
    if (person.in_at) {
      made.push(
        this.event(
          ms(person.in_at),
          clock(ms(person.in_at)),
          t("扫码入场，工位 {seat}", { seat: person.seat }),
          person.turn,
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
          exit.reason,
          from <= now && now < (to ?? Infinity),
        ),
      );
    }
    if (person.out_at) made.push(this.event(ms(person.out_at), clock(ms(person.out_at)), t("交卷离场"), "", false));
    if (!made.length) made.push(createElement("p", "mut empty", t("没有签到")));
    const line = createElement("div", "ev");
    line.append(
      createElement("span", "tm", t("覆盖")),
      createElement(
        "span",
        "",
        t("{percent} % 限 ≥ {limit} %", {
          percent: model.data.session.coverage_percent,
          limit: model.data.session.coverage_limit,
        }),
      ),
      createElement("span", "mut", t("整场")),
    );
    return [...made, line];
  }

  private event(at: number, time: string, words: string, note: string, now: boolean): HTMLElement {
    const line = createElement("button", now ? "ev now" : "ev");
    line.append(
      createElement("span", "tm", time),
      createElement("span", "", words),
      createElement("span", "mut", note),
    );
    line.addEventListener("click", () => this.events.seek(at));
    return line;
  }

  private flag(flag: FlagData): HTMLElement {
    const box = createElement("button", "fl"),
      top = createElement("div", "top");
    top.append(
      createElement("span", `state state-${flagMark(flag)}`, `${clock(ms(flag.start))} ${flagState(flag)}`),
      createElement("span", "mut", flag.author),
    );
    box.append(top, flag.text);
    box.addEventListener("click", () => this.events.seek(ms(flag.start)));
    return box;
  }
}

/** What is drawn, as text: new addresses of the same pictures change nothing. */
function contentOf(model: ReviewModel, person: PersonData | undefined, place: unknown[]): string {
  const urls = { photo_url: Boolean(person?.photo_url), scan_still_url: Boolean(person?.scan_still_url) };
  const flags = model.flagsOf(person?.seat ?? "").map(({ uid, state, text }) => [uid, state, text]);
  return JSON.stringify([place, { ...person, ...urls }, flags, model.data.session.coverage_percent]);
}

/** The person whose seat has something happening now, else the first with a flag or an exit, else the first. */
export function firstPerson(model: ReviewModel): string {
  const { people, flags } = model.data;
  const busy =
    people.find((person) => person.exits.length > 0) ??
    people.find((person) => flags.some((flag) => flag.seat === person.seat));
  return (busy ?? people[0])?.uid ?? "";
}
