import type { FlagData, NewFlag, Severity } from "./data";
import { iso } from "./data";
import type { ReviewModel } from "./review_model";
import type { Span } from "./spans";
import { requireElement } from "../shared/page";
import { postJson, RequestRefused } from "../shared/requests";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const BEFORE_MS = 10_000; // what one marks has usually begun a little before the key is pressed

/** A mark on a stretch of one camera. It opens beside the pictures, so that they stay in sight. */
export class FlagForm {
  private readonly form = requireElement<HTMLFormElement>("#flag");
  private readonly fault = requireElement("#flag-fault");
  private camera = "";
  private start = 0;
  private end = 0;
  private pictured = 0;
  private still = false;

  constructor(
    private readonly model: () => ReviewModel,
    private readonly saved: (flag: FlagData) => void,
  ) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    requireElement("#flag-cancel").addEventListener("click", () => this.close());
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /**
   * Every flag keeps the picture of its moment `at`, where there is one; `still` only says which key was pressed.
   * `drawn`: the stretch, where one was drawn on the axis.
   */
  open(at: number, camera: string, seat: string, still: boolean, hasPicture: boolean, drawn?: Span): void {
    const { start, end } = drawn ?? { start: at - BEFORE_MS, end: at };
    Object.assign(this, { camera, start, end, still: hasPicture, pictured: at });
    const title = requireElement("#flag-title");
    title.textContent = (still ? title.dataset.still : title.dataset.flag) ?? "";
    requireElement("#flag-when").textContent =
      `${this.model().label(camera)} ${clock(this.start)}–${clock(this.end)}${hasPicture ? ` · ${t("静帧 {time}", { time: clock(at) })}` : ""}`;
    this.field<HTMLInputElement>("seat").value = seat;
    this.fault.textContent = "";
    this.form.hidden = false;
    requireElement("#lens-body").hidden = true;
    this.field<HTMLTextAreaElement>("text").focus();
  }

  close(): void {
    this.form.hidden = true;
    requireElement("#lens-body").hidden = false;
  }

  get isOpen(): boolean {
    return !this.form.hidden;
  }

  private field<T extends HTMLElement>(name: string): T {
    return requireElement<T>(`[name=${name}]`, this.form);
  }

  private async save(): Promise<void> {
    const severity = (new FormData(this.form).get("severity") ?? "doubt") as Severity;
    const flag: NewFlag = {
      camera_uid: this.camera,
      start: iso(this.start),
      end: iso(this.end),
      severity,
      still_at: this.still ? iso(this.pictured) : null,
      seat: this.field<HTMLInputElement>("seat").value.trim(),
      text: this.field<HTMLTextAreaElement>("text").value.trim(),
    };
    try {
      this.saved(await postJson<FlagData>(this.model().data.urls.flag, flag));
      this.form.reset();
      this.close();
    } catch (error) {
      this.fault.textContent =
        error instanceof RequestRefused
          ? [error.message, error.advice].filter(Boolean).join(t("，"))
          : t("网络不通，没有保存；请再按一次");
    }
  }
}
