import { read, type Read } from "./reading";

const QUICK_MS = 90; // between two keys: a scanner's burst, as nobody types
const IDLE_MS = 300; // after the last key of a scanner that ends with nothing
const FORGET_MS = 1_500; // a slow scanner's longest pause; what came before belongs to something else
const MIN_BURST = 6; // keys: a shorter burst is no half code
const ENDS = ["Enter", "Tab"];
const COMPOSING = ["Process", "Unidentified", "Dead"]; // an input method took the key; its place is known all the same
const PUNCTUATION: Record<string, string> = { Slash: "/", Period: ".", Semicolon: ":", BracketRight: "]" };

export interface ScannerEvents {
  read: (read: Read) => void;
  /** A burst that is neither a code nor a number. */
  misread: () => void;
}

/** The letter of a key, also where an input method is on. */
function letterOf(event: KeyboardEvent): string {
  if (event.key.length === 1) return event.key;
  if (!COMPOSING.includes(event.key)) return "";
  return /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code)?.[1] ?? PUNCTUATION[event.code] ?? "";
}

/** A keyboard scanner that needs no field and no focus, whatever key it ends with, at any speed. */
export function listenScanner(events: ScannerEvents): void {
  let text = "",
    last = 0,
    slowest = 0,
    timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes what came in; true when it was a scan, understood or not. */
  const finish = (): boolean => {
    const found = read(text),
      burst = text.length >= MIN_BURST && slowest <= QUICK_MS;
    if (!found && !burst) return false;
    text = "";
    if (found) events.read(found);
    else events.misread();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
    const pause = event.timeStamp - last; // when the key came in, not when a busy tablet got round to it
    clearTimeout(timer);
    if (ENDS.includes(event.key)) {
      if (pause <= FORGET_MS && finish()) event.preventDefault(); // a button in focus must not be pressed by the scanner
      text = "";
      return;
    }
    const letter = letterOf(event);
    if (!letter) return;
    if (pause > FORGET_MS) text = "";
    slowest = text ? Math.max(slowest, pause) : 0;
    last = event.timeStamp;
    text += letter;
    if (text.length > 1 && letter === " ") event.preventDefault();
    timer = setTimeout(finish, IDLE_MS);
  });
}
