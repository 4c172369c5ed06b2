import type { ReviewModel } from "./review_model";
import { ms } from "./data";

/**
 * Where playing begins, in ms of Unix time: `asked` (the `at` of the address, ISO 8601) where it can be read, else the
 * start of the exam, or where footage begins when none is there yet for the start.
 */
export function firstMoment(model: ReviewModel, asked: string | null): number {
  const wanted = ms(asked ?? "");
  if (!Number.isNaN(wanted)) return wanted;
  const start = model.exam.start;
  const segments = model.data.cameras.flatMap((camera) => camera.segments);
  if (segments.some((segment) => ms(segment.start) <= start && start < ms(segment.end))) return start;
  const starts = segments.map((segment) => ms(segment.start));
  const later = starts.filter((from) => from > start);
  if (later.length) return Math.min(...later);
  return starts.length ? Math.min(...starts) : start;
}
