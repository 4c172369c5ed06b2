import { csrf } from "./page";
import { t } from "./words";

/** The server said no, or not in JSON: its own words, and what to do next. `status` 0: it wants another page first. */
export class RequestRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly advice = "",
    readonly code = "",
  ) {
    super(message);
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (answer.type === "opaqueredirect") {
    throw new RequestRefused(0, t("要先打开别的页面"), t("重新登录后再来"), "redirected");
  }
  if (answer.status === 204) return undefined as T;
  const body = (await answer.json().catch(() => null)) as { message?: string; advice?: string; code?: string } | null;
  if (!answer.ok || body === null) {
    throw new RequestRefused(
      answer.status,
      body?.message ?? t("服务器回答 {status}", { status: answer.status }),
      body?.advice,
      body?.code ?? "not_json",
    );
  }
  return body as T;
}

export async function getJson<T>(url: string): Promise<T> {
  const headers = { Accept: "application/json" };
  return read<T>(await fetch(url, { headers, cache: "no-store", redirect: "manual" }));
}

export async function postJson<T>(url: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() };
  const sent = { method: "POST", headers, body: JSON.stringify(body), keepalive: true, redirect: "manual", signal };
  return read<T>(await fetch(url, sent as RequestInit));
}

/** A fresh token against forged forms, from the page itself: after somebody signed in again. False: none to be had. */
export async function renewToken(): Promise<boolean> {
  const answer = await fetch(location.pathname, { cache: "no-store", redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return false;
  const fresh = new DOMParser()
    .parseFromString(await answer.text(), "text/html")
    .querySelector<HTMLMetaElement>("meta[name=csrf-token]");
  const own = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]");
  if (!fresh?.content || !own || fresh.content === own.content) return false;
  own.content = fresh.content;
  return true;
}
