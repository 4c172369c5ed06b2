import type { FlagData } from "../shared/api";
import { duration } from "../shared/times";
import { t } from "../shared/words";

/** docs/design/review-data.md says what each field means. Times are ISO 8601 UTC. */
export type {
  AlarmData,
  CameraData,
  ExitData,
  FlagData,
  NewFlag,
  PersonData,
  ReviewData,
  StripData,
} from "../shared/api";
export type Severity = FlagData["severity"];

/** The file beside the pictures of a strip. */
export interface StripIndex {
  every_s: number;
  frames: { t_ms: number; offset: number; length: number; motion?: number }[];
}

export const ms = (iso: string): number => Date.parse(iso);
export const iso = (at: number): string => new Date(at).toISOString();
export const isOpen = (flag: FlagData): boolean => flag.state !== "settled";
export const flagState = (flag: FlagData): string => (isOpen(flag) ? t("待看") : t("已了结"));
export const gapWords = (gap: { start: string; end: string; words: string }): string =>
  t("缺口 {duration}：{reason}", { duration: duration((ms(gap.end) - ms(gap.start)) / 1000), reason: gap.words });
