import type { SessionRow, TileData } from "../shared/api";

/** One refresh of the wall; docs/design/review-data.md says what each field means. */
export type { SessionRow, TileData, WallData } from "../shared/api";
export type TileState = TileData["state"];
export type SessionState = SessionRow["state"];

const ORDER: Record<TileState, number> = { stop: 0, look: 1, ok: 2, off: 3 };

/** Wrong ones first; equal ones keep the server's order. */
export const faultsFirst = (tiles: TileData[]): TileData[] =>
  [...tiles].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
