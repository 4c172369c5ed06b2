import type { Progress } from "../shared/api";
import { getJson } from "../shared/requests";
import { t } from "../shared/words";

// Words are made by the server, so that pages with and without scripts agree.

function show(tray: HTMLElement, now: Progress): void {
  const say = (name: string, words: string): void => {
    const at = tray.querySelector<HTMLElement>(`[data-say=${name}]`);
    if (at) at.textContent = words;
  };
  tray.querySelector(".bar rect")?.setAttribute("width", `${Math.min(100, now.percent)}%`);
  say("percent", `${Math.floor(now.percent)} %`);
  for (const name of ["done", "total", "rate", "left"] as const) say(name, now[name]);
  say("finish_at", now.finish_at ? t("（{time} 完成）", { time: now.finish_at }) : "");
  const result = tray.querySelector<HTMLAnchorElement>("[data-result]");
  if (result && now.result_url) {
    result.href = now.result_url;
    result.textContent = now.result_words;
    result.hidden = false;
  }
  tray.querySelector<HTMLElement>("[data-cancel]")?.toggleAttribute("hidden", now.finished);
}

async function follow(tray: HTMLElement, url: string): Promise<void> {
  for (let wait = 1000; tray.isConnected; await new Promise((go) => setTimeout(go, wait))) {
    try {
      const now = await getJson<Progress>(url);
      show(tray, now);
      if (now.finished) {
        if (tray.dataset.reload !== undefined) location.reload();
        return;
      }
      wait = 1000;
    } catch {
      wait = Math.min(wait * 2, 15_000); // the work goes on without us; ask less often until the network is back
    }
  }
}

/** Every tray with `data-progress` asks its address once a second until the work has ended. */
export function followProgress(): void {
  document
    .querySelectorAll<HTMLElement>("[data-progress]")
    .forEach((tray) => void follow(tray, tray.dataset.progress ?? ""));
}
