/** Waiting scans of this browser, or of a file from another one, sent by whoever is on duty now. */
import type { Answer, Waiting } from "./desk/data";
import { openStore, type DeskStore } from "./desk/store";
import { createElement, requireElement } from "./shared/page";
import { postJson, RequestRefused } from "./shared/requests";
import { clock } from "./shared/times";
import { t } from "./shared/words";

const VERSION = 1;
const list = requireElement("#waiting");
let items: Waiting[] = [];

/** The address that asks for the person alone, not for the tablet. */
const lateUrl = (item: Waiting): string => item.url.replace(/^\/desk\/(?!handover\/)/, "/desk/handover/");

function show(): void {
  requireElement("#nothing").hidden = items.length > 0;
  requireElement("#acts").hidden = items.length === 0;
  list.replaceChildren(...items.map(line));
}

function line(item: Waiting): HTMLElement {
  const row = createElement("tr"),
    state = createElement("td");
  const kind = item.kind === "identity" ? t("核对结果") : "code" in item.body ? t("准考证码") : t("身份证号");
  const words = (item.fault?.message ?? "") || t("还没有上传");
  state.append(
    createElement("span", "state state-look", words),
    createElement("span", "sub", item.fault?.advice ?? ""),
  );
  row.append(
    createElement("td", "", clock(Date.parse(item.made_at))),
    createElement("td", "", kind),
    createElement("td", "", item.where),
    state,
  );
  return row;
}

async function send(store: DeskStore): Promise<void> {
  const button = requireElement<HTMLButtonElement>("#send");
  button.disabled = true;
  for (const item of [...items]) {
    try {
      const body = item.kind === "scan" ? { ...item.body, sent_at: new Date().toISOString() } : item.body;
      note(item, await postJson<Answer>(lateUrl(item), body));
      await store.dropWaiting(item.nonce);
      items = items.filter((other) => other.nonce !== item.nonce);
    } catch (error) {
      const refused = error instanceof RequestRefused ? error : new RequestRefused(-1, t("网络不通"), t("通了再试"));
      item.fault = { status: refused.status, code: refused.code, message: refused.message, advice: refused.advice };
    }
    show();
  }
  button.disabled = false;
}

function note(item: Waiting, answer: Answer): void {
  if (item.kind !== "scan") return;
  const row = createElement("li"),
    kind = answer.admitted ? "done" : answer.unsettled ? "look" : "stop";
  const verdict = answer.admitted ? t("可以进入") : answer.unsettled ? t("等考务决定") : t("不能进入");
  row.append(
    createElement("span", `state state-${kind}`, verdict),
    createElement("b", "", ` ${answer.name ?? t("没有认出是谁")} `),
    createElement("span", "", answer.seat ?? answer.reason?.words ?? ""),
  );
  requireElement("#answers").append(row);
}

/** A file that carries them to another machine. It holds codes and ID numbers: whoever takes it is told so. */
function save(): void {
  const content = new Blob([JSON.stringify({ version: VERSION, waiting: items })], { type: "application/json" });
  const link = createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = `${t("待上传签到")}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function open(store: DeskStore, file: File | undefined): Promise<void> {
  const fault = requireElement("#file-fault");
  fault.textContent = "";
  try {
    const found = JSON.parse((await file?.text()) ?? "") as { version: number; waiting: Waiting[] };
    if (found.version !== VERSION) throw new Error("version");
    const known = new Set(items.map((item) => item.nonce));
    const fresh = found.waiting.filter((item) => !known.has(item.nonce) && item.url.startsWith("/desk/"));
    for (const item of fresh) await store.keepWaiting(item);
    items = [...items, ...fresh];
    show();
  } catch {
    fault.textContent = t("这不是签到台存的文件，请选“存成文件”得到的那一份");
  }
}

void openStore().then(async (store) => {
  items = await store.waiting();
  show();
  requireElement("#send").addEventListener("click", () => void send(store));
  requireElement("#save").addEventListener("click", save);
  requireElement<HTMLInputElement>("#file").addEventListener("change", (event) => {
    void open(store, (event.target as HTMLInputElement).files?.[0]);
  });
});
