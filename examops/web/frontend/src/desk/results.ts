/** Everybody who had to wait, with verdict, name and seat, until somebody at the desk has acted on it. */
import type { Result } from "./data";
import { showPhoto } from "./screens";
import { createElement, requireElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

export type Act = "same" | "other" | "seen";

const WORDS: Record<Act, () => string> = {
  same: () => t("是本人"),
  other: () => t("不是本人"),
  seen: () => t("知道了"),
};

export function showResults(results: readonly Result[], act: (result: Result, act: Act) => void): void {
  requireElement("#results").replaceChildren(...results.map((result) => line(result, act)));
}

function line(result: Result, act: (result: Result, act: Act) => void): HTMLElement {
  const { answer } = result,
    row = createElement("li"),
    face = createElement("span", "photo"),
    who = createElement("div");
  const kind = answer.admitted ? "done" : answer.unsettled ? "look" : "stop";
  const verdict = answer.admitted ? t("可以进入") : answer.unsettled ? t("请先等一下") : t("不能进入");
  showPhoto(face, answer.photo_url);
  const name = createElement("p", "", "");
  name.append(createElement("b", "", answer.name ?? t("没有认出是谁")), createElement("span", "num", answer.id_number));
  const made = createElement("span", "num", t("扫码于 {time}", { time: clock(Date.parse(answer.at)) }));
  who.append(createElement("span", `state state-${kind}`, verdict), name, made);
  const what = createElement("b", answer.admitted ? "seat-no num" : "", answer.seat ?? answer.reason?.words ?? "");
  row.append(face, who, what, keys(result, act));
  return row;
}

function keys(result: Result, act: (result: Result, act: Act) => void): HTMLElement {
  const place = createElement("div", "acts-row");
  for (const one of result.answer.admitted ? (["same", "other"] as const) : (["seen"] as const)) {
    const key = createElement("button", one === "other" ? "key key-stop" : "key key-act", WORDS[one]());
    key.addEventListener("click", () => act(result, one));
    place.append(key);
  }
  return place;
}
