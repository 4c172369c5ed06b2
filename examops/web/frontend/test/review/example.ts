import type { CameraData, FlagData, PersonData, ReviewData } from "../../src/review/data";
import { ReviewModel } from "../../src/review/review_model";

/** A moment of the exam's day in Foshan, as the server writes it (UTC) and in ms of Unix time. */
export const at = (clock: string): string => new Date(`2026-11-23T${clock}+08:00`).toISOString();
export const msAt = (clock: string): number => Date.parse(at(clock));

export const segment = (start: string, end: string): CameraData["segments"][number] => ({
  uid: start,
  start: at(start),
  end: at(end),
  run_uid: "run",
});

export const camera = (uid: string, more: Partial<CameraData> = {}): CameraData => ({
  uid,
  label: uid,
  armed: { start: at("09:00:00"), end: at("11:00:00") },
  segments: [segment("09:00:00", "11:00:00")],
  gaps: [],
  strips: [],
  playlist_url: "/list.m3u8",
  coverage_percent: 99,
  quality: "720P",
  activity: null,
  ...more,
});

export const gap = (start: string, end: string): CameraData["gaps"][number] => ({
  uid: start,
  start: at(start),
  end: at(end),
  reason: "timeout",
  words: "连接超时",
});

export const person = (seat: string, more: Partial<PersonData> = {}): PersonData => ({
  uid: seat,
  name: "陈*明",
  seat,
  turn: "第 1 轮",
  in_at: at("08:50:00"),
  out_at: null,
  exits: [],
  id_number: null,
  scan_words: "",
  matched_words: "",
  matched_kind: "done",
  ...more,
});

export const flag = (start: string, more: Partial<FlagData> = {}): FlagData => ({
  uid: start,
  camera_uid: null,
  start: at(start),
  end: at(start),
  seat: null,
  still_url: null,
  severity: "doubt",
  text: "看手机",
  author: "何*敏",
  state: "open",
  ...more,
});

/** An exam from 09:00 to 11:00 whose door is open from 08:30 to 11:30. */
export function review(more: Partial<ReviewData> = {}): ReviewData {
  return {
    session: {
      uid: "s",
      title: "电工 四级",
      start: at("09:00:00"),
      end: at("11:00:00"),
      open_at: at("08:30:00"),
      now: at("11:30:00"),
      refresh_s: null,
      close_at: at("11:30:00"),
      coverage_percent: 99,
      coverage_limit: 98,
      duty_percent: 80,
      watch_speed_max: 2,
      opened: "code",
      place: "",
      present: 0,
      due: 0,
      arrived: null,
      back_url: "/footage/wall",
    },
    cameras: [camera("front"), camera("rear")],
    people: [],
    flags: [],
    alarms: [],
    seen: [],
    urls: { flag: "/flags", look: "/looks", refresh: "/review.json" },
    ...more,
  };
}

export const model = (more: Partial<ReviewData> = {}): ReviewModel => new ReviewModel(review(more));
