import type { ReviewData } from "./data";
import { ms } from "./data";
import type { ReviewModel } from "./review_model";
import { requireElement } from "../shared/page";
import { RequestRefused } from "../shared/requests";
import { clock, duration } from "../shared/times";
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

/** Who is there and what is covered, as of the newest answer; and that the page goes on growing, or why it does not. */
export function showGrowth(session: ReviewData["session"], failed: unknown = null): void {
  const place = (id: string, words: string): void => {
    const element = document.querySelector(id);
    if (element) element.textContent = words;
  };
  place("#present", String(session.arrived ?? session.present));
  place("#present-word", session.arrived === null ? t("在场") : t("到场"));
  place("#coverage", `${session.coverage_percent} %`);
  document.querySelector("#coverage-box")?.classList.toggle("amber", session.coverage_percent < session.coverage_limit);
  const state = requireElement("#growth");
  state.hidden = !session.refresh_s && failed === null;
  state.className = `state state-${failed === null ? "act" : "look"}`;
  const time = clock(ms(session.now), false);
  if (failed === null) state.textContent = t("{time} 更新", { time });
  else state.textContent = t("{time} 后没有更新：{reason}", { time, reason: reasonOf(failed) });
}

function reasonOf(failed: unknown): string {
  if (!(failed instanceof RequestRefused)) return t("网络不通");
  return failed.status === 0 || failed.status === 401 ? t("请重新登录") : failed.message;
}

/** The button of the next thing worth looking at. */
export function showNext(model: ReviewModel, at: number): void {
  const next = model.after(at),
    unseen = model.pointsOfInterest.filter((point) => !point.seen).length;
  requireElement<HTMLButtonElement>("#next").disabled = !next;
  requireElement("#next-when").textContent = next
    ? t("下一处值得看　{time}", { time: clock(next.at) })
    : t("后面没有要看的了");
  requireElement("#next-count").textContent = unseen ? t("未看 {count} 处", { count: unseen }) : t("全部看过");
  requireElement("#next-words").textContent = next ? [next.words, next.advice].filter(Boolean).join(t("；")) : "";
}
