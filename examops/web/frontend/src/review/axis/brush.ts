/** Colours of the page, and the few shapes the rows are made of. */
export interface Palette {
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  line2: string;
  mark: string;
  act: string;
  actSoft: string;
  done: string;
  look: string;
  stop: string;
  stopSoft: string;
  surface: string;
  page: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"),
    ink2: of("ink-2"),
    ink3: of("ink-3"),
    line: of("line"),
    line2: of("line-2"),
    mark: of("mark"),
    act: of("act"),
    actSoft: of("act-soft"),
    done: of("done"),
    look: of("look"),
    stop: of("stop"),
    stopSoft: of("stop-soft"),
    surface: of("surface"),
    page: of("page"),
  };
}

export class Brush {
  readonly palette = readPalette();
  private readonly family = getComputedStyle(document.body).fontFamily;

  constructor(readonly context: CanvasRenderingContext2D) {}

  box(x: number, y: number, width: number, height: number, colour: string): void {
    this.context.fillStyle = colour;
    this.context.fillRect(x, y, width, height);
  }

  frame(x: number, y: number, width: number, height: number, colour: string): void {
    this.context.strokeStyle = colour;
    this.context.lineWidth = 1;
    this.context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.max(1, Math.round(width) - 1), height - 1);
  }

  /** Answers where the text ends. */
  text(
    words: string,
    x: number,
    y: number,
    colour: string,
    bold = false,
    size = 13,
    align: CanvasTextAlign = "left",
  ): number {
    const { context } = this;
    context.font = `${bold ? 700 : 400} ${size}px ${this.family}`;
    context.textAlign = align;
    context.textBaseline = "middle";
    context.fillStyle = colour;
    context.fillText(words, x, y);
    return x + context.measureText(words).width;
  }

  width(words: string, bold = false, size = 13): number {
    this.context.font = `${bold ? 700 : 400} ${size}px ${this.family}`;
    return this.context.measureText(words).width;
  }

  shape(points: [number, number][], colour: string): void {
    const { context } = this;
    context.beginPath();
    points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.fillStyle = colour;
    context.fill();
  }

  flag(x: number, y: number, colour: string): void {
    this.box(x, y, 2, 17, colour);
    this.shape(
      [
        [x + 2, y],
        [x + 15, y],
        [x + 11, y + 5],
        [x + 15, y + 10],
        [x + 2, y + 10],
      ],
      colour,
    );
  }

  cross(x: number, y: number, colour: string): void {
    const { context } = this;
    context.strokeStyle = colour;
    context.lineWidth = 3;
    context.beginPath();
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x + 4, y - 4);
    context.lineTo(x - 4, y + 4);
    context.stroke();
  }

  up(x: number, y: number, colour: string): void {
    this.shape(
      [
        [x, y - 5],
        [x + 5, y + 5],
        [x - 5, y + 5],
      ],
      colour,
    );
  }
  down(x: number, y: number, colour: string): void {
    this.shape(
      [
        [x - 5, y - 5],
        [x + 5, y - 5],
        [x, y + 5],
      ],
      colour,
    );
  }

  /** Missing footage: slanted lines, at least eight pixels wide, so that a short gap is not overlooked. */
  hatch(x: number, y: number, width: number, height: number, colour: string, ground: string): void {
    const { context } = this;
    const wide = Math.max(8, width);
    this.box(x, y, wide, height, ground);
    context.save();
    context.beginPath();
    context.rect(x, y, wide, height);
    context.clip();
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    for (let at = -height; at < wide; at += 5) {
      context.moveTo(x + at, y + height);
      context.lineTo(x + at + height, y);
    }
    context.stroke();
    context.restore();
    this.frame(x, y, wide, height, colour);
  }
}
