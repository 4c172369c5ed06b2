import type { CameraData } from "../data";
import { ms } from "../data";
import { duration } from "../../shared/times";
import type { FrameRef } from "../strips";
import type { Brush } from "./brush";
import type { Row } from "./rows";
import type { View } from "./view";

const BAR = 3; // pixels of one activity bar, with its space

/** How much moved around each bar, from the camera's own list or from the frames read so far; 0 to 1. */
function level(camera: CameraData, frames: FrameRef[], from: number, to: number): number {
  if (camera.activity) {
    const step = camera.activity.step_s * 1000, first = ms(camera.activity.start);
    const part = camera.activity.values.slice(Math.max(0, Math.floor((from - first) / step)), Math.max(0, Math.ceil((to - first) / step)));
    return part.length ? Math.max(...part) : 0;
  }
  let most = 0;
  for (const frame of frames) if (frame.t >= from - 5000 && frame.t < to + 5000) most = Math.max(most, frame.motion);
  return Math.min(1, most);
}

function activity(brush: Brush, view: View, row: Row, camera: CameraData, frames: FrameRef[], base: number): void {
  const most = row.height - 16;
  const segments = camera.segments.map((one) => ({ start: ms(one.start), end: ms(one.end) }));
  for (let x = 0; x < view.width; x += BAR) {
    const at = view.at(x);
    if (!segments.some((one) => one.start <= at && at < one.end)) continue;
    const high = 1 + Math.round(level(camera, frames, at, view.at(x + BAR)) * most);
    brush.box(x, base - 4 - high, BAR - 1, high, brush.ink.mark);
  }
}

export function paintCamera(brush: Brush, view: View, row: Row, camera: CameraData, frames: FrameRef[]): void {
  const base = row.top + row.height - 5;
  activity(brush, view, row, camera, frames, base);
  for (const one of camera.segments) {
    const x = Math.max(0, view.x(ms(one.start))), end = Math.min(view.width, view.x(ms(one.end)));
    if (end > x) brush.box(x, base - 2, end - x + 0.5, 3, brush.ink.mark);
  }
  let free = -Infinity;
  for (const gap of camera.gaps) {
    const x = view.x(ms(gap.start)), end = view.x(ms(gap.end));
    if (end < -8 || x > view.width) continue;
    brush.hatch(x, row.top + 6, end - x, row.height - 10, brush.ink.stop, brush.ink.stopSoft);
    const words = `缺口 ${duration((ms(gap.end) - ms(gap.start)) / 1000)}：${gap.words}`;
    const left = Math.max(end, x + 8) + 6;
    if (left > free) free = brush.text(words, left, row.top + 11, brush.ink.stop, true, 12) + 12;
  }
}
