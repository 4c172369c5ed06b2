import type { Answer, DeskState, Scan } from "./data";
import { element, one } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const say = (name: string, words: string | number): void => {
  document.querySelectorAll<HTMLElement>(`[data-say="${name}"]`).forEach((place) => {
    place.textContent = String(words);
  });
};
const time = (iso: string): string => clock(Date.parse(iso));

export const show = (state: "scan" | "ok" | "refused" | "waiting"): void => {
  document.body.dataset.state = state;
};

/** In half characters: a Chinese one is as wide as two digits. */
const breadth = (words: string): number =>
  Array.from(words).reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);

/** The beginning that fits into so many half characters. */
function fitting(words: string, most: number): string {
  const letters = Array.from(words);
  while (breadth(letters.join("")) > most) letters.pop();
  return letters.join("");
}

/** The counts that stand on every screen. */
export function showState(state: DeskState): void {
  for (const name of ["present", "due", "refused", "absent"] as const) say(name, state[name]);
  say("synced", clock(Date.now()));
  const first = state.turns.find((turn) => turn.present < turn.due);
  one("#turns").replaceChildren(
    ...state.turns.map((turn) => {
      const line = element("li", turn === first ? "num cur" : "num"),
        count = element("span", "", `${turn.present} `);
      const missing = turn.due - turn.present;
      count.append(element("span", "limit", `/ ${turn.due}`));
      line.append(
        element("span", "", turn.word),
        element("span", "", turn.time),
        count,
        element(
          "span",
          `state state-${missing ? "wait" : "done"}`,
          missing ? t("差 {count} 人", { count: missing }) : t("到齐"),
        ),
      );
      return line;
    }),
  );
  if (state.last) showLast(state.last);
}

function showLast(last: NonNullable<DeskState["last"]>): void {
  const line = one("#last");
  line.replaceChildren(
    element("span", "", t("上一位")),
    element("span", `state state-${last.admitted ? "done" : "stop"}`, last.admitted ? t("可以进入") : t("不能进入")),
    element("b", "", last.name ?? ""),
    element("b", "num", last.seat ?? ""),
    element("span", "num", time(last.at)),
  );
}

function face(place: HTMLElement, url: string | null | undefined): void {
  const image = element("img", "face");
  image.alt = t("报名照片");
  if (url) image.src = url;
  place.replaceChildren(url ? image : element("span", "face none", t("没有照片")));
}

export function showAdmitted(answer: Answer): void {
  say("name", answer.name ?? "");
  say("id", answer.id_number ?? "");
  say("what", answer.title ?? "");
  say("where", answer.part ?? "");
  say("seat", answer.seat ?? "");
  say("turn", answer.turn ?? "");
  say("turn-starts", answer.turn_starts ?? "");
  say("repeated", answer.repeated ? t("已在 {time} 入场", { time: time(answer.at) }) : "");
  face(one("#ok-face"), answer.photo_url);
  show("ok");
}

export function showRefused(answer: Answer): void {
  const reason = answer.reason;
  say("reason", reason?.words ?? "");
  say("answer-label", reason?.answer_label ?? "");
  say("answer", reason?.answer ?? "");
  one("#yours").hidden = !reason?.answer;
  one("#yours").classList.toggle("long", breadth(reason?.answer ?? "") > 14);
  say("here", reason?.here ?? "");
  one("#here").hidden = !reason?.here;
  one("#todo").replaceChildren(...(reason?.todo ?? []).map((words) => element("li", "", words)));
  say("refused-name", answer.name ?? t("没有认出是谁"));
  say("refused-id", [answer.id_number, t("{time} 已记录", { time: time(answer.at) })].filter(Boolean).join(" · "));
  face(one("#no-face"), answer.photo_url);
  one("#details").replaceChildren(
    ...(reason?.lines ?? []).map((line) =>
      element("li", "", t("{clause}：{found} / {limit}（{source}）", { ...line })),
    ),
  );
  one("#more").hidden = !reason?.lines?.length;
  one("#details").hidden = true;
  show("refused");
}

/** The request itself was refused: not a verdict on the person. */
export function showFault(message: string, advice: string): void {
  const at = new Date().toISOString();
  showRefused({
    admitted: false,
    at,
    reason: { code: "request", words: fitting(message, 28), todo: [advice || t("再扫一次，仍不行请呼叫考务")] },
    state: {} as DeskState,
  });
}

/** No answer yet: the person waits, nobody scans again. */
export function showWaiting(scan: Scan): void {
  say("waiting-at", time(scan.scanned_at));
  show("waiting");
}

export function showLine(waiting: number, since: string | null): void {
  document.body.classList.toggle("off", since !== null);
  say(
    "line",
    t("离线 · {count} 条待上传 · 自 {time}", { count: waiting, time: since ? clock(Date.parse(since), false) : "" }),
  );
  say("queued", waiting);
  const net = one("#net");
  document.querySelectorAll<HTMLElement>("[data-net]").forEach((place) => {
    place.className = `state state-${since ? "look" : "done"}`;
    place.textContent = since ? t("离线") : t("在线");
  });
  net.hidden = since === null;
}
