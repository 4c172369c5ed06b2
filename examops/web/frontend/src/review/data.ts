import { duration } from "../shared/times";
import { t } from "../shared/words";

/** The document the review room works on; docs/design/review-data.md says what each field means. Times are ISO 8601 UTC. */
export interface ReviewData {
  session: SessionFacts;
  cameras: CameraData[];
  people: PersonData[];
  flags: FlagData[];
  alarms?: AlarmData[];
  seen: SeenSpan[];
  urls: { flag: string; look: string; refresh: string };
}

export interface SessionFacts {
  uid: string;
  title: string;
  start: string;
  end: string;
  open_at: string;
  close_at: string;
  coverage_percent: number;
  coverage_limit: number;
  place?: string;
  present?: number;
  due?: number;
  duty_percent?: number;
  back_url?: string;
  phone?: string;
}

export interface CameraData {
  uid: string;
  label: string;
  armed: { start: string; end: string };
  segments: { uid: string; start: string; end: string; run_uid: string }[];
  gaps: GapData[];
  strips: StripData[];
  playlist_url: string;
  coverage_percent?: number;
  quality?: string;
  activity?: { start: string; step_s: number; values: number[] };
}

export interface GapData {
  uid: string;
  start: string;
  end: string;
  reason: string;
  words: string;
}
export interface StripData {
  segment_uid: string;
  start: string;
  index_url: string;
  images_url: string;
}
export interface StripIndex {
  every_s: number;
  frames: { t_ms: number; offset: number; length: number; motion?: number }[];
}
export interface ExitData {
  out_at: string;
  back_at?: string | null;
  reason?: string;
}

export interface PersonData {
  uid: string;
  name: string;
  seat: string;
  in_at: string | null;
  out_at?: string | null;
  exits: ExitData[];
  id_number?: string;
  photo_url?: string | null;
  scan_still_url?: string | null;
  scan_words?: string;
  matched_words?: string;
  turn?: string;
}

export type Severity = "note" | "doubt" | "serious";

export interface FlagData {
  uid: string;
  camera_uid?: string | null;
  start: string;
  end: string;
  seat?: string | null;
  severity: Severity;
  text: string;
  author: string;
  still_url?: string | null;
  state: string;
}

export interface AlarmData {
  at: string;
  camera_uid?: string | null;
  state: "look" | "stop";
  words: string;
}
export interface SeenSpan {
  camera_uid: string;
  start: string;
  end: string;
}
export interface NewFlag {
  camera_uid: string;
  start: string;
  end: string;
  seat: string;
  severity: Severity;
  text: string;
  still_at: string | null;
}

export const ms = (iso: string): number => Date.parse(iso);
export const iso = (at: number): string => new Date(at).toISOString();
export const isOpen = (flag: FlagData): boolean => flag.state !== "settled";
export const flagState = (flag: FlagData): string => (isOpen(flag) ? t("待看") : t("已了结"));
export const gapWords = (gap: { start: string; end: string; words: string }): string =>
  t("缺口 {duration}：{reason}", { duration: duration((ms(gap.end) - ms(gap.start)) / 1000), reason: gap.words });
