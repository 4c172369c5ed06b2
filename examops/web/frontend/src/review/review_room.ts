import { CameraPlayer } from "./camera_player";
import { HoverLane } from "./axis/hover_lane";
import type { Row } from "./axis/rows";
import { Timeline } from "./axis/timeline";
import type { FlagData, ReviewData } from "./data";
import { FlagForm } from "./flag_form";
import { showDuty } from "./header";
import { listenKeys } from "./keys";
import { firstPerson, Lens } from "./lens";
import { Looks } from "./looks";
import { PlayClock } from "./play_clock";
import { Room } from "./room";
import { Strips } from "./strips";
import { element, icon, one } from "../shared/page";
import { getJson } from "../shared/requests";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const FRAME_MS = 40; // cameras of exam rooms send 25 pictures a second
const PATIENCE_MS = 8_000; // a camera that does not answer for longer no longer holds up the others
const REFRESH_MS = 10_000;

/** Ties the parts together: one clock, the players that follow it, the axis that steers it. */
export class ReviewRoom {
  private room: Room;
  private readonly time: PlayClock;
  private readonly players: CameraPlayer[];
  private readonly strips = new Strips();
  private readonly axis: Timeline;
  private readonly lane: HoverLane;
  private readonly lens: Lens;
  private readonly looks: Looks;
  private readonly form: FlagForm;
  private person: string;
  private solo = -1;
  private waitingSince = 0;
  private refreshed = 0;
  private lastLens = -1;

  constructor(data: ReviewData) {
    this.room = new Room(data);
    this.time = new PlayClock(this.firstMoment(), this.room.whole.start, this.room.whole.end);
    this.players = data.cameras.map((camera, index) => new CameraPlayer(camera, index + 1));
    this.person = firstPerson(this.room);
    const seek = (at: number): void => this.time.jump(at);
    this.axis = new Timeline(one("#axis"), this.room, this.strips, {
      seek,
      hover: (at, row) => this.hover(at, row),
      choosePerson: (uid) => this.choose(uid),
    });
    this.lane = new HoverLane(one("#lane"), this.strips, this.room);
    this.lens = new Lens(one("#lens-body"), { choose: (uid) => this.choose(uid), seek });
    this.looks = new Looks(data.urls.look);
    this.form = new FlagForm(
      () => this.room,
      (flag) => this.addFlag(flag),
    );
    this.wire();
  }

  /** `?at=…` (a link to a second) first, then the start of the exam, or where footage begins while that is still to come. */
  private firstMoment(): number {
    const asked = Date.parse(new URLSearchParams(location.search).get("at") ?? "");
    if (!Number.isNaN(asked)) return asked;
    const spans = this.room.data.cameras.flatMap((camera) =>
      camera.segments.map((one) => [Date.parse(one.start), Date.parse(one.end)] as const),
    );
    const start = this.room.exam.start;
    if (!spans.length || spans.some(([from, until]) => from <= start && start < until)) return start;
    const later = spans.map(([from]) => from).filter((from) => from > start);
    return later.length ? Math.min(...later) : Math.min(...spans.map(([from]) => from));
  }

  run(): void {
    const box = one("#cams");
    box.classList.add(`of-${Math.min(9, this.players.length)}`);
    box.append(...this.players.map((player) => player.box));
    if (!this.players.length) box.append(element("p", "mut empty", t("这一场没有摄像机")));
    this.choose(this.person);
    showDuty(this.room);
    for (const camera of this.room.data.cameras) if (!camera.activity) void this.strips.fill(camera);
    const step = (): void => {
      this.tick();
      requestAnimationFrame(step);
    };
    step();
  }

  private wire(): void {
    this.time.onJump = () => {
      this.looks.stop();
      this.waitingSince = 0;
    };
    this.looks.onSeen = (camera, span) => {
      this.room.addSeen(camera, span);
      this.axis.change();
      showDuty(this.room);
    };
    this.strips.onIndex = () => this.axis.touch();
    this.strips.onStale = () => void this.refresh();
    listenKeys({
      toggle: () => this.toggle(),
      frame: (by) => {
        this.pause();
        this.time.jump(this.time.now() + by * FRAME_MS);
      },
      jump: (seconds) => this.time.jump(this.time.now() + seconds * 1000),
      next: () => this.next(),
      previous: () => this.previous(),
      solo: (camera) => this.alone(camera),
      flag: () => this.flag(false),
      still: () => this.flag(true),
      help: () => one<HTMLDialogElement>("#help").showModal(),
    });
    const on = (id: string, act: () => void): void => one(id).addEventListener("click", act);
    on("#play", () => this.toggle());
    on("#back10", () => this.time.jump(this.time.now() - 10_000));
    on("#on10", () => this.time.jump(this.time.now() + 10_000));
    on("#prev", () => this.previous());
    on("#skip", () => this.next());
    on("#next", () => this.next());
    on("#mark", () => this.flag(false));
    on("#still", () => this.flag(true));
    on("#keys", () => one<HTMLDialogElement>("#help").showModal());
    document
      .querySelectorAll<HTMLElement>("#speed [data-rate]")
      .forEach((button) => button.addEventListener("click", () => this.speed(button)));
  }

  private tick(): void {
    const at = this.time.now(),
      playing = this.time.playing;
    const ready = this.players.map((player) => player.follow(at, playing, this.time.rate));
    this.wait(ready.every(Boolean), playing);
    if (playing) {
      this.players.forEach((player) => {
        if (player.visible && player.hasFootage(at)) this.looks.playing(player.data.uid, at);
      });
    }
    const next = this.room.after(at);
    one("#time").textContent = clock(at);
    this.axis.draw(at, next ? next.at : null);
    if (Math.floor(at / 1000) !== this.lastLens) this.everySecond(at);
    if (playing && at >= this.room.whole.end) this.pause();
  }

  private wait(ready: boolean, playing: boolean): void {
    if (ready || !playing) this.waitingSince = 0;
    else this.waitingSince ||= performance.now();
    this.time.hold(!ready && playing && performance.now() - this.waitingSince < PATIENCE_MS);
  }

  private everySecond(at: number): void {
    this.lastLens = Math.floor(at / 1000);
    this.lens.show(this.room, this.person, at);
    const next = this.room.after(at),
      unseen = this.room.points.filter((point) => !point.seen).length;
    const button = one<HTMLButtonElement>("#next");
    button.disabled = !next;
    one("#next-when").textContent = next ? t("下一处值得看　{time}", { time: clock(next.at) }) : t("后面没有要看的了");
    one("#next-count").textContent = unseen ? t("未看 {count} 处", { count: unseen }) : t("全部看过");
    one("#next-words").textContent = next ? [next.words, next.advice].filter(Boolean).join(t("；")) : "";
  }

  private toggle(): void {
    if (this.time.playing) this.pause();
    else this.time.play();
    this.showPlaying();
  }

  private pause(): void {
    this.time.pause();
    this.looks.stop();
    this.showPlaying();
  }

  private showPlaying(): void {
    const button = one("#play");
    button.replaceChildren(icon(this.time.playing ? "player-pause" : "player-play"));
    button.setAttribute("aria-label", this.time.playing ? t("暂停") : t("播放"));
  }

  private speed(button: HTMLElement): void {
    this.time.setRate(Number(button.dataset.rate));
    document.querySelectorAll("#speed [data-rate]").forEach((other) => other.classList.toggle("on", other === button));
  }

  private next(): void {
    const point = this.room.after(this.time.now());
    if (point) this.go(point.at);
  }

  private previous(): void {
    const point = this.room.before(this.time.now());
    if (point) this.go(point.at);
  }

  private go(at: number): void {
    this.time.jump(at - 2000); // two seconds of run-up, so that the eye is there when it happens
    this.axis.view.reveal(at);
    this.axis.touch();
  }

  private alone(camera: number): void {
    if (camera >= this.players.length) return;
    this.solo = this.solo === camera ? -1 : camera;
    this.looks.stop();
    this.players.forEach((player, index) => player.show(this.solo < 0 || index === this.solo));
    one("#cams").classList.toggle("solo", this.solo >= 0);
  }

  private flag(still: boolean): void {
    if (this.form.isOpen) return;
    this.pause();
    const player = this.players.find((one) => one.visible),
      at = this.time.now();
    const seat = this.room.data.people.find((someone) => someone.uid === this.person)?.seat ?? "";
    this.form.open(at, player?.data.uid ?? "", seat, still, Boolean(player?.hasFootage(at)));
  }

  private addFlag(flag: FlagData): void {
    this.room.data.flags.push(flag);
    this.axis.change();
    this.lens.show(this.room, this.person, this.time.now());
  }

  private choose(uid: string): void {
    this.person = uid;
    this.axis.person = uid;
    this.axis.touch();
    this.lens.show(this.room, uid, this.time.now());
  }

  private hover(at: number | null, row: Row | null): void {
    const camera = this.room.data.cameras[Math.max(0, row?.camera ?? 0)];
    if (at === null || !camera) this.lane.clear();
    else this.lane.show(at, camera);
  }

  /** Addresses live minutes: ask for the document anew, at most every ten seconds. */
  private async refresh(): Promise<void> {
    if (performance.now() - this.refreshed < REFRESH_MS) return;
    this.refreshed = performance.now();
    const room = new Room(await getJson<ReviewData>(this.room.data.urls.refresh));
    this.room.seen.forEach((spans, camera) => spans.forEach((span) => room.addSeen(camera, span)));
    this.room = room;
    this.strips.renew();
    this.players.forEach((player) => {
      const fresh = room.data.cameras.find((camera) => camera.uid === player.data.uid);
      if (fresh) player.renew(fresh);
    });
    this.axis.change(room);
    this.lane.change(room);
  }
}
