import type { ReviewModel } from "../review_model";
import { isOpen } from "../data";
import { duration } from "../../shared/times";
import { clip, totalLength } from "../spans";
import { t } from "../../shared/words";

export type RowKind = "camera" | "people" | "flags" | "alarms" | "seen";
export interface Row {
  kind: RowKind;
  label: string;
  note: string;
  amber: boolean;
  top: number;
  height: number;
  camera: number;
}

export const RULER = 30;

/** The rows from top to bottom; camera rows shrink where there are many. */
export function rows(model: ReviewModel): Row[] {
  const { data } = model;
  const tall = data.cameras.length > 3 ? 30 : 44;
  const open = data.flags.filter(isOpen).length;
  const unseen = model.alarmGroups.filter((group) => group.unseen !== null).length;
  const away = data.people.reduce((sum, person) => sum + person.exits.length, 0);
  const list: Omit<Row, "top">[] = data.cameras.map((camera, index) => {
    const percent = model.coverage(index);
    return {
      kind: "camera",
      label: camera.label,
      note: `${(Math.floor(percent * 10) / 10).toString()} %`,
      amber: percent < data.session.coverage_limit,
      height: tall,
      camera: index,
    };
  });
  list.push({
    kind: "people",
    label: t("人员"),
    note: t("{count} 入 · {away} 离", { count: data.people.filter((one) => one.in_at).length, away }),
    amber: false,
    height: 42,
    camera: -1,
  });
  list.push({
    kind: "flags",
    label: t("标记"),
    note: t("{open} / {count} 待看", { open, count: data.flags.length }),
    amber: open > 0,
    height: 34,
    camera: -1,
  });
  list.push({
    kind: "alarms",
    label: t("告警"),
    note: t("{unseen} 未看 / {count} 次", { unseen, count: data.alarms.length }),
    amber: unseen > 0,
    height: 32,
    camera: -1,
  });
  list.push({
    kind: "seen",
    label: t("我看过"),
    note: duration(totalLength(clip(model.watched, model.exam)) / 1000),
    amber: false,
    height: 38,
    camera: -1,
  });
  let top = RULER;
  return list.map((row) => {
    const placed = { ...row, top };
    top += row.height;
    return placed;
  });
}

export const heightOf = (list: Row[]): number => list.reduce((sum, row) => sum + row.height, RULER);
