/** How old a picture is, in as few characters as stay true. */
export function ageWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 100) return `${whole} s`;
  return whole < 6000 ? `${Math.round(whole / 60)} 分` : `${Math.round(whole / 3600)} 小时`;
}

/** The server's clock as seen from here: pictures are as old as it says, whatever this computer's clock shows. */
export class ServerClock {
  private offset = 0;
  set(now: string): void { this.offset = Date.parse(now) - Date.now(); }
  now(): number { return Date.now() + this.offset; }
}
