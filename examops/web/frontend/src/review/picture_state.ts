/** What stands in a camera's place on the screen. */
export type PictureState = "shown" | "loading" | "late" | "failed" | "gap" | "hidden";
/** Why no picture comes: the store's address ran out, we are signed out, the network or the file is at fault. */
export type Failure = "" | "expired" | "signed_out" | "network" | "media";

/** The picture on the screen: which moment of the exam (ms of Unix time), and when it was put there (`performance.now`). */
export interface Picture {
  at: number;
  since: number;
}

const IN_STEP_MS = 1000;
const FROZEN_MS = 1500; // while playing, pictures follow each other faster than this
const FAR_MS = 30_000; // a picture of another place is no late picture

export interface Situation {
  at: number;
  playing: boolean;
  rate: number;
  now: number;
  seeking: boolean;
  failure: Failure;
}

export function pictureState(
  picture: Picture | null,
  { at, playing, rate, now, seeking, failure }: Situation,
): PictureState {
  const behind = picture ? Math.abs(at - picture.at) : Infinity;
  const isMoving = picture !== null && (!playing || now - picture.since < FROZEN_MS);
  if (isMoving && behind <= IN_STEP_MS * Math.max(1, rate / 2) && !seeking) return "shown";
  if (failure) return "failed";
  return seeking || behind > FAR_MS ? "loading" : "late";
}
