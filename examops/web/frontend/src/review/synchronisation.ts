/** A piece of a playlist window: where it lies in the video (s), how long it is (s), when it was recorded (ms). */
export interface Fragment {
  start: number;
  duration: number;
  programDateTime: number | null;
}

const SEAM_S = 0.02; // a fragment may begin a little off the place its list names
const IN_STEP_S = 0.06; // closer than this counts as in step
const MAX_CORRECTION = 0.15; // of the speed; more is seen as a jerk
const MAX_RATE = 16; // browsers refuse more

/** Where the media of a window ends, in ms of Unix time; NaN where nothing is known. */
export function endOf(fragments: readonly Fragment[]): number {
  const last = fragments[fragments.length - 1];
  return last?.programDateTime ? last.programDateTime + last.duration * 1000 : NaN;
}

/** The place in the video that shows this moment, in seconds; null inside a gap or outside the window. */
export function mediaTimeAt(fragments: readonly Fragment[], at: number): number | null {
  for (const fragment of fragments) {
    const start = fragment.programDateTime;
    if (start !== null && start <= at && at < start + fragment.duration * 1000) {
      return fragment.start + (at - start) / 1000;
    }
  }
  return null;
}

/** When the picture at this place in the video was taken, in ms of Unix time; null outside the window. */
export function momentAt(fragments: readonly Fragment[], place: number): number | null {
  let found: Fragment | undefined;
  for (const fragment of fragments) {
    if (fragment.start > place + SEAM_S) break;
    found = fragment;
  }
  const taken = found?.programDateTime ?? null;
  if (!found || taken === null || place > found.start + found.duration + SEAM_S) return null;
  return taken + (place - found.start) * 1000;
}

/** Whether a picture that is `drift` seconds ahead of the clock must seek, as a change of speed would take too long. */
export function mustSeek(drift: number, playing: boolean, rate: number): boolean {
  return Math.abs(drift) > (playing ? 0.6 * Math.max(1, rate / 2) : 0.015);
}

/** The speed that brings a picture `drift` seconds ahead of the clock back into step within two seconds. */
export function correctedRate(drift: number, rate: number): number {
  const correction = Math.abs(drift) < IN_STEP_S ? 0 : Math.max(-MAX_CORRECTION, Math.min(MAX_CORRECTION, -drift / 2));
  return Math.min(MAX_RATE, rate * (1 + correction));
}
