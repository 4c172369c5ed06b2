import { ServerClock } from "./ages";
import { faultsFirst, type WallData } from "./data";
import { HoverStrip } from "./hover_strip";
import { showRiskList } from "./risk_list";
import { Tile } from "./tile";
import { requireElement, isTyping } from "../shared/page";
import { getJson } from "../shared/requests";
import { clock } from "../shared/times";
import { t } from "../shared/words";

const EVERY_MS = 2_000;
const SLOWEST_MS = 15_000;

/** The wall: one request a refresh for all tiles, ages that tick by themselves, wrong ones first. */
export class Wall {
  private readonly tiles = new Map<string, Tile>();
  private readonly grid = requireElement("#wall");
  private readonly strip = new HoverStrip(this.grid);
  private readonly clock = new ServerClock();
  private page = 1;
  private pages = 1;

  constructor(
    private readonly url: string,
    private readonly density: number,
  ) {
    setInterval(() => this.tick(), 500);
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("fullscreenchange", () =>
      document.body.classList.toggle("only", document.fullscreenElement !== null),
    );
    requireElement("#fullscreen").addEventListener("click", () => this.fullScreen());
    requireElement("#page-back").addEventListener("click", () => this.turnPage(-1));
    requireElement("#page-on").addEventListener("click", () => this.turnPage(1));
    this.grid.addEventListener("pointerover", (event) => this.hover(event));
    this.grid.addEventListener("pointerleave", () => this.strip.hide());
  }

  async run(first: WallData | null): Promise<void> {
    if (first) this.show(first);
    for (let wait = EVERY_MS; ; await new Promise((go) => setTimeout(go, document.hidden ? SLOWEST_MS : wait))) {
      wait = (await this.refresh()) ? EVERY_MS : Math.min(wait * 2, SLOWEST_MS);
    }
  }

  private async refresh(): Promise<boolean> {
    const url = new URL(this.url, location.href),
      asked = this.page;
    url.searchParams.set("page", String(asked));
    url.searchParams.set("density", String(this.density));
    const tile = this.grid.querySelector<HTMLElement>(":scope > .tile");
    if (tile?.clientWidth) url.searchParams.set("tile", String(Math.round(tile.clientWidth * devicePixelRatio)));
    try {
      const data = await getJson<WallData>(url.href);
      if (asked === this.page) this.show(data); // else somebody has turned the page: its own answer is on its way
      requireElement("#stale").hidden = true;
      return true;
    } catch {
      requireElement("#stale").hidden = false; // the ages go on ticking, so nobody takes old pictures for new ones
      return false;
    }
  }

  private show(data: WallData): void {
    this.clock.set(data.now);
    this.page = data.page;
    this.pages = data.pages;
    requireElement("#total").textContent = [
      t("{count} 场", { count: data.sessions_total }),
      t("{count} 路画面", { count: data.cameras }),
      t("第 {page} / {pages} 屏", { page: data.page, pages: data.pages }),
    ].join(" · ");
    requireElement("#paging").hidden = data.pages < 2;
    this.arrange(data);
    showRiskList(requireElement("#risk-list"), data.sessions);
    this.tick();
  }

  /** Tiles are kept and moved, not made anew: pictures stay while the next ones load. */
  private arrange(data: WallData): void {
    const shown = faultsFirst(data.tiles).map((tile) => {
      const known = this.tiles.get(tile.camera_uid) ?? new Tile(tile);
      this.tiles.set(tile.camera_uid, known);
      known.update(tile);
      return known.box;
    });
    const now = [...this.grid.querySelectorAll<HTMLElement>(":scope > .tile")];
    if (now.length === shown.length && now.every((box, index) => box === shown[index])) return;
    now.forEach((box) => box.remove());
    this.grid.prepend(...shown);
  }

  private tick(): void {
    const now = this.clock.now();
    this.tiles.forEach((tile) => tile.tick(now));
    requireElement("#clock").textContent = clock(now);
  }

  private hover(event: Event): void {
    const box = event.target instanceof Element ? event.target.closest(".tile") : null;
    const tile = [...this.tiles.values()].find((known) => known.box === box);
    if (tile) this.strip.show(tile, this.tiles.values());
    else this.strip.hide();
  }

  private turnPage(by: number): void {
    this.page = ((this.page - 1 + by + this.pages) % this.pages) + 1;
    void this.refresh();
  }

  private fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen().catch(() => document.body.classList.toggle("only"));
  }

  /** `]` goes to the next wrong tile, Enter opens it. */
  private focusNextFault(): void {
    const wrong = [...this.grid.querySelectorAll<HTMLElement>(".tile.bad")];
    const at = wrong.findIndex((box) => box === document.activeElement);
    wrong[(at + 1) % wrong.length]?.focus();
  }

  private key(event: KeyboardEvent): void {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, () => void> = {
      f: () => this.fullScreen(),
      "]": () => this.focusNextFault(),
      ArrowRight: () => this.turnPage(1),
      ArrowLeft: () => this.turnPage(-1),
    };
    actions[event.key.length === 1 ? event.key.toLowerCase() : event.key]?.();
  }
}
