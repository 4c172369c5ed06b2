/** Half-open stretches of time, in milliseconds. */
export interface Span {
  start: number;
  end: number;
}

export const totalLength = (spans: Span[]): number => spans.reduce((sum, span) => sum + span.end - span.start, 0);

/** Sorted and merge where they touch or overlap. */
export function merge(spans: Span[]): Span[] {
  const made: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = made[made.length - 1];
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else if (span.end > span.start) made.push({ ...span });
  }
  return made;
}

export const clip = (spans: Span[], to: Span): Span[] =>
  spans
    .map((span) => ({ start: Math.max(span.start, to.start), end: Math.min(span.end, to.end) }))
    .filter((span) => span.end > span.start);

export const contains = (spans: Span[], at: number): boolean => spans.some((span) => span.start <= at && at < span.end);

/** What of `whole` no span covers. */
export function uncovered(whole: Span, spans: Span[]): Span[] {
  const holes: Span[] = [];
  let at = whole.start;
  for (const span of merge(clip(spans, whole))) {
    if (span.start > at) holes.push({ start: at, end: span.start });
    at = span.end;
  }
  if (at < whole.end) holes.push({ start: at, end: whole.end });
  return holes;
}
