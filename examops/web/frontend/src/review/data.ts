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
const FLAG_STATES: Record<FlagData["state"], string> = {
  open: t("待看"),
  escalated: t("已上报"),
  confirmed: t("属实，待处理"),
  acted: t("属实，已处理"),
  dismissed: t("已了结"),
};
/** What was confirmed is open until somebody has acted on it. */
export const isOpen = (flag: FlagData): boolean => flag.state !== "dismissed" && flag.state !== "acted";
export const flagState = (flag: FlagData): string => FLAG_STATES[flag.state];
/** Red for what is confirmed or serious, amber for other open ones, green for what is done. */
export const flagMark = (flag: FlagData): "stop" | "look" | "done" => {
  if (!isOpen(flag)) return "done";
  return flag.state === "confirmed" || flag.severity === "serious" ? "stop" : "look";
};
export const gapWords = (gap: { start: string; end: string; words: string }): string =>
  t("缺口 {duration}：{reason}", { duration: duration((ms(gap.end) - ms(gap.start)) / 1000), reason: gap.words });
