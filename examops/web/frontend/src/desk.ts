/** The desk at the door. A scan comes from the camera, a keyboard scanner or a typed ID number; the next one needs no tap. */
import { showBand } from "./desk/band";
import { CameraScanner } from "./desk/camera_scanner";
import type { Answer, DeskState, IdentityAnswer, Result, Waiting } from "./desk/data";
import { listenScanner } from "./desk/key_scanner";
import { keepForOffline } from "./desk/offline";
import { DeskQueue, type QueueStatus } from "./desk/queue";
import { read as readText, type Read } from "./desk/reading";
import { showResults, type Act } from "./desk/results";
import * as screens from "./desk/screens";
import { ServerClock } from "./desk/server_clock";
import { sound } from "./desk/sound";
import { BackgroundStore, openStore, type DeskStore } from "./desk/store";
import { typedNumbers } from "./desk/typing";
import { readEmbedded, requireElement } from "./shared/page";
import { getJson } from "./shared/requests";
import { clock } from "./shared/times";

const REFRESH_MS = 15_000;
type Via = "camera" | "scanner" | "typed";
const SLOW_MS = 600; // an answer that takes longer shows that it is awaited

class Desk {
  private readonly time = new ServerClock();
  private readonly queue: DeskQueue;
  private status: QueueStatus = { waiting: [], aside: 0, since: null, fault: null };
  private results: Result[] = [];
  private newest: Waiting | null = null; // awaited on the screen
  private shown: Pick<Result, "nonce" | "answer"> | null = null; // the verdict on the screen

  constructor(
    private state: DeskState,
    private readonly store: DeskStore,
  ) {
    this.queue = new DeskQueue(store, this.time, {
      answered: (item, answer, waited) => this.answered(item, answer, waited),
      compared: (_item, answer) => this.compared(answer),
      misread: (item, fault) => {
        if (item.nonce === this.newest?.nonce) this.backToScanning();
        screens.showMisread(fault);
      },
      changed: (status) => {
        this.status = status;
        this.band();
      },
    });
  }

  async start(): Promise<void> {
    this.listen();
    this.showState(this.state);
    setInterval(() => this.tick(), 500);
    setInterval(() => void this.refresh(), REFRESH_MS);
    void this.refresh();
    this.time.offset ??= await this.store.offset();
    this.results = [...(await this.store.results()), ...this.results];
    this.listResults();
    if (this.results.length && this.newest === null && this.isIdle()) screens.show("results");
    await this.queue.restore();
  }

  private listen(): void {
    requireElement("#same").addEventListener("click", () => this.say("same"));
    requireElement("#mismatch").addEventListener("click", () => this.say("other"));
    requireElement("#net-go").addEventListener("click", (event) => {
      if ((event.currentTarget as HTMLAnchorElement).hash !== "#results") return;
      event.preventDefault();
      screens.show("results");
    });
    document.querySelectorAll(".verdict, [data-back]").forEach((place) => {
      place.addEventListener("click", () => this.backToScanning());
    });
  }

  /** A tap on a refusal acknowledges it; a green one waits for its answer in the list. */
  private backToScanning(): void {
    const seen = this.onScreen();
    if (seen && document.body.dataset.state === "refused") this.acknowledge(seen);
    [this.newest, this.shown] = [null, null];
    screens.show("scan");
    this.band();
  }

  /** From the reading to the screen: sent at once, and shown as waiting where no answer comes. */
  take(read: Read, via: Via): void {
    screens.hideMisread();
    this.shown = null;
    const { title, room } = this.state;
    const item = this.queue.add({
      kind: "scan",
      url: this.state.urls.scan,
      where: `${room} · ${title}`,
      body: { ...read, via },
    });
    this.newest = item;
    setTimeout(() => {
      if (this.newest === item) screens.showWaiting(this.time.corrected(Date.parse(item.made_at)));
    }, SLOW_MS);
  }

  /** Nobody was read: a verdict on the screen is about somebody else and goes, unless it is awaited or still asks. */
  misread(): void {
    if (["ok", "refused"].includes(document.body.dataset.state ?? "") && !screens.isAsking()) this.backToScanning();
    screens.showMisread();
    this.band();
  }

  /** Shown at once where the door waits for it; else it stands in the list, so that nobody is forgotten. */
  private answered(item: Waiting, answer: Answer, waited: boolean): void {
    const { state, ...verdict } = answer,
      is_newest = item.nonce === this.newest?.nonce || (this.newest === null && !waited);
    if (item.url === this.state.urls.scan) this.showState(state);
    if (waited || !is_newest) this.remember({ nonce: item.nonce, made_at: item.made_at, answer: verdict });
    if (is_newest) this.showVerdict(item.nonce, verdict);
    else if (this.newest === null && this.isIdle()) {
      sound(answer.admitted);
      screens.show("results");
    }
  }

  private showVerdict(nonce: string, answer: Omit<Answer, "state">): void {
    this.newest = null;
    this.shown = { nonce, answer };
    sound(answer.admitted);
    if (answer.admitted) screens.showAdmitted(answer);
    else screens.showRefused(answer);
    this.band();
  }

  /** The nonce of the verdict that everybody sees now. */
  private onScreen(): string | undefined {
    return ["ok", "refused"].includes(document.body.dataset.state ?? "") ? this.shown?.nonce : undefined;
  }

  private isIdle(): boolean {
    return ["scan", "results"].includes(document.body.dataset.state ?? "");
  }

  private remember(result: Result): void {
    this.results = [...this.results.filter((one) => one.nonce !== result.nonce), result];
    void this.store.keepResult(result);
    this.listResults();
  }

  private listResults(): void {
    showResults(this.results, (result, act) => this.act(result, act));
    this.band();
  }

  /** Somebody at the desk has acted on a result of the list. */
  private act(result: Result, act: Act): void {
    if (act !== "seen") this.compare(result.answer.scan_uid, act === "same");
    this.acknowledge(result.nonce);
    if (act === "other") this.turnAway(result.answer);
    else if (!this.results.length) screens.show("scan");
  }

  private acknowledge(nonce: string): void {
    this.results = this.results.filter((one) => one.nonce !== nonce);
    void this.store.dropResult(nonce);
    this.listResults();
  }

  /** The same person, yes or no, about the verdict on the screen. */
  private say(said: "same" | "other"): void {
    const shown = this.shown;
    if (!shown) return;
    this.compare(shown.answer.scan_uid, said === "same");
    this.acknowledge(shown.nonce);
    if (said === "same") screens.showQuestion(true);
    else this.turnAway(shown.answer);
  }

  private compare(scan_uid: string, same: boolean): void {
    const { title, room } = this.state;
    const where = `${room} · ${title}`;
    this.queue.add({ kind: "identity", url: this.state.urls.identity, where, body: { scan_uid, same } });
  }

  /** No means not in, whether the server can be told now or later. */
  private turnAway(answer: Omit<Answer, "state">): void {
    sound(false);
    screens.showTurnedAway(answer);
  }

  private compared(answer: IdentityAnswer): void {
    if (answer.state.urls.scan === this.state.urls.scan) this.showState(answer.state);
    if (answer.refusal && document.body.dataset.state === "refused") screens.showRefused(answer.refusal);
  }

  private showState(state: DeskState): void {
    this.state = state;
    screens.showState(state);
    this.band();
  }

  private async refresh(): Promise<void> {
    const asked = Date.now();
    try {
      const state = await getJson<DeskState>(this.state.urls.state);
      this.time.learn(state.now, asked, Date.now());
      if (this.time.offset !== null) void this.store.keepOffset(this.time.offset);
      this.showState(state);
    } catch {
      // The queue says what is wrong as soon as something has to go out.
    }
  }

  private band(): void {
    const ahead = this.time.offset === null ? 0 : -this.time.offset / 1000;
    showBand({
      queue: this.status,
      results: this.results.filter((one) => one.nonce !== this.onScreen()).length,
      ahead: Math.abs(ahead) > this.state.tolerance_seconds ? ahead : null,
      lasting: this.store.lasting,
      urls: this.state.urls,
    });
  }

  private tick(): void {
    document.querySelectorAll("[data-clock]").forEach((place) => {
      place.textContent = clock(this.time.now());
    });
  }
}

/** Every way in is open from the first moment on. */
function listenEverywhere(take: (read: Read, via: Via) => void, misread: () => void): void {
  listenScanner({ read: (read) => take(read, "scanner"), misread });
  typedNumbers(take);
  startCamera((text) => {
    const read = readText(text);
    if (read) take(read, "camera");
    else misread();
  });
}

function startCamera(read: (code: string) => void): void {
  const video = requireElement<HTMLVideoElement>("#camera");
  new CameraScanner(video, video.dataset.wasm ?? "", read).start().catch(() => {
    requireElement("#camera-off").hidden = false; // scanner and typed numbers work all the same
  });
}

const state = readEmbedded<DeskState>("desk-data");
if (state) {
  const desk = new Desk(state, new BackgroundStore(openStore()));
  listenEverywhere(
    (read, via) => desk.take(read, via),
    () => desk.misread(),
  );
  void desk.start();
  keepForOffline().catch((error: unknown) => console.warn(error));
}
