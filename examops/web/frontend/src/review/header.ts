import type { Room } from "./room";
import { one } from "../shared/page";
import { duration } from "../shared/times";
import { t } from "../shared/words";

/** The numbers of the header that change while one watches. */
export function showDuty(room: Room): void {
  const duty = room.data.session.duty_percent,
    percent = room.watchedPercent;
  one("#watched").textContent = `${Math.floor(percent)} %`;
  one("#duty-fill").className = `w-${Math.min(200, Math.round(percent * 2))}`;
  if (duty === undefined) return;
  const left = (((duty - percent) / 100) * (room.exam.end - room.exam.start)) / 1000;
  const state = one("#duty-left");
  state.className = `state state-${left > 0 ? "look" : "done"}`;
  state.textContent = left > 0 ? t("还差 {duration}", { duration: duration(left) }) : t("已看够");
}
