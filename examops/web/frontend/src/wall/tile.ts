import type { TileData } from "./data";
import { formatAge } from "./ages";
import { History } from "./history";
import { PictureLoader } from "./picture_loader";
import { createElement } from "../shared/page";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const STALE_S = 10; // boxes send a picture each two seconds while somebody watches

/** One camera: the picture, and below it (never over it) what, where and how old. */
export class Tile {
  readonly box = createElement("a", "tile");
  readonly history = new History();
  data: TileData;
  private readonly screen = createElement("div", "pic");
  private readonly image = createElement("img");
  private readonly badge = createElement("b", "badge-w");
  private readonly room = createElement("span", "r");
  private readonly occupation = createElement("span", "o");
  private readonly age = createElement("span", "a");
  private readonly empty = createElement("span", "nopic", t("还没有画面"));
  private readonly loader: PictureLoader<TileData>;

  constructor(data: TileData) {
    this.data = data;
    const caption = createElement("span", "cap");
    caption.append(this.badge, this.room, this.occupation, this.age);
    this.screen.append(this.empty, this.image);
    this.box.append(this.screen, caption);
    this.image.hidden = true;
    this.loader = new PictureLoader((picture, of) => this.put(picture, of));
    this.update(data);
  }

  update(data: TileData): void {
    this.data = data;
    const wrong = data.state === "stop" || data.state === "look";
    this.box.className = `tile${wrong ? ` bad ${data.state}` : ""}`;
    if (data.url) this.box.href = data.url;
    this.badge.hidden = !wrong;
    this.badge.textContent = data.words;
    this.room.textContent = data.room;
    this.occupation.textContent = data.occupation;
    this.image.alt = `${data.room} ${data.words}`;
    this.lastGood(data.last_good ?? null);
    if (data.image_url && data.taken_at) this.loader.want(data.image_url, Date.parse(data.taken_at), data);
  }

  /** The new picture replaces the old one when it is here, so that no tile flashes empty. */
  private put(picture: HTMLImageElement, of: TileData): void {
    this.image.src = picture.src;
    this.image.hidden = false;
    this.empty.hidden = true;
    this.history.add(picture, Date.parse(of.taken_at ?? ""), of.state === "stop");
  }

  private lastGood(last: NonNullable<TileData["last_good"]> | null): void {
    this.screen.querySelector(".last")?.remove();
    if (!last) return;
    const box = createElement("div", "last"),
      image = createElement("img");
    image.src = last.image_url;
    image.alt = t("最后正常的画面");
    box.append(image, createElement("span", "", t("最后正常 {time}", { time: clock(Date.parse(last.taken_at)) })));
    this.screen.append(box);
  }

  /** The age is that of the picture that stands here; one that no longer changes is said to stand still. */
  tick(now: number): void {
    const { shownAt } = this.loader;
    const seconds = shownAt === null ? null : (now - shownAt) / 1000;
    const isStale = seconds !== null && seconds > STALE_S && this.data.state !== "off";
    this.age.className = isStale ? "a state state-look" : "a";
    if (seconds === null) this.age.textContent = "";
    else this.age.textContent = isStale ? t("停在 {age} 前", { age: formatAge(seconds) }) : formatAge(seconds);
  }
}
