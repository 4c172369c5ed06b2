const GIVES_UP_MS = 15_000; // an answer that hangs for longer holds up the pictures behind it

interface Wanted<T> {
  url: string;
  takenAt: number;
  of: T;
}

/** Loads the pictures of one tile one after the other, the newest that is known next, and never an older one. */
export class PictureLoader<T> {
  /** When the picture that is shown was taken, in ms of Unix time; null before the first. */
  shownAt: number | null = null;
  private wanted: Wanted<T> | null = null;
  private loading: HTMLImageElement | null = null;

  constructor(private readonly show: (picture: HTMLImageElement, of: T) => void) {}

  want(url: string, takenAt: number, of: T): void {
    if (takenAt <= (this.shownAt ?? -Infinity)) return;
    this.wanted = { url, takenAt, of };
    if (!this.loading) this.next();
  }

  private next(): void {
    const { wanted } = this;
    this.wanted = null;
    if (!wanted || wanted.takenAt <= (this.shownAt ?? -Infinity)) return;
    const picture = (this.loading = new Image());
    const end = (isHere: boolean): void => {
      if (this.loading !== picture) return;
      clearTimeout(timer);
      this.loading = null;
      if (isHere) {
        this.shownAt = wanted.takenAt;
        this.show(picture, wanted.of);
      }
      this.next(); // a refused address is asked for again with the next refresh, which brings a new one
    };
    const timer = setTimeout(() => end(false), GIVES_UP_MS);
    picture.addEventListener("load", () => end(true));
    picture.addEventListener("error", () => end(false));
    picture.src = wanted.url;
  }
}
