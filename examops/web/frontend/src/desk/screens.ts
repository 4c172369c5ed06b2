import type { Answer, DeskState, Fault } from "./data";
import { createElement, requireElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const setTexts = (name: string, words: string | number): void => {
  document.querySelectorAll<HTMLElement>(`[data-say="${name}"]`).forEach((place) => {
    place.textContent = String(words);
  });
};
const time = (iso: string): string => clock(Date.parse(iso));

export type Screen = "scan" | "ok" | "refused" | "waiting" | "results";
export const show = (state: Screen): void => {
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

/** Large where it fits into so many half characters; else smaller, in two lines: nothing that decides is cut off. */
function setFitted(name: string, words: string, most: number): void {
  setTexts(name, words);
  const place = requireElement(`[data-say="${name}"]`);
  place.classList.toggle("long", displayWidth(words) > most);
}

/** The counts that stand on every screen. */
export function showState(state: DeskState): void {
  for (const name of ["present", "due", "refused", "absent"] as const) setTexts(name, state[name]);
  setTexts("synced", time(state.now));
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

function noFace(words: string): HTMLElement {
  return createElement("span", "face none", words);
}

export function showPhoto(place: HTMLElement, url: string | null | undefined): void {
  const image = createElement("img", "face");
  image.alt = t("报名照片");
  image.addEventListener("error", () => {
    if (image.isConnected) place.replaceChildren(noFace(t("照片没有取到")));
  });
  if (url) image.src = url;
  place.replaceChildren(url ? image : noFace(t("没有照片")));
}

/** What is asked about the face on the green screen, and the answer of the person at the desk. */
export function showQuestion(isAnswered: boolean): void {
  requireElement("#question").hidden = isAnswered;
  requireElement("#asked").hidden = isAnswered;
  requireElement("#next").hidden = !isAnswered;
  setTexts("said", isAnswered ? t("已登记核对") : "");
}

export function isAsking(): boolean {
  return document.body.dataset.state === "ok" && !requireElement("#question").hidden;
}

export function showAdmitted(answer: Omit<Answer, "state">): void {
  setTexts("name", answer.name ?? "");
  setTexts("id", answer.id_number ?? "");
  setFitted("what", answer.title ?? "", 10);
  setFitted("where", answer.part ?? "", 14);
  setTexts("seat", answer.seat ?? "");
  setTexts("turn", answer.turn ?? "");
  setTexts("turn-starts", answer.turn_starts ?? "");
  const before = answer.came_before ?? answer.repeated;
  setTexts("repeated", before ? t("已在 {time} 入场", { time: time(answer.at) }) : "");
  showPhoto(requireElement("#ok-face"), answer.photo_url);
  showQuestion(false);
  show("ok");
}

export function showRefused(answer: Omit<Answer, "state">): void {
  const reason = answer.reason;
  setTexts("stop", answer.unsettled ? t("请先等一下") : t("不能进入"));
  requireElement("#s-refused").classList.toggle("unsettled", answer.unsettled ?? false);
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

/** Neither a code nor a number, as the tablet or the server found: not a verdict on the person. */
export function showMisread(fault?: Fault): void {
  const words = fault?.message ?? t("没有读全，不算一次签到"),
    advice = fault?.advice ?? t("请再扫一次，或输入身份证号");
  setTexts("misread", t("{words}。{advice}", { words: truncate(words, 44), advice }));
  requireElement("#misread").hidden = false;
}

export function hideMisread(): void {
  requireElement("#misread").hidden = true;
}

/** No answer yet: the person waits, nobody scans again. */
export function showWaiting(at: number): void {
  setTexts("waiting-at", clock(at));
  show("waiting");
}

/** The person at the desk said that this is somebody else. */
export function showTurnedAway(answer: Omit<Answer, "state">): void {
  const todo = [t("请留住来人，呼叫考务"), t("认错了由另一位工作人员在在场名单撤销")];
  const reason = { code: "identity_doubted", words: t("人证不符"), here: "", todo };
  showRefused({ ...answer, admitted: false, unsettled: false, reason });
}
