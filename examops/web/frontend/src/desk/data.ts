/** What the desk reads and sends; docs/design/review-data.md says what each field means. */
import type { DeskPageAnswer } from "../shared/api";
export type { DeskPageAnswer as Answer, DeskPageState as DeskState, IdentityAnswer, Reason } from "../shared/api";

/** Why the server took something not, in its own words. */
export interface Fault {
  status: number;
  code: string;
  message: string;
  advice: string;
}

/** Something for the server that is kept until it was answered. `made_at`: ISO 8601 by the tablet's clock. */
export interface Waiting {
  nonce: string;
  kind: "scan" | "identity";
  url: string;
  where: string;
  made_at: string;
  body: Record<string, unknown>;
  tries: number;
  due: number;
  fault: Fault | null;
}

/** The verdict on somebody who had to wait, until somebody at the desk has acted on it. */
export interface Result {
  nonce: string;
  made_at: string;
  answer: Omit<DeskPageAnswer, "state">;
}
