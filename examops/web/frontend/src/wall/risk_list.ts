import type { SessionRow, SessionState } from "./data";
import { createElement } from "../shared/page";
import { t } from "../shared/words";

const GROUPS: [SessionState, string, string][] = [
  ["stop", t("要处理"), t("在场 / 应到")],
  ["look", t("留意"), t("在场 / 应到")],
  ["done", t("正常"), t("在场 / 应到")],
  ["wait", t("未开始"), t("应到")],
];

/** Sessions by risk: four counts as the index, three lines for those to act on, two quiet ones for the rest. */
export function showRiskList(box: HTMLElement, sessions: SessionRow[]): void {
  const sum = createElement("div", "sum"),
    list = createElement("div");
  for (const [state, word, column] of GROUPS) {
    const own = sessions.filter((session) => session.state === state);
    const index = createElement("a");
    index.href = `#risk-${state}`;
    index.append(createElement("b", "", String(own.length)), createElement("span", `state state-${state}`, word));
    sum.append(index);
    if (!own.length) continue;
    const head = createElement("div", "sec");
    head.id = `risk-${state}`;
    head.append(createElement("span", "", word), createElement("span", "", column));
    list.append(head, ...own.map(row));
  }
  if (!sessions.length) {
    list.append(createElement("p", "empty", t("现在没有进行中的场次。布防时段开始后，画面会自动出现在这里。")));
  }
  box.replaceChildren(sum, list);
}

function row(session: SessionRow): HTMLElement {
  const quiet = session.state === "done" || session.state === "wait";
  const line = createElement("a", `s ${quiet ? "ok" : session.state}`),
    title = createElement("span", "t", session.title),
    count = createElement("span", "n");
  line.href = session.url;
  title.append(createElement("span", "", ` ${session.place}`));
  if (session.state === "wait") count.textContent = String(session.due);
  else count.append(`${session.present}`, createElement("span", "limit", ` / ${session.due}`));
  line.append(
    createElement("span", `state state-${session.state}`),
    title,
    count,
    createElement("span", "b", session.body),
  );
  if (session.why) line.append(createElement("span", "why", session.why));
  return line;
}
