/** The desk at the door. A scan comes from the camera, a keyboard scanner or a typed ID number; the next one needs no tap. */
import { CameraScanner } from "./desk/camera_scanner";
import type { DeskState, Scan } from "./desk/data";
import { listenScanner } from "./desk/key_scanner";
import { newNonce, ScanQueue } from "./desk/queue";
import { show, showAdmitted, showFault, showConnection, showRefused, showState, showWaiting } from "./desk/screens";
import { sound } from "./desk/sound";
import { readEmbedded, requireElement } from "./shared/page";
import { getJson, postJson } from "./shared/requests";
import { clock } from "./shared/times";
import { t } from "./shared/words";

const REFRESH_MS = 15_000;
const SLOW_MS = 600; // an answer that takes longer shows that it is awaited

function start(state: DeskState): void {
  let scanUid = "",
    newest: Scan | null = null;
  const queue = new ScanQueue(state.urls.scan, {
    answered: (scan, answer) => {
      showState(answer.state);
      if (scan.nonce !== newest?.nonce && newest !== null) return; // an older scan that had to wait: it is counted, the door has moved on
      newest = null;
      scanUid = answer.scan_uid;
      sound(answer.admitted);
      if (answer.admitted) showAdmitted(answer);
      else showRefused(answer);
    },
    refused: (_scan, fault) => {
      newest = null;
      sound(false);
      showFault(fault.message, fault.advice);
    },
    connection: showConnection,
  });
  const read = (scan: Omit<Scan, "nonce" | "scanned_at">): void => {
    const made = queue.add(scan);
    newest = made;
    setTimeout(() => {
      if (newest === made) showWaiting(made);
    }, SLOW_MS);
  };
  listenScanner((code) => read({ code, via: "scanner" }));
  startCamera((code) => read({ code, via: "camera" }));
  typedNumbers((id_number) => read({ id_number, via: "typed" }));
  requireElement("#mismatch").addEventListener("click", () => void reportMismatch(state.urls.mismatch, scanUid));
  document.querySelectorAll(".verdict").forEach((band) => band.addEventListener("click", () => show("scan")));
  showState(state);
  tick();
  setInterval(tick, 500);
  setInterval(() => void getJson<DeskState>(state.urls.state).then(showState, () => undefined), REFRESH_MS);
}

function tick(): void {
  document.querySelectorAll("[data-clock]").forEach((place) => {
    place.textContent = clock(Date.now());
  });
}

function startCamera(read: (code: string) => void): void {
  const video = requireElement<HTMLVideoElement>("#camera");
  new CameraScanner(video, video.dataset.wasm ?? "", read).start().catch(() => {
    requireElement("#camera-off").hidden = false; // scanner and typed numbers work all the same
  });
}

function typedNumbers(read: (number: string) => void): void {
  const form = requireElement<HTMLFormElement>("#typed"),
    field = requireElement<HTMLInputElement>("#id-number"),
    panel = requireElement<HTMLDialogElement>("#typing");
  requireElement("#type").addEventListener("click", () => {
    panel.showModal();
    field.focus();
  });
  requireElement("#typing-close").addEventListener("click", () => panel.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const number = field.value.trim().toUpperCase();
    if (!number) return;
    field.value = "";
    panel.close();
    read(number);
  });
}

async function reportMismatch(url: string, scan_uid: string): Promise<void> {
  const button = requireElement<HTMLButtonElement>("#mismatch");
  button.disabled = true;
  try {
    await postJson(url, { scan_uid, nonce: newNonce() });
    requireElement("#mismatch-said").textContent = t("已记录，请留住本人，呼叫考务");
  } catch {
    requireElement("#mismatch-said").textContent = t("没有记下，请再按一次");
  } finally {
    button.disabled = false;
  }
}

const state = readEmbedded<DeskState>("desk-data");
if (state) start(state);
