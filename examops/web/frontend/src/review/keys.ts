import { isTyping } from "../shared/page";

export interface RoomKeys {
  toggle: () => void;
  frame: (by: -1 | 1) => void;
  jump: (seconds: number) => void;
  next: () => void;
  previous: () => void;
  solo: (camera: number) => void;
  flag: () => void;
  still: () => void;
  help: () => void;
}

/** space · ←/→ one frame · shift ten seconds · [ ] next thing · 1–9 one camera alone · F · S · ? */
export function listenKeys(keys: RoomKeys): void {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actionOf(event, keys);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function actionOf(event: KeyboardEvent, keys: RoomKeys): (() => void) | undefined {
  if (/^[1-9]$/.test(event.key)) return () => keys.solo(Number(event.key) - 1);
  const side = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
  if (side) return () => (event.shiftKey ? keys.jump(10 * side) : keys.frame(side));
  const table: Record<string, () => void> = {
    " ": keys.toggle,
    "]": keys.next,
    "[": keys.previous,
    f: keys.flag,
    s: keys.still,
    "?": keys.help,
  };
  return table[event.key.toLowerCase()];
}
