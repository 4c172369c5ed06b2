import { t } from "../shared/words";

/** How old a picture is, in as few characters as stay true. */
export function formatAge(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 100) return `${whole} s`;
  return whole < 6000
    ? t("{count} 分", { count: Math.round(whole / 60) })
    : t("{count} 小时", { count: Math.round(whole / 3600) });
}

/** The server's clock as seen from here: pictures are as old as it says, whatever this computer's clock shows. */
export class ServerClock {
  private offset = 0;
  set(now: string): void {
    this.offset = Date.parse(now) - Date.now();
  }
  now(): number {
    return Date.now() + this.offset;
  }
}
