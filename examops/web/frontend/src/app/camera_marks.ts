import { isTyping } from "../shared/page";

/** Pixels of the camera's picture, from the upper left. */
export interface Place {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

const STEP = 10;
const LEAP = 50;
const ARROWS: Record<string, Place> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

function inside({ x, y }: Place, picture: Size): Place {
  const bounded = (value: number, most: number): number => Math.round(Math.min(most, Math.max(0, value)));
  return { x: bounded(x, picture.width), y: bounded(y, picture.height) };
}

/** Where in the picture a click fell; ``box`` is where the picture is shown. */
export function placeOf(
  click: { clientX: number; clientY: number },
  box: Size & { left: number; top: number },
  picture: Size,
): Place {
  const x = ((click.clientX - box.left) / box.width) * picture.width;
  const y = ((click.clientY - box.top) / box.height) * picture.height;
  return inside({ x, y }, picture);
}

/** One step of an arrow key, five with Shift; null for any other key. */
export function moved(from: Place, key: string, isLeap: boolean, picture: Size): Place | null {
  const way = ARROWS[key];
  if (!way) return null;
  const by = isLeap ? LEAP : STEP;
  return inside({ x: from.x + way.x * by, y: from.y + way.y * by }, picture);
}

/** The picture of a camera: a click or the arrow keys fill in the place, and typing it moves the cross. */
export function markInPicture(): void {
  const picture = document.querySelector<SVGSVGElement>("svg[data-still]");
  const form = document.querySelector<HTMLFormElement>("form[data-mark]");
  const x = form?.querySelector<HTMLInputElement>("[name=x]");
  const y = form?.querySelector<HTMLInputElement>("[name=y]");
  const cross = picture?.querySelector<SVGGElement>("[data-cursor]");
  if (!picture || !form || !x || !y || !cross) return;
  const { width, height } = picture.viewBox.baseVal;
  const size = { width, height };
  const typed = (): Place => ({
    x: x.value === "" ? width / 2 : Number(x.value),
    y: y.value === "" ? height / 2 : Number(y.value),
  });
  const show = (): void => {
    const place = typed();
    cross.setAttribute("transform", `translate(${place.x} ${place.y})`);
    cross.setAttribute("visibility", "visible");
  };
  const put = (place: Place): void => {
    x.value = String(place.x);
    y.value = String(place.y);
    show();
  };
  picture.addEventListener("click", (event) => put(placeOf(event, picture.getBoundingClientRect(), size)));
  picture.addEventListener("keydown", (event) => {
    if (event.key === "Enter") form.requestSubmit();
    const place = isTyping(event) ? null : moved(typed(), event.key, event.shiftKey, size);
    if (!place) return;
    event.preventDefault();
    put(place);
  });
  form.addEventListener("input", show);
}
