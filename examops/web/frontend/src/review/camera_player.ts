import type { CameraData } from "./data";
import { gapWords, ms } from "./data";
import { correctedRate, mustSeek } from "./synchronisation";
import { pictureState, type Failure, type PictureState } from "./picture_state";
import { WindowPlayer } from "./window_player";
import { createElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const PRELOAD_MS = 45_000; // of media, times the speed: the next window is asked for this long before it is needed

const ON_ITS_WAY_MS = 10 * 60_000; // later the server says itself that footage is missing
const SHORT_WAIT_MS = 400; // a seek usually takes less: no card flashes up for it

const FAILURES: Record<Exclude<Failure, "">, string> = {
  expired: t("录像地址已过期，正在重新取得"),
  signed_out: t("登录已过期：请在另一个标签页登录，或刷新本页"),
  network: t("取不到录像，正在重试；请检查网络"),
  media: t("这一段画面解不开，正在重试；可改看别的机位"),
};

/** One camera's picture, kept on the common clock: it seeks when far off and changes its speed slightly when a little off. */
export class CameraPlayer {
  readonly box = createElement("section", "cam");
  private readonly card = createElement("div", "gapcard");
  private readonly sync = createElement("span", "mut");
  private readonly screen = createElement("div", "screen");
  private windows: [WindowPlayer, WindowPlayer] = [new WindowPlayer(), new WindowPlayer()];
  private active = true;
  private waitingSince = 0;
  /** What stands on the screen now: only "shown" is a picture of the moment that the clock shows. */
  state: PictureState = "loading";

  constructor(
    public data: CameraData,
    number: number,
    private readonly now: () => number,
  ) {
    const caption = createElement("div", "cap");
    caption.append(createElement("kbd", "", String(number)), createElement("b", "", data.label), this.sync);
    this.screen.append(this.windows[0].video, this.windows[1].video, this.card);
    this.windows[1].video.hidden = true;
    this.box.append(this.screen, caption);
    this.card.hidden = true;
  }

  get label(): string {
    return this.data.label;
  }

  show(visible: boolean): void {
    this.box.hidden = !visible;
    this.active = visible;
    if (!visible) this.windows.forEach((one) => one.video.pause());
  }

  get visible(): boolean {
    return this.active;
  }

  private swap(): void {
    this.windows = [this.windows[1], this.windows[0]];
    this.windows[0].video.hidden = false;
    this.windows[1].video.hidden = true;
    this.windows[1].video.pause();
  }

  private covers(player: WindowPlayer, at: number): boolean {
    return (
      player.loaded &&
      !player.mayBeArchivedNow &&
      player.from <= at &&
      (player.empty ? at < player.from + 600_000 : at < player.end)
    );
  }

  hasFootage(at: number): boolean {
    return this.data.segments.some((segment) => ms(segment.start) <= at && at < ms(segment.end));
  }

  private nextFootage(at: number): number | null {
    const next = this.data.segments.find((segment) => ms(segment.end) > at);
    return next ? Math.max(at, ms(next.start)) : null;
  }

  /** Move to this moment. Answers whether the picture is there, or there is none to wait for. */
  follow(at: number, playing: boolean, rate: number): boolean {
    if (!this.active) this.state = "hidden";
    if (!this.active) return true;
    if (!this.hasFootage(at)) return this.showGap(at);
    this.chooseWindow(at, rate);
    const [current] = this.windows;
    const place = current.mediaTime(at),
      { video, failure } = current;
    if (place !== null) this.synchronise(video, place, playing, rate);
    const seeking = video.seeking || place === null;
    this.state = pictureState(current.picture, { at, playing, rate, now: performance.now(), seeking, failure });
    this.showState(at, place === null ? NaN : video.currentTime - place, current);
    if (failure || current.empty) return true; // nothing to wait for
    return place !== null && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !video.seeking;
  }

  private chooseWindow(at: number, rate: number): void {
    const [current, next] = this.windows;
    if (current.shouldLoadAgain) current.loadAgain(this.data.playlist_url, at);
    if (!this.covers(current, at)) {
      if (this.covers(next, at)) this.swap();
      else if (Number.isNaN(current.from) || current.loaded || Math.abs(at - current.from) > 5_000) {
        current.load(this.data.playlist_url, at);
      }
      return;
    }
    const early = current.end - PRELOAD_MS * Math.max(1, rate);
    const follows = this.nextFootage(current.end + 1);
    const isReady = next.from >= current.end && !next.failure;
    if (at > early && follows !== null && !isReady && !next.failure) next.load(this.data.playlist_url, follows);
  }

  private synchronise(video: HTMLVideoElement, place: number, playing: boolean, rate: number): void {
    const drift = video.currentTime - place;
    if (mustSeek(drift, playing, rate) && !video.seeking) video.currentTime = place;
    if (!playing) {
      if (!video.paused) video.pause();
    } else {
      video.playbackRate = correctedRate(drift, rate);
      if (video.paused) void video.play().catch(() => undefined);
    }
  }

  /** Loading, late and failed are told apart: only a picture of this moment is called in step. */
  private showState(at: number, drift: number, current: WindowPlayer): void {
    if (this.state === "shown" || this.state === "late") this.waitingSince = 0;
    else this.waitingSince ||= performance.now();
    const words = this.stateWords(at, drift, current);
    this.sync.className = this.state === "late" || this.state === "failed" ? "state state-look" : "mut";
    this.sync.textContent = [this.data.quality, words].filter(Boolean).join(" · ");
    const isLong = this.waitingSince > 0 && performance.now() - this.waitingSince > SHORT_WAIT_MS;
    if (isLong) this.showCard(words, clock(at), this.state === "failed" ? "look" : "wait");
    else this.card.hidden = true;
  }

  private stateWords(at: number, drift: number, current: WindowPlayer): string {
    if (this.state === "shown") {
      return t("同步 ±{seconds} s", { seconds: Math.max(0.1, Math.abs(drift) || 0).toFixed(1) });
    }
    if (this.state === "late" && current.picture) {
      return t("画面停在 {time}", { time: clock(current.picture.at) });
    }
    if (current.failure) return FAILURES[current.failure];
    return current.empty ? t("录像还没有归档，归档后自动出现") : t("正在加载 {time} 的画面", { time: clock(at) });
  }

  private showCard(words: string, when: string, kind: "stop" | "look" | "wait"): void {
    this.card.hidden = false;
    const text = `${kind} ${words} ${when}`;
    if (this.card.dataset.text === text) return;
    this.card.dataset.text = text;
    this.card.className = kind === "stop" ? "gapcard" : "gapcard plain";
    const word = kind === "stop" ? createElement("b", "", words) : createElement("span", `state state-${kind}`, words);
    this.card.replaceChildren(word, createElement("span", "mut", when));
  }

  /** Nothing was recorded at this moment: say why, for how long, and do not wait. */
  private showGap(at: number): boolean {
    const gap = this.data.gaps.find((one) => ms(one.start) <= at && at < ms(one.end));
    this.windows[0].video.pause();
    this.state = "gap";
    this.waitingSince = 0;
    this.sync.className = "mut";
    this.sync.textContent = this.data.quality;
    const ahead = gap ? "" : this.aheadWords(at);
    if (ahead) this.showCard(ahead, clock(at), "wait");
    else {
      const span = gap ? `${clock(ms(gap.start))}–${clock(ms(gap.end))}` : clock(at);
      this.showCard(gap ? gapWords(gap) : t("这一刻没有录像"), span, "stop");
    }
    return true;
  }

  /** Not recorded yet, or recorded and on its way here; "" where footage would have come by now. */
  private aheadWords(at: number): string {
    const now = this.now(),
      last = this.data.segments[this.data.segments.length - 1];
    if (at >= now) return t("还没有录到这一刻");
    const isNewest = !last || at >= ms(last.end);
    return isNewest && now - at < ON_ITS_WAY_MS ? t("录像还没有归档，归档后自动出现") : "";
  }

  /** Fresh addresses of the same camera; a list that is playing goes on with the old ones. */
  updateData(data: CameraData): void {
    this.data = data;
  }
}
