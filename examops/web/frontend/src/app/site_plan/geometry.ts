/** Parts of the picture's width and height, from the upper left. */
export interface Point {
  x: number;
  y: number;
}

const STEP = 0.01;
const LEAP = 0.05;
const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Inside the picture, to a ten-thousandth: finer than anybody points. */
export function inside({ x, y }: Point): Point {
  const bounded = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
  return { x: bounded(x), y: bounded(y) };
}

/** Where on the plan a pointer is; ``box`` is where the picture is shown. */
export function pointAt(
  at: { clientX: number; clientY: number },
  box: { left: number; top: number; width: number; height: number },
): Point {
  return inside({ x: (at.clientX - box.left) / box.width, y: (at.clientY - box.top) / box.height });
}

/** One step of an arrow key, five with Shift; null for any other key. */
export function stepped(from: Point, key: string, isLeap: boolean): Point | null {
  const way = ARROWS[key];
  if (!way) return null;
  const by = isLeap ? LEAP : STEP;
  return inside({ x: from.x + way.x * by, y: from.y + way.y * by });
}

/** So many points on the line from the first to the last, both among them; one point is the first. */
export function rowBetween(first: Point, last: Point, count: number): Point[] {
  const part = (n: number): number => (count > 1 ? n / (count - 1) : 0);
  return Array.from({ length: count }, (_, n) =>
    inside({ x: first.x + (last.x - first.x) * part(n), y: first.y + (last.y - first.y) * part(n) }),
  );
}
