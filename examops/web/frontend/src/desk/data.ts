/** What the desk reads and sends; docs/design/review-data.md says what each field means. */
export type { DeskPageAnswer as Answer, DeskPageState as DeskState, Reason, Scan } from "../shared/api";
