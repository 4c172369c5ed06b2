import { groupAlarms, type AlarmGroup } from "./alarm_groups";
import type { FlagData, ReviewData } from "./data";
import { isOpen, ms } from "./data";
import { clip, contains, merge, totalLength, type Span } from "./spans";
import { clock, duration } from "../shared/times";
import { t } from "../shared/words";

/** A thing worth looking at: where, what it is called, and whether I have been there. */
export interface PointOfInterest {
  at: number;
  words: string;
  advice: string;
  seen: boolean;
  kind: "gap" | "flag" | "alarm" | "exit";
}

/** The document plus what follows from it. */
export class ReviewModel {
  readonly exam: Span;
  readonly whole: Span;
  seen = new Map<string, Span[]>();

  constructor(public data: ReviewData) {
    this.exam = { start: ms(data.session.start), end: ms(data.session.end) };
    this.whole = { start: ms(data.session.open_at), end: ms(data.session.close_at) };
    for (const one of data.seen) this.addSeen(one.camera_uid, { start: ms(one.start), end: ms(one.end) });
  }

  addSeen(camera: string, span: Span): void {
    this.seen.set(camera, merge([...(this.seen.get(camera) ?? []), span]));
  }

  /** Moments of the exam during which I watched at least one camera. */
  get watched(): Span[] {
    return merge([...this.seen.values()].flat());
  }

  /** Footage of all cameras within the exam, in ms, and what I watched of it: each camera counts for itself. */
  get share(): { watched: number; footage: number } {
    let watched = 0,
      footage = 0;
    for (const camera of this.data.cameras) {
      const recorded = clip(
        merge(camera.segments.map((part) => ({ start: ms(part.start), end: ms(part.end) }))),
        this.exam,
      );
      const seen = merge(this.seen.get(camera.uid) ?? []);
      footage += totalLength(recorded);
      watched += totalLength(recorded.flatMap((part) => clip(seen, part)));
    }
    return { watched, footage };
  }

  get watchedPercent(): number {
    const { watched, footage } = this.share;
    return footage ? (100 * watched) / footage : 0;
  }

  coverage(index: number): number {
    return this.data.cameras[index]?.coverage_percent ?? 0;
  }

  label(camera: string | null | undefined): string {
    return this.data.cameras.find((one) => one.uid === camera)?.label ?? "";
  }

  get alarmGroups(): AlarmGroup[] {
    return groupAlarms(this.data.alarms, (camera) => (camera === null ? this.watched : (this.seen.get(camera) ?? [])));
  }

  alarmWords(group: AlarmGroup): string {
    const words = `${this.label(group.camera)} ${group.alarms[0]?.words ?? ""}`.trim();
    return group.alarms.length > 1 ? t("{words} 等 {count} 次", { words, count: group.alarms.length }) : words;
  }

  /** Everything that wants eyes, in order of time. */
  get pointsOfInterest(): PointOfInterest[] {
    const watched = this.watched;
    const made: (Omit<PointOfInterest, "seen"> & { seen?: boolean })[] = [];
    for (const camera of this.data.cameras) {
      for (const gap of camera.gaps) {
        const other = this.data.cameras.find(
          (one) =>
            one !== camera &&
            one.segments.some((part) => ms(part.start) <= ms(gap.start) && ms(part.end) > ms(gap.start)),
        );
        made.push({
          at: ms(gap.start),
          kind: "gap",
          advice: other ? t("改看 {camera}", { camera: other.label }) : t("没有别的摄像机在录"),
          words: t("{camera} 缺 {duration}，{reason}", {
            camera: camera.label,
            duration: duration((ms(gap.end) - ms(gap.start)) / 1000),
            reason: gap.words,
          }),
        });
      }
    }
    for (const flag of this.data.flags.filter(isOpen)) {
      made.push({ at: ms(flag.start), kind: "flag", words: flagWords(flag), advice: flag.author });
    }
    for (const group of this.alarmGroups) {
      made.push({
        at: group.unseen ?? group.first,
        kind: "alarm",
        words: this.alarmWords(group),
        advice: "",
        seen: group.unseen === null,
      });
    }
    for (const person of this.data.people) {
      for (const exit of person.exits) {
        made.push({
          at: ms(exit.out_at),
          kind: "exit",
          words: t("{seat} 离场 {time}", { seat: person.seat, time: clock(ms(exit.out_at), false) }),
          advice: exit.reason,
        });
      }
    }
    return made.sort((a, b) => a.at - b.at).map((one) => ({ ...one, seen: one.seen ?? contains(watched, one.at) }));
  }

  /** The next unseen point after this moment, else the first unseen one of all, else the next one at all. */
  after(at: number): PointOfInterest | undefined {
    const points = this.pointsOfInterest,
      later = points.filter((point) => point.at > at + 1500);
    const isUnseen = (point: PointOfInterest): boolean => !point.seen && Math.abs(point.at - at) > 1500;
    return later.find(isUnseen) ?? points.find(isUnseen) ?? later[0];
  }

  before(at: number): PointOfInterest | undefined {
    return this.pointsOfInterest.filter((point) => point.at < at - 1500).pop();
  }

  flagsOf(seat: string): FlagData[] {
    const mine = this.data.flags.filter((flag) => flag.seat === seat);
    return [...mine.filter(isOpen), ...mine.filter((flag) => !isOpen(flag))];
  }
}

export const flagWords = (flag: FlagData): string => `${flag.seat ? `${flag.seat} ` : ""}${flag.text}`;
