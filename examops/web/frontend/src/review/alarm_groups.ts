import { ms, type AlarmData } from "./data";
import { contains, type Span } from "./spans";

/** Alarms of one kind and camera that follow each other closely: one thing to look at, however often it was raised. */
export interface AlarmGroup {
  alarms: AlarmData[];
  camera: string | null;
  state: AlarmData["state"];
  /** Moments of the first and the last, in ms of Unix time; the first that nobody has looked at, if any. */
  first: number;
  last: number;
  unseen: number | null;
}

const CLOSE_MS = 10 * 60_000;

/** In order of their first alarm. `seen`: what was watched of a camera; alarms of no camera are seen with any. */
export function groupAlarms(alarms: readonly AlarmData[], seen: (camera: string | null) => Span[]): AlarmGroup[] {
  const groups: AlarmGroup[] = [];
  for (const alarm of [...alarms].sort((a, b) => ms(a.at) - ms(b.at))) {
    const at = ms(alarm.at);
    const before = [...groups].reverse().find((group) => belongs(group, alarm) && at - group.last <= CLOSE_MS);
    const unseen = contains(seen(alarm.camera_uid), at) ? null : at;
    if (before) {
      before.alarms.push(alarm);
      before.last = at;
      before.unseen ??= unseen;
    } else {
      groups.push({ alarms: [alarm], camera: alarm.camera_uid, state: alarm.state, first: at, last: at, unseen });
    }
  }
  return groups;
}

const belongs = (group: AlarmGroup, alarm: AlarmData): boolean =>
  group.camera === alarm.camera_uid && group.alarms[0]?.kind === alarm.kind;
