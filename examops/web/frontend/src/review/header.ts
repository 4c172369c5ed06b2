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
  const left = (((duty - percent) / 100) * model.share.footage) / 1000;
  const state = requireElement("#duty-left");
  if (rate > model.data.session.watch_speed_max) {
    state.className = "state state-look";
    state.textContent = t("{rate}x 不计入已看", { rate });
    return;
  }
  state.className = `state state-${left > 0 ? "look" : "done"}`;
  state.textContent = left > 0 ? t("还差 {duration}", { duration: duration(left) }) : t("已看够");
}
