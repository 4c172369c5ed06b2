/**
 * The few parts of a browser that the tested scripts touch. Import this first: `shared/words.ts` reads the page when it
 * is loaded. Elements keep their children and texts, and lay nothing out.
 */
class FakeElement extends EventTarget {
  className = "";
  textContent = "";
  id = "";
  href = "";
  tagName: string;
  isContentEditable = false;
  children: FakeElement[] = [];

  constructor(tag: string) {
    super();
    this.tagName = tag.toUpperCase();
  }

  append(...parts: (FakeElement | string)[]): void {
    for (const part of parts) {
      if (typeof part !== "string") this.children.push(part);
      else this.textContent += part;
    }
  }

  replaceChildren(...parts: FakeElement[]): void {
    this.children = parts;
  }

  /** Own text and that of everything inside, in order of the tree. */
  get words(): string {
    return [this.textContent, ...this.children.map((child) => child.words)].join(" ").replace(/\s+/g, " ").trim();
  }
}
class FakeInput extends FakeElement {}

class Page extends EventTarget {
  hidden = false;
  getElementById = (): null => null;
  querySelector = (): null => null;
  createElement = (tag: string): FakeElement => (tag === "input" ? new FakeInput(tag) : new FakeElement(tag));
}

class Storage {
  private readonly kept = new Map<string, string>();
  getItem = (name: string): string | null => this.kept.get(name) ?? null;
  setItem = (name: string, value: string): void => void this.kept.set(name, value);
  clear = (): void => this.kept.clear();
}

export const page = new Page();
export const storage = new Storage();
export const page_window = new EventTarget();
Object.assign(globalThis, {
  document: page,
  sessionStorage: storage,
  HTMLElement: FakeElement,
  HTMLInputElement: FakeInput,
  addEventListener: page_window.addEventListener.bind(page_window),
});

export const element = (tag = "div"): HTMLElement & { words: string } =>
  page.createElement(tag) as unknown as HTMLElement & { words: string };

/** A key pressed at a moment of its own, in ms; `target` is what has the focus. */
export function press(key: string, at = 0, target: unknown = element(), more: object = {}): Event {
  const event = new Event("keydown", { cancelable: true });
  for (const [name, value] of Object.entries({ key, timeStamp: at, target, ...more })) {
    Object.defineProperty(event, name, { value });
  }
  page.dispatchEvent(event);
  return event;
}
