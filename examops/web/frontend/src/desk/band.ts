/** The band over every screen: the one thing that somebody at the desk should know or do now. */
import type { QueueStatus } from "./queue";
import { requireElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

export interface BandFacts {
  queue: QueueStatus;
  results: number;
  /** Tablet minus server in seconds, where that is too much. */
  ahead: number | null;
  lasting: boolean;
  urls: { handover: string; sign_in: string };
}

interface Band {
  words: string;
  note: string;
  /** Where its key leads: an address, or the list of results. */
  go?: { words: string; href?: string };
}

/** What is most urgent: who must sign in, people with a verdict, the network, then what needs care. */
export function bandOf(facts: BandFacts): Band | null {
  const { waiting, aside, since, fault } = facts.queue,
    count = waiting.length;
  if (fault && count) {
    const href = facts.urls.sign_in;
    return {
      words: t("{count} 条没有上传：{why}", { count, why: fault.message }),
      note: "",
      go: { words: t("登录"), href },
    };
  }
  if (facts.results) {
    return { words: t("等候者有结果：{count} 人", { count: facts.results }), note: "", go: { words: t("逐个处理") } };
  }
  if (since) {
    const time = clock(Date.parse(since), false);
    const note = facts.lasting ? t("自动重传") : t("别关此页");
    return { words: t("离线 · {count} 条待上传 · 自 {time}", { count, time }), note };
  }
  if (aside) {
    const go = { words: t("处理"), href: facts.urls.handover };
    return { words: t("{count} 条服务器没有收下，已存好", { count: aside }), note: "", go };
  }
  return facts.ahead === null ? null : clockBand(facts.ahead);
}

function clockBand(ahead: number): Band {
  const minutes = Math.max(1, Math.round(Math.abs(ahead) / 60));
  const words = ahead > 0 ? t("平板时钟快 {minutes} 分钟", { minutes }) : t("平板时钟慢 {minutes} 分钟", { minutes });
  return { words, note: t("签到已按服务器时间判定，请校准") };
}

export function showBand(facts: BandFacts): void {
  const band = bandOf(facts),
    net = requireElement("#net"),
    go = requireElement<HTMLAnchorElement>("#net-go");
  document.body.classList.toggle("off", band !== null || !requireElement("#misread").hidden);
  net.hidden = band === null;
  requireElement("#net-words").textContent = band?.words ?? "";
  requireElement("#net-note").textContent = band?.note ?? "";
  go.hidden = !band?.go;
  go.textContent = band?.go?.words ?? "";
  go.href = band?.go?.href ?? "#results";
  showFacts(facts.queue);
}

function showFacts(queue: QueueStatus): void {
  const off = queue.since !== null || queue.fault !== null;
  document.querySelectorAll('[data-say="queued"]').forEach((place) => {
    place.textContent = String(queue.waiting.length);
  });
  document.querySelectorAll<HTMLElement>("[data-net]").forEach((place) => {
    place.className = `state state-${off ? "look" : "done"}`;
    place.textContent = queue.fault ? t("未登录") : off ? t("离线") : t("在线");
  });
}
