import type { CameraData } from "./data";
import { gapWords, ms } from "./data";
import { Deck } from "./deck";
import { element } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const AHEAD_MS = 45_000; // of media, times the speed: the next window is asked for this long before it is needed
const NEAR_S = 0.06; // closer than this counts as in step

/** One camera's picture, kept on the common clock: it seeks when far off and bends its speed when a little off. */
export class CameraPlayer {
  readonly box = element("section", "cam");
  private readonly card = element("div", "gapcard");
  private readonly sync = element("span", "mut");
  private readonly screen = element("div", "screen");
  private decks: [Deck, Deck] = [new Deck(), new Deck()];
  private active = true;

  constructor(
    public data: CameraData,
    number: number,
  ) {
    const caption = element("div", "cap");
    caption.append(element("kbd", "", String(number)), element("b", "", data.label), this.sync);
    this.screen.append(this.decks[0].video, this.decks[1].video, this.card);
    this.decks[1].video.hidden = true;
    this.box.append(this.screen, caption);
    this.card.hidden = true;
  }

  get label(): string {
    return this.data.label;
  }

  show(visible: boolean): void {
    this.box.hidden = !visible;
    this.active = visible;
    if (!visible) this.decks.forEach((deck) => deck.video.pause());
  }

  get visible(): boolean {
    return this.active;
  }

  private swap(): void {
    this.decks = [this.decks[1], this.decks[0]];
    this.decks[0].video.hidden = false;
    this.decks[1].video.hidden = true;
    this.decks[1].video.pause();
  }

  private holds(deck: Deck, at: number): boolean {
    return deck.loaded && !deck.doubtful && deck.from <= at && (deck.empty ? at < deck.from + 600_000 : at < deck.end);
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
    if (!this.hasFootage(at)) return this.rest(at);
    this.card.hidden = true;
    this.chooseDeck(at, rate);
    const [deck] = this.decks;
    const place = deck.mediaTime(at);
    if (place === null) return deck.empty;
    this.keepStep(deck.video, place, playing, rate);
    return deck.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !deck.video.seeking;
  }

  private chooseDeck(at: number, rate: number): void {
    const [deck, next] = this.decks;
    if (!this.holds(deck, at)) {
      if (this.holds(next, at)) this.swap();
      else if (Number.isNaN(deck.from) || deck.loaded || Math.abs(at - deck.from) > 5_000) {
        deck.load(this.data.playlist_url, at);
      }
      return;
    }
    const early = deck.end - AHEAD_MS * Math.max(1, rate);
    const follows = this.nextFootage(deck.end + 1);
    if (at > early && follows !== null && !(next.from >= deck.end)) next.load(this.data.playlist_url, follows);
  }

  private keepStep(video: HTMLVideoElement, place: number, playing: boolean, rate: number): void {
    const off = video.currentTime - place;
    if (!playing) {
      if (!video.paused) video.pause();
      if (Math.abs(off) > 0.015 && !video.seeking) video.currentTime = place;
    } else {
      if (Math.abs(off) > 0.6 * Math.max(1, rate / 2) && !video.seeking) video.currentTime = place;
      const bend = Math.abs(off) < NEAR_S ? 0 : Math.max(-0.15, Math.min(0.15, -off / 2));
      video.playbackRate = Math.min(16, rate * (1 + bend));
      if (video.paused) void video.play().catch(() => undefined);
    }
    this.sync.textContent = [
      this.data.quality,
      Number.isFinite(off) ? t("同步 ±{seconds} s", { seconds: Math.max(0.1, Math.abs(off)).toFixed(1) }) : "",
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** Nothing was recorded at this moment: say why, for how long, and do not wait. */
  private rest(at: number): boolean {
    const gap = this.data.gaps.find((one) => ms(one.start) <= at && at < ms(one.end));
    this.decks[0].video.pause();
    this.card.hidden = false;
    const words = gap ? gapWords(gap) : t("这一刻没有录像");
    const span = gap ? `${clock(ms(gap.start))}–${clock(ms(gap.end))}` : clock(at);
    if (this.card.dataset.at !== span) {
      this.card.dataset.at = span;
      this.card.replaceChildren(element("b", "", words), element("span", "mut", span));
    }
    return true;
  }

  /** Fresh addresses of the same camera; a list that is playing goes on with the old ones. */
  renew(data: CameraData): void {
    this.data = data;
  }
}
