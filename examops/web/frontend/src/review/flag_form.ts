import type { FlagData, NewFlag, Severity } from "./data";
import { iso } from "./data";
import type { Room } from "./room";
import { one } from "../shared/page";
import { postJson, Refused } from "../shared/requests";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const BEFORE_MS = 10_000; // what one marks has usually begun a little before the key is pressed

/** A mark on a stretch of one camera. It opens beside the pictures, so that they stay in sight. */
export class FlagForm {
  private readonly form = one<HTMLFormElement>("#flag");
  private readonly fault = one("#flag-fault");
  private camera = "";
  private start = 0;
  private end = 0;
  private still = false;

  constructor(
    private readonly room: () => Room,
    private readonly saved: (flag: FlagData) => void,
  ) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    one("#flag-cancel").addEventListener("click", () => this.close());
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /** Every flag keeps the picture of its moment, where there is one; `still` only says which key was pressed. */
  open(at: number, camera: string, seat: string, still: boolean, hasPicture: boolean): void {
    Object.assign(this, { camera, start: at - BEFORE_MS, end: at, still: hasPicture });
    const title = one("#flag-title");
    title.textContent = (still ? title.dataset.still : title.dataset.flag) ?? "";
    one("#flag-when").textContent =
      `${this.room().label(camera)} ${clock(this.start)}–${clock(this.end)}${hasPicture ? ` · ${t("静帧 {time}", { time: clock(at) })}` : ""}`;
    this.field<HTMLInputElement>("seat").value = seat;
    this.fault.textContent = "";
    this.form.hidden = false;
    one("#lens-body").hidden = true;
    this.field<HTMLTextAreaElement>("text").focus();
  }

  close(): void {
    this.form.hidden = true;
    one("#lens-body").hidden = false;
  }

  get isOpen(): boolean {
    return !this.form.hidden;
  }

  private field<T extends HTMLElement>(name: string): T {
    return one<T>(`[name=${name}]`, this.form);
  }

  private async save(): Promise<void> {
    const severity = (new FormData(this.form).get("severity") ?? "doubt") as Severity;
    const flag: NewFlag = {
      camera_uid: this.camera,
      start: iso(this.start),
      end: iso(this.end),
      severity,
      still_at: this.still ? iso(this.end) : null,
      seat: this.field<HTMLInputElement>("seat").value.trim(),
      text: this.field<HTMLTextAreaElement>("text").value.trim(),
    };
    try {
      this.saved(await postJson<FlagData>(this.room().data.urls.flag, flag));
      this.form.reset();
      this.close();
    } catch (error) {
      this.fault.textContent =
        error instanceof Refused
          ? [error.message, error.advice].filter(Boolean).join(t("，"))
          : t("网络不通，没有保存；请再按一次");
    }
  }
}
