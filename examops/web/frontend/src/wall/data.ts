/** One refresh of the wall; docs/design/review-data.md says what each field means. */
export type TileState = "ok" | "look" | "stop" | "off";
export type SessionState = "stop" | "look" | "done" | "wait";

export interface TileData {
  camera_uid: string;
  room: string;
  occupation: string;
  state: TileState;
  words: string;
  taken_at: string | null;
  age_s: number | null;
  image_url: string | null;
  url?: string | null;
  last_good?: { image_url: string; taken_at: string } | null;
}

export interface SessionRow {
  uid: string;
  title: string;
  place: string;
  body: string;
  present: number;
  due: number;
  state: SessionState;
  why?: string | null;
  url: string;
}

export interface WallData {
  now: string;
  page: number;
  pages: number;
  cameras?: number;
  sessions_total?: number;
  tiles: TileData[];
  sessions?: SessionRow[];
}

const ORDER: Record<TileState, number> = { stop: 0, look: 1, ok: 2, off: 3 };

/** Wrong ones first; equal ones keep the server's order. */
export const faultsFirst = (tiles: TileData[]): TileData[] =>
  [...tiles].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
