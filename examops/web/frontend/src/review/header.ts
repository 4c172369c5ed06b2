import type { ReviewModel } from "./review_model";
import { requireElement } from "../shared/page";
import { duration } from "../shared/times";
import { t } from "../shared/words";

/** The numbers of the header that change while one watches. */
export function showDuty(model: ReviewModel, rate = 1): void {
  const duty = model.data.session.duty_percent,
    percent = model.watchedPercent;
  requireElement("#watched").textContent = `${Math.floor(percent)} %`;
  requireElement<SVGRectElement>("#duty-fill").setAttribute("width", `${Math.min(100, percent)}%`);
  const state = requireElement("#duty-left");
  if (rate > model.data.session.watch_speed_max) {
    state.className = "state state-look";
    state.textContent = t("{rate}x 不计入已看", { rate });
    return;
  }
  const left = dutyLeft(duty, percent, model.share.footage);
  state.className = `state state-${left.kind}`;
  state.textContent = left.words;
}

/** What is left to watch; `duty` and `percent` in percent, `footage` in milliseconds. Of no footage nobody watched enough. */
export function dutyLeft(duty: number, percent: number, footage: number): { kind: string; words: string } {
  if (footage <= 0) return { kind: "look", words: t("还没有录像可看") };
  const seconds = (((duty - percent) / 100) * footage) / 1000;
  return seconds > 0
    ? { kind: "look", words: t("还差 {duration}", { duration: duration(seconds) }) }
    : { kind: "done", words: t("已看够") };
}
