import { CameraPlayer } from "./camera_player";
import { HoverPreview } from "./axis/hover_preview";
import type { Row } from "./axis/rows";
import { Timeline } from "./axis/timeline";
import type { CameraData, FlagData, ReviewData } from "./data";
import { firstMoment } from "./first_moment";
import { FlagForm } from "./flag_form";
import { Growth } from "./growth";
import { showDuty, showGrowth, showNext } from "./header";
import { listenKeys } from "./keys";
import { firstPerson, CandidatePanel } from "./candidate_panel";
import { ViewingReporter } from "./viewings";
import { PlayClock } from "./play_clock";
import { ReviewModel } from "./review_model";
import { Strips } from "./strips";
import { createElement, icon, requireElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const FRAME_MS = 40; // cameras of exam rooms send 25 pictures a second
const MAX_STALL_MS = 8_000; // a camera that does not answer for longer no longer holds up the others

/** Ties the parts together: one clock, the players that follow it, the axis that steers it. */
export class ReviewRoom {
  private model: ReviewModel;
  private readonly time: PlayClock;
  private readonly players: CameraPlayer[];
  private readonly strips = new Strips();
  private readonly axis: Timeline;
  private readonly preview: HoverPreview;
  private readonly panel: CandidatePanel;
  private readonly viewings: ViewingReporter;
  private readonly form: FlagForm;
  private readonly growth: Growth;
  private person: string;
  private solo = -1;
  private waitingSince = 0;
  private lastSecond = -1;

  constructor(data: ReviewData) {
    this.model = new ReviewModel(data);
    const first = firstMoment(this.model, new URLSearchParams(location.search).get("at"));
    this.time = new PlayClock(first, this.model.whole.start, this.model.whole.end);
    this.growth = new Growth(
      () => this.model.data,
      ({ data: grown, whole }) => this.grow(grown, whole),
      ({ failed }) => showGrowth(this.model.data.session, failed),
    );
    this.players = data.cameras.map((camera, index) => this.player(camera, index));
    this.person = firstPerson(this.model);
    const seek = (at: number): void => this.time.jump(at);
    this.axis = new Timeline(requireElement("#axis"), this.model, this.strips, {
      seek,
      hover: (at, row) => this.hover(at, row),
      choosePerson: (uid) => this.choose(uid),
    });
    this.preview = new HoverPreview(requireElement("#lane"), this.strips, this.model);
    this.panel = new CandidatePanel(requireElement("#lens-body"), { choose: (uid) => this.choose(uid), seek });
    this.viewings = new ViewingReporter(data.urls.look, data.session.opened);
    this.form = new FlagForm(
      () => this.model,
      (flag) => this.addFlag(flag),
    );
    this.connectParts();
  }

  run(): void {
    this.placeCameras();
    this.choose(this.person);
    showDuty(this.model);
    showGrowth(this.model.data.session);
    this.growth.start();
    for (const camera of this.model.data.cameras) if (!camera.activity) void this.strips.fill(camera);
    const step = (): void => {
      this.tick();
      requestAnimationFrame(step);
    };
    step();
  }

  private connectParts(): void {
    this.time.onJump = () => {
      this.viewings.stop();
      this.waitingSince = 0;
    };
    this.viewings.onSeen = (camera, span, rate) => {
      if (rate > this.model.data.session.watch_speed_max) return;
      this.model.addSeen(camera, span);
      this.axis.update();
      showDuty(this.model, this.time.rate);
    };
    this.strips.onIndex = () => this.axis.invalidate();
    this.strips.onStale = () => void this.growth.renew(); // the next stale address asks again
    listenKeys({
      toggle: () => this.toggle(),
      frame: (by) => {
        this.pause();
        this.time.jump(this.time.now() + by * FRAME_MS);
      },
      jump: (seconds) => this.time.jump(this.time.now() + seconds * 1000),
      next: () => this.next(),
      previous: () => this.previous(),
      solo: (camera) => this.toggleSolo(camera),
      flag: () => this.flag(false),
      still: () => this.flag(true),
      help: () => requireElement<HTMLDialogElement>("#help").showModal(),
    });
    const on = (id: string, act: () => void): void => requireElement(id).addEventListener("click", act);
    on("#play", () => this.toggle());
    on("#back10", () => this.time.jump(this.time.now() - 10_000));
    on("#on10", () => this.time.jump(this.time.now() + 10_000));
    on("#prev", () => this.previous());
    on("#skip", () => this.next());
    on("#next", () => this.next());
    on("#mark", () => this.flag(false));
    on("#still", () => this.flag(true));
    on("#keys", () => requireElement<HTMLDialogElement>("#help").showModal());
    document
      .querySelectorAll<HTMLElement>("#speed [data-rate]")
      .forEach((button) => button.addEventListener("click", () => this.speed(button)));
  }

  private tick(): void {
    const at = this.time.now(),
      playing = this.time.playing;
    const ready = this.players.map((player) => player.follow(at, playing, this.time.rate));
    this.stallWhileLoading(ready.every(Boolean), playing);
    if (playing) {
      this.players.forEach((player) => {
        if (player.state === "shown") this.viewings.playing(player.data.uid, at, this.time.rate);
      });
    }
    const next = this.model.after(at);
    requireElement("#time").textContent = clock(at);
    this.axis.draw(at, next ? next.at : null);
    if (Math.floor(at / 1000) !== this.lastSecond) this.everySecond(at);
    if (playing && at >= this.model.whole.end) this.pause();
  }

  private stallWhileLoading(ready: boolean, playing: boolean): void {
    if (ready || !playing) this.waitingSince = 0;
    else this.waitingSince ||= performance.now();
    this.time.setStalled(!ready && playing && performance.now() - this.waitingSince < MAX_STALL_MS);
  }

  private everySecond(at: number): void {
    this.lastSecond = Math.floor(at / 1000);
    this.panel.show(this.model, this.person, at);
    showNext(this.model, at);
  }

  private toggle(): void {
    if (this.time.playing) this.pause();
    else this.time.play();
    this.showPlaying();
  }

  private pause(): void {
    this.time.pause();
    this.viewings.stop();
    this.showPlaying();
  }

  private showPlaying(): void {
    const button = requireElement("#play");
    button.replaceChildren(icon(this.time.playing ? "player-pause" : "player-play"));
    button.setAttribute("aria-label", this.time.playing ? t("暂停") : t("播放"));
  }

  private speed(button: HTMLElement): void {
    this.time.setRate(Number(button.dataset.rate));
    document.querySelectorAll("#speed [data-rate]").forEach((other) => other.classList.toggle("on", other === button));
    showDuty(this.model, this.time.rate);
  }

  private next(): void {
    const point = this.model.after(this.time.now());
    if (point) this.goTo(point.at);
  }

  private previous(): void {
    const point = this.model.before(this.time.now());
    if (point) this.goTo(point.at);
  }

  private goTo(at: number): void {
    this.time.jump(at - 2000); // two seconds of run-up, so that the eye is there when it happens
    this.axis.view.reveal(at);
    this.axis.invalidate();
  }

  private toggleSolo(camera: number): void {
    if (camera >= this.players.length) return;
    this.solo = this.solo === camera ? -1 : camera;
    this.viewings.stop();
    this.players.forEach((player, index) => player.show(this.solo < 0 || index === this.solo));
    requireElement("#cams").classList.toggle("solo", this.solo >= 0);
  }

  private flag(still: boolean): void {
    if (this.form.isOpen) return;
    this.pause();
    const player = this.players.find((one) => one.visible),
      at = this.time.now();
    const seat = this.model.data.people.find((someone) => someone.uid === this.person)?.seat ?? "";
    this.form.open(at, player?.data.uid ?? "", seat, still, Boolean(player?.hasFootage(at)));
  }

  private addFlag(flag: FlagData): void {
    this.model.data.flags.push(flag);
    this.axis.update();
    this.panel.show(this.model, this.person, this.time.now());
  }

  private choose(uid: string): void {
    this.person = uid;
    this.axis.person = uid;
    this.axis.invalidate();
    this.panel.show(this.model, uid, this.time.now());
  }

  private hover(at: number | null, row: Row | null): void {
    const camera = this.model.data.cameras[Math.max(0, row?.camera ?? 0)];
    if (at === null || !camera) this.preview.clear();
    else this.preview.show(at, camera);
  }

  private player(camera: CameraData, index: number): CameraPlayer {
    return new CameraPlayer(camera, index + 1, () => this.growth.now);
  }

  private placeCameras(): void {
    const box = requireElement("#cams");
    box.className = `cams of-${Math.min(9, this.players.length)}${this.solo >= 0 ? " solo" : ""}`;
    this.players.forEach((player) => {
      if (!player.box.isConnected) box.append(player.box);
    });
    box.querySelector(".empty")?.remove();
    if (!this.players.length) box.append(createElement("p", "mut empty", t("这一场没有摄像机")));
  }

  /** A newer document: place, zoom, chosen person and what I watched stay as they are. */
  private grow(data: ReviewData, whole: boolean): void {
    const model = new ReviewModel(data);
    this.model.seen.forEach((spans, camera) => spans.forEach((span) => model.addSeen(camera, span)));
    this.model = model;
    if (whole) this.strips.renew();
    for (const camera of data.cameras) {
      const player = this.players.find((one) => one.data.uid === camera.uid);
      if (player) player.updateData(camera);
      else this.players.push(this.player(camera, this.players.length));
    }
    this.placeCameras();
    this.time.setLimits(model.whole.start, model.whole.end);
    this.axis.update(model);
    this.preview.update(model);
    this.choose(this.person || firstPerson(model));
    showDuty(model, this.time.rate);
    this.everySecond(this.time.now());
  }
}
