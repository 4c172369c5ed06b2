import { t } from "./words";

/** Shanghai has no summer time, so a fixed offset is exact and much faster than Intl in a drawing loop. */
const OFFSET_MS = 8 * 3600_000;

const two = (value: number): string => String(value).padStart(2, "0");

export function clock(ms: number, seconds = true): string {
  const at = new Date(ms + OFFSET_MS);
  const text = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return seconds ? `${text}:${two(at.getUTCSeconds())}` : text;
}

/** `1 小时 20 分`, `2 分 20 秒`, `42 秒` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600),
    minutes = Math.floor(whole / 60) % 60,
    rest = whole % 60;
  const words = [
    hours ? t("{count} 小时", { count: hours }) : "",
    minutes ? t("{count} 分", { count: minutes }) : "",
    rest && !hours ? t("{count} 秒", { count: rest }) : "",
  ];
  return words.filter(Boolean).join(" ") || t("{count} 秒", { count: 0 });
}
