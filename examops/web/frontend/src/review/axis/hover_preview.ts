import type { CameraData } from "../data";
import { flagMark, flagState, gapWords, ms } from "../data";
import { flagWords, type ReviewModel } from "../review_model";
import { contains, uncovered } from "../spans";
import type { Strips } from "../strips";
import { clock } from "../../shared/times";
import { createElement } from "../../shared/page";
import { t } from "../../shared/words";

const SIDE = 3; // frames before and after the one under the pointer
const STEP_MS = 10_000;

/** A lane of its own above the axis: the frame under the pointer with its neighbours, and what is known of that second. */
export class HoverPreview {
  private readonly figures: HTMLElement[] = [];
  private readonly facts = createElement("div", "lanefacts");
  private shown = 0;
  private timer = 0;

  constructor(
    private readonly box: HTMLElement,
    private readonly strips: Strips,
    private model: ReviewModel,
  ) {
    const frames = createElement("div", "frames");
    for (let index = -SIDE; index <= SIDE; index++) {
      const figure = createElement("figure", index === 0 ? "here" : "");
      figure.append(createElement("img"), createElement("figcaption"));
      this.figures.push(figure);
      frames.append(figure);
    }
    box.append(frames, this.facts);
    this.clear();
  }

  update(model: ReviewModel): void {
    this.model = model;
  }

  clear(): void {
    this.shown++;
    this.box.classList.add("idle");
    this.box.setAttribute("aria-busy", "false");
    this.facts.replaceChildren(createElement("p", "mut", t("把指针放到时间轴上，看那一刻的画面")));
  }

  show(at: number, camera: CameraData): void {
    this.box.classList.remove("idle");
    this.showFacts(at, camera);
    this.dropFar(at, camera);
    clearTimeout(this.timer);
    const turn = ++this.shown;
    this.box.setAttribute("aria-busy", "true");
    this.timer = window.setTimeout(() => void this.fill(at, camera, turn), 60); // a passing pointer asks for nothing
  }

  private async fill(at: number, camera: CameraData, turn: number): Promise<void> {
    const order = this.figures.map((_, index) => index).sort((a, b) => Math.abs(a - SIDE) - Math.abs(b - SIDE));
    for (const index of order) {
      const frame = await this.strips.frameAt(camera, at + (index - SIDE) * STEP_MS).catch(() => null);
      const url = frame ? await this.strips.picture(frame).catch(() => null) : null;
      if (turn !== this.shown) return;
      this.put(index, url, frame?.t ?? null);
    }
    this.box.setAttribute("aria-busy", "false"); // all pictures are those of the moment shown
  }

  /** Frames of another place or camera are no neighbours of this moment: better none than those. */
  private dropFar(at: number, camera: CameraData): void {
    this.figures.forEach((figure, index) => {
      const shown = Number(figure.dataset.at ?? NaN);
      const isNear = Math.abs(shown - (at + (index - SIDE) * STEP_MS)) < 90_000 && figure.dataset.camera === camera.uid;
      const image = figure.querySelector("img"),
        caption = figure.querySelector("figcaption");
      if (!isNear && image && caption) [image.hidden, caption.textContent] = [true, ""];
      figure.dataset.camera = camera.uid;
    });
  }

  private put(index: number, url: string | null, at: number | null): void {
    const figure = this.figures[index];
    const image = figure?.querySelector("img"),
      caption = figure?.querySelector("figcaption");
    if (!figure || !image || !caption) return;
    figure.dataset.at = String(at ?? NaN);
    image.hidden = url === null;
    if (url) image.src = url;
    image.alt = at ? t("{time} 的画面", { time: clock(at) }) : "";
    caption.textContent = at ? clock(at) : t("无画面");
  }

  private showFacts(at: number, camera: CameraData): void {
    const { data } = this.model;
    const head = createElement("p", "when");
    head.append(createElement("b", "", clock(at)), createElement("b", "", camera.label));
    const lines: HTMLElement[] = [head];
    const gap = camera.gaps.find((one) => ms(one.start) <= at && at < ms(one.end));
    if (gap) lines.push(createElement("p", "state state-stop", gapWords(gap)));
    const flag = data.flags.find((one) => ms(one.start) - 5000 <= at && at < ms(one.end) + 5000);
    if (flag) {
      lines.push(
        createElement(
          "p",
          `state state-${flagMark(flag)}`,
          t("{state}：{words}", { state: flagState(flag), words: flagWords(flag) }),
        ),
      );
    }
    const away = data.people.filter((one) =>
      one.exits.some((exit) => ms(exit.out_at) <= at && (!exit.back_at || at < ms(exit.back_at))),
    );
    if (away.length) {
      lines.push(createElement("p", "mut", t("离场 {seats}", { seats: away.map((one) => one.seat).join(t("、")) })));
    }
    lines.push(createElement("p", "mut", this.seenWords(at)));
    this.facts.replaceChildren(...lines);
  }

  private seenWords(at: number): string {
    const { watched, whole } = this.model;
    if (contains(watched, at)) return t("这一刻我看过");
    const hole = uncovered(whole, watched).find((one) => one.start <= at && at < one.end);
    return hole ? t("我没有看过 {start}–{end}", { start: clock(hole.start), end: clock(hole.end) }) : "";
  }
}
