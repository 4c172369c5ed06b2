const MAX_FRAMES = 6;
const EVERY_MS = 30_000;

interface Frame {
  at: number;
  picture: HTMLCanvasElement;
  bad: boolean;
}

/** Small copies of what this page has shown, one each half minute: the last three minutes of a tile without asking anybody. */
export class History {
  private readonly kept: Frame[] = [];

  add(image: HTMLImageElement, at: number, bad: boolean): void {
    const last = this.kept[this.kept.length - 1];
    if (!image.naturalWidth || (last && at - last.at < EVERY_MS)) return;
    const picture = document.createElement("canvas");
    picture.width = 160;
    picture.height = 90;
    picture.getContext("2d")?.drawImage(image, 0, 0, 160, 90);
    this.kept.push({ at, picture, bad });
    if (this.kept.length > MAX_FRAMES) this.kept.shift();
  }

  get frames(): readonly Frame[] {
    return this.kept;
  }
}
