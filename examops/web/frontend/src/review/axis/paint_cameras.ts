import type { CameraData } from "../data";
import { gapWords, ms } from "../data";
import type { FrameRef } from "../strips";
import type { Brush } from "./brush";
import { Words } from "./paint_marks";
import type { Row } from "./rows";
import type { View } from "./view";

const BAR = 3; // pixels of one activity bar, with its space

/** How much moved at each bar, 0 to 1: from the camera's own list, or from the frames read so far. One pass over either. */
function levels(view: View, camera: CameraData, frames: FrameRef[]): Float32Array {
  const bars = new Float32Array(Math.ceil(view.width / BAR) + 1);
  const raise = (from: number, to: number, level: number): void => {
    const first = Math.max(0, Math.floor(view.x(from) / BAR)),
      last = Math.min(bars.length - 1, Math.floor(view.x(to) / BAR));
    for (let bar = first; bar <= last; bar++) bars[bar] = Math.max(bars[bar] ?? 0, Math.min(1, level));
  };
  if (camera.activity) {
    const { values } = camera.activity,
      step = camera.activity.step_s * 1000,
      start = ms(camera.activity.start);
    values.forEach((value, index) => raise(start + index * step, start + (index + 1) * step - 1, value));
  } else for (const frame of frames) raise(frame.t - 5000, frame.t + 5000, frame.motion);
  return bars;
}

function activity(brush: Brush, view: View, row: Row, camera: CameraData, frames: FrameRef[], base: number): void {
  const most = row.height - 16,
    bars = levels(view, camera, frames);
  for (const segment of camera.segments) {
    const first = Math.max(0, Math.ceil(view.x(ms(segment.start)) / BAR)),
      end = Math.min(view.width, view.x(ms(segment.end)));
    for (let bar = first; bar * BAR < end; bar++) {
      const high = 1 + Math.round((bars[bar] ?? 0) * most);
      brush.box(bar * BAR, base - 4 - high, BAR - 1, high, brush.palette.mark);
    }
  }
}

/** Words of a long gap stand in it, on a ground of their own: behind it the axis may end. False where they do not fit. */
function inside(brush: Brush, row: Row, words: string, from: number, room: number): boolean {
  const width = brush.width(words, true, 12);
  if (width + 24 > room) return false;
  const middle = row.top + 6 + (row.height - 10) / 2;
  brush.box(from + 6, middle - 9, width + 12, 18, brush.palette.stopSoft);
  brush.text(words, from + 12, middle, brush.palette.stop, true, 12);
  return true;
}

export function paintCamera(brush: Brush, view: View, row: Row, camera: CameraData, frames: FrameRef[]): void {
  const base = row.top + row.height - 5;
  activity(brush, view, row, camera, frames, base);
  for (const one of camera.segments) {
    const x = Math.max(0, view.x(ms(one.start))),
      end = Math.min(view.width, view.x(ms(one.end)));
    if (end > x) brush.box(x, base - 2, end - x + 0.5, 3, brush.palette.mark);
  }
  const words = new Words(brush, row.top + 11);
  const places = camera.gaps
    .map((gap) => ({ gap, x: view.x(ms(gap.start)), end: Math.max(view.x(ms(gap.end)), view.x(ms(gap.start)) + 8) }))
    .filter(({ x, end }) => end >= 0 && x <= view.width);
  for (const { x, end } of places) {
    brush.hatch(x, row.top + 6, end - x, row.height - 10, brush.palette.stop, brush.palette.stopSoft);
    words.block(x - 2, end + 2);
  }
  for (const { gap, x, end } of places) {
    const from = Math.max(0, x),
      room = Math.min(view.width, end) - from;
    if (!inside(brush, row, gapWords(gap), from, room)) words.put(gapWords(gap), end + 6, brush.palette.stop, true);
  }
}
