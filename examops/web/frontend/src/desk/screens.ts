import type { Answer, DeskState, Scan } from "./data";
import { createElement, requireElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const setTexts = (name: string, words: string | number): void => {
  document.querySelectorAll<HTMLElement>(`[data-say="${name}"]`).forEach((place) => {
    place.textContent = String(words);
  });
};
const time = (iso: string): string => clock(Date.parse(iso));

export const show = (state: "scan" | "ok" | "refused" | "waiting"): void => {
  document.body.dataset.state = state;
};

/** In half characters: a Chinese one is as wide as two digits. */
const displayWidth = (words: string): number =>
  Array.from(words).reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);

/** The beginning that fits into so many half characters. */
function truncate(words: string, most: number): string {
  const letters = Array.from(words);
  while (displayWidth(letters.join("")) > most) letters.pop();
  return letters.join("");
}

/** The counts that stand on every screen. */
export function showState(state: DeskState): void {
  for (const name of ["present", "due", "refused", "absent"] as const) setTexts(name, state[name]);
  setTexts("synced", clock(Date.now()));
  const first = state.turns.find((turn) => turn.present < turn.due);
  requireElement("#turns").replaceChildren(
    ...state.turns.map((turn) => {
      const line = createElement("li", turn === first ? "num cur" : "num"),
        count = createElement("span", "", `${turn.present} `);
      const missing = turn.due - turn.present;
      count.append(createElement("span", "limit", `/ ${turn.due}`));
      line.append(
        createElement("span", "", turn.word),
        createElement("span", "", turn.time),
        count,
        createElement(
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
  const line = requireElement("#last");
  line.replaceChildren(
    createElement("span", "", t("上一位")),
    createElement(
      "span",
      `state state-${last.admitted ? "done" : "stop"}`,
      last.admitted ? t("可以进入") : t("不能进入"),
    ),
    createElement("b", "", last.name ?? ""),
    createElement("b", "num", last.seat ?? ""),
    createElement("span", "num", time(last.at)),
  );
}

function showPhoto(place: HTMLElement, url: string | null | undefined): void {
  const image = createElement("img", "face");
  image.alt = t("报名照片");
  if (url) image.src = url;
  place.replaceChildren(url ? image : createElement("span", "face none", t("没有照片")));
}

export function showAdmitted(answer: Answer): void {
  setTexts("name", answer.name ?? "");
  setTexts("id", answer.id_number ?? "");
  setTexts("what", answer.title ?? "");
  setTexts("where", answer.part ?? "");
  setTexts("seat", answer.seat ?? "");
  setTexts("turn", answer.turn ?? "");
  setTexts("turn-starts", answer.turn_starts ?? "");
  setTexts("repeated", answer.repeated ? t("已在 {time} 入场", { time: time(answer.at) }) : "");
  showPhoto(requireElement("#ok-face"), answer.photo_url);
  show("ok");
}

export function showRefused(answer: Answer): void {
  const reason = answer.reason;
  setTexts("reason", reason?.words ?? "");
  setTexts("answer-label", reason?.answer_label ?? "");
  setTexts("answer", reason?.answer ?? "");
  requireElement("#yours").hidden = !reason?.answer;
  requireElement("#yours").classList.toggle("long", displayWidth(reason?.answer ?? "") > 14);
  setTexts("here", reason?.here ?? "");
  requireElement("#here").hidden = !reason?.here;
  requireElement("#todo").replaceChildren(...(reason?.todo ?? []).map((words) => createElement("li", "", words)));
  setTexts("refused-name", answer.name ?? t("没有认出是谁"));
  setTexts("refused-id", [answer.id_number, t("{time} 已记录", { time: time(answer.at) })].filter(Boolean).join(" · "));
  showPhoto(requireElement("#no-face"), answer.photo_url);
  show("refused");
}

/** The request itself was refused: not a verdict on the person. */
export function showFault(message: string, advice: string): void {
  const at = new Date().toISOString();
  showRefused({
    admitted: false,
    at,
    scan_uid: "",
    reason: {
      code: "request",
      words: truncate(message, 28),
      here: "",
      todo: [advice || t("再扫一次，仍不行请呼叫考务")],
    },
    state: {} as DeskState,
  });
}

/** No answer yet: the person waits, nobody scans again. */
export function showWaiting(scan: Scan): void {
  setTexts("waiting-at", time(scan.scanned_at));
  show("waiting");
}

export function showConnection(waiting: number, since: string | null): void {
  document.body.classList.toggle("off", since !== null);
  setTexts(
    "line",
    t("离线 · {count} 条待上传 · 自 {time}", { count: waiting, time: since ? clock(Date.parse(since), false) : "" }),
  );
  setTexts("queued", waiting);
  const net = requireElement("#net");
  document.querySelectorAll<HTMLElement>("[data-net]").forEach((place) => {
    place.className = `state state-${since ? "look" : "done"}`;
    place.textContent = since ? t("离线") : t("在线");
  });
  net.hidden = since === null;
}
