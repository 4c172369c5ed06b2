/** What the desk reads and sends; docs/design/review-data.md says what each field means. */
export interface DeskState {
  desk: string;
  room: string;
  duty: string;
  title: string;
  starts_words: string;
  window_words: string;
  present: number;
  due: number;
  refused: number;
  turns: { word: string; time: string; present: number; due: number }[];
  last?: { admitted: boolean; name?: string | null; seat?: string | null; at: string } | null;
  absent: number;
  absent_url?: string | null;
  phone?: { name: string; number: string } | null;
  urls: { scan: string; state: string; mismatch: string };
}

export interface Scan {
  nonce: string;
  scanned_at: string;
  code?: string;
  id_number?: string;
  via: "camera" | "scanner" | "typed";
}

export interface Reason {
  code: string;
  words: string;
  answer_label?: string;
  answer?: string;
  here?: string;
  todo: string[];
  lines?: { outcome: string; clause: string; found: string; limit: string; source: string }[];
}

export interface Answer {
  admitted: boolean;
  at: string;
  name?: string;
  id_number?: string;
  photo_url?: string | null;
  title?: string;
  part?: string;
  seat?: string;
  turn?: string;
  turn_starts?: string;
  repeated?: boolean;
  scan_uid?: string;
  reason?: Reason;
  state: DeskState;
}
