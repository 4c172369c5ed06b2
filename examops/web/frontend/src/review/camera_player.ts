import type { CameraData } from "./data";
import { gapWords, ms } from "./data";
import { correctedRate, mustSeek } from "./synchronisation";
import { WindowPlayer } from "./window_player";
import { createElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const PRELOAD_MS = 45_000; // of media, times the speed: the next window is asked for this long before it is needed

/** One camera's picture, kept on the common clock: it seeks when far off and changes its speed slightly when a little off. */
export class CameraPlayer {
  readonly box = createElement("section", "cam");
  private readonly card = createElement("div", "gapcard");
  private readonly sync = createElement("span", "mut");
  private readonly screen = createElement("div", "screen");
  private windows: [WindowPlayer, WindowPlayer] = [new WindowPlayer(), new WindowPlayer()];
  private active = true;

  constructor(
    public data: CameraData,
    number: number,
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
    if (!this.active) return true;
    if (!this.hasFootage(at)) return this.showGap(at);
    this.card.hidden = true;
    this.chooseWindow(at, rate);
    const [current] = this.windows;
    const place = current.mediaTime(at);
    if (place === null) return current.empty;
    this.synchronise(current.video, place, playing, rate);
    return current.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !current.video.seeking;
  }

  private chooseWindow(at: number, rate: number): void {
    const [current, next] = this.windows;
    if (!this.covers(current, at)) {
      if (this.covers(next, at)) this.swap();
      else if (Number.isNaN(current.from) || current.loaded || Math.abs(at - current.from) > 5_000) {
        current.load(this.data.playlist_url, at);
      }
      return;
    }
    const early = current.end - PRELOAD_MS * Math.max(1, rate);
    const follows = this.nextFootage(current.end + 1);
    if (at > early && follows !== null && !(next.from >= current.end)) next.load(this.data.playlist_url, follows);
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
    this.sync.textContent = [
      this.data.quality,
      Number.isFinite(drift) ? t("同步 ±{seconds} s", { seconds: Math.max(0.1, Math.abs(drift)).toFixed(1) }) : "",
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** Nothing was recorded at this moment: say why, for how long, and do not wait. */
  private showGap(at: number): boolean {
    const gap = this.data.gaps.find((one) => ms(one.start) <= at && at < ms(one.end));
    this.windows[0].video.pause();
    this.card.hidden = false;
    const words = gap ? gapWords(gap) : t("这一刻没有录像");
    const span = gap ? `${clock(ms(gap.start))}–${clock(ms(gap.end))}` : clock(at);
    if (this.card.dataset.at !== span) {
      this.card.dataset.at = span;
      this.card.replaceChildren(createElement("b", "", words), createElement("span", "mut", span));
    }
    return true;
  }

  /** Fresh addresses of the same camera; a list that is playing goes on with the old ones. */
  updateData(data: CameraData): void {
    this.data = data;
  }
}
