import { csrf } from "./page";
import { t } from "./words";

/** The server said no: its own words, and what to do next. */
export class RequestRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly advice = "",
  ) {
    super(message);
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (answer.status === 204) return undefined as T;
  const body = (await answer.json().catch(() => ({}))) as { message?: string; advice?: string };
  if (!answer.ok) {
    throw new RequestRefused(
      answer.status,
      body.message ?? t("服务器回答 {status}", { status: answer.status }),
      body.advice,
    );
  }
  return body as T;
}

export async function getJson<T>(url: string): Promise<T> {
  return read<T>(await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" }));
}

export async function postJson<T>(url: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() };
  return read<T>(await fetch(url, { method: "POST", headers, body: JSON.stringify(body), keepalive: true }));
}
