const MAX_KEY_INTERVAL_MS = 90; // a scanner types a character every few milliseconds, a person does not
const MIN_LENGTH = 6;

/** A keyboard scanner that needs no field and no focus: quick characters, then Enter. */
export function listenScanner(read: (code: string) => void): void {
  let text = "",
    last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
    const now = event.timeStamp; // when the key came in, not when a busy tablet got round to it
    if (now - last > MAX_KEY_INTERVAL_MS) text = "";
    last = now;
    if (event.key === "Enter") {
      if (text.length >= MIN_LENGTH) {
        event.preventDefault(); // a button in focus must not be pressed by the scanner's Enter
        read(text);
      }
      text = "";
    } else if (event.key.length === 1) {
      text += event.key;
      if (text.length > 1 && event.key === " ") event.preventDefault();
    }
  });
}
