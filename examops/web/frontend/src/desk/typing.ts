import { read, type Read } from "./reading";
import { requireElement } from "../shared/page";
import { t } from "../shared/words";

const IDLE_MS = 300; // after the last letter of a scanner that types into the open field

/** The field for ID numbers. A scan that comes into it counts as a scan. */
export function typedNumbers(take: (read: Read, via: "typed" | "scanner") => void): void {
  const form = requireElement<HTMLFormElement>("#typed"),
    field = requireElement<HTMLInputElement>("#id-number"),
    panel = requireElement<HTMLDialogElement>("#typing"),
    fault = requireElement("#typing-fault");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const done = (found: Read): void => {
    clearTimeout(timer);
    panel.close();
    take(found, "code" in found ? "scanner" : "typed");
  };
  requireElement("#type").addEventListener("click", () => {
    [field.value, fault.textContent] = ["", ""];
    panel.showModal();
    field.focus();
  });
  requireElement("#typing-close").addEventListener("click", () => panel.close());
  field.addEventListener("input", () => {
    clearTimeout(timer);
    fault.textContent = "";
    const found = read(field.value);
    if (found && "code" in found) timer = setTimeout(() => done(found), IDLE_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = read(field.value);
    if (found) done(found);
    else fault.textContent = t("身份证号是 17 位数字加一位数字或 X，请看着证件再输");
  });
}
