import { ms, type PersonData } from "../data";
import type { Row } from "./rows";

export const rowAt = (rows: readonly Row[], y: number): Row | null =>
  rows.find((row) => y >= row.top && y < row.top + row.height) ?? null;

/** The person who came, left or was away at this moment; `tolerance` in ms: what a few pixels are at this zoom. */
export function personAt(people: readonly PersonData[], at: number, tolerance: number): PersonData | undefined {
  const near = (time: string | null | undefined): boolean => !!time && Math.abs(ms(time) - at) < tolerance;
  return people.find(
    (person) =>
      near(person.in_at) ||
      near(person.out_at) ||
      person.exits.some((exit) => {
        const end = exit.back_at ? ms(exit.back_at) : Infinity;
        return at > ms(exit.out_at) - tolerance && at < end + tolerance;
      }),
  );
}
