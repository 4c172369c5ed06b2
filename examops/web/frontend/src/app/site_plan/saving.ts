import type { PlanDocument } from "../../shared/api";
import { getJson, postJson, RequestRefused } from "../../shared/requests";
import { t } from "../../shared/words";
import type { Board, Move } from "./board";

/** Where drafts wait for a page that is loaded again; a browser may refuse to keep any. */
export interface Drafts {
  read(): Move[];
  write(moves: Move[]): void;
}

export interface Voice {
  /** ``isTrouble``: the person must do something. */
  say(words: string, isTrouble: boolean): void;
  redraw(): void;
}

export function localDrafts(key: string): Drafts {
  return {
    read: () => {
      try {
        return JSON.parse(localStorage.getItem(key) ?? "[]") as Move[];
      } catch {
        return [];
      }
    },
    write: (moves) => {
      try {
        if (moves.length) localStorage.setItem(key, JSON.stringify(moves));
        else localStorage.removeItem(key);
      } catch {
        // Full or forbidden: the page itself still holds them.
      }
    },
  };
}

const AT_ONCE = 300; // what a page may still send while it is left has a bound of 64 KB

/** Saves each act by itself, one request at a time. After a conflict it waits until the person has looked. */
export class Saving {
  private isBusy = false;
  private isHeld = false;

  constructor(
    private readonly board: Board,
    private version: number,
    private readonly urls: { plan: string; places: string },
    private readonly drafts: Drafts,
    private readonly voice: Voice,
  ) {}

  /** Something has moved. */
  async moved(): Promise<void> {
    this.drafts.write(this.board.changes());
    if (!this.isBusy && !this.isHeld) await this.send();
  }

  /** The person has looked, or wants another try. */
  async resume(): Promise<void> {
    this.isHeld = false;
    await this.moved();
  }

  get waits(): boolean {
    return this.isHeld;
  }

  private async send(): Promise<void> {
    this.isBusy = true;
    try {
      for (let moves = this.board.changes(); moves.length; moves = this.board.changes()) {
        await this.sendOnce(moves.slice(0, AT_ONCE));
      }
      this.voice.say(t("已保存"), false);
    } catch (error) {
      this.isHeld = true;
      if (!(error instanceof RequestRefused)) {
        this.voice.say(t("没有连上服务器，改动还在这台电脑上：点“保存”再试"), true);
      } else if (error.code === "plan.changed") await this.look(error.message);
      else this.voice.say(`${error.message} ${error.advice}`, true);
    } finally {
      this.isBusy = false;
    }
  }

  private async sendOnce(moves: Move[]): Promise<void> {
    this.voice.say(t("正在保存"), false);
    const places = moves.map(([uid, to]) => ({
      kind: this.board.find(uid)?.kind,
      uid,
      ...(to ?? { x: null, y: null }),
    }));
    const saved = await postJson<{ version: number }>(this.urls.places, { version: this.version, places });
    this.version = saved.version;
    this.board.kept(moves);
    this.drafts.write(this.board.changes());
  }

  /** Fetch what the other one did, keep one's own on top, and leave it to the person to save. */
  private async look(words: string): Promise<void> {
    const theirs = await getJson<PlanDocument>(this.urls.plan).catch(() => null);
    if (!theirs) {
      this.voice.say(words, true);
      return;
    }
    const both = this.board.rebase(theirs);
    this.version = theirs.version;
    this.voice.redraw();
    const count = this.board.changes().length;
    const shared = both.length ? t("；两人都动过 {labels}", { labels: both.join(t("、")) }) : "";
    this.voice.say(
      t("{words}：对方的已取来，您的 {n} 处还在{shared}。看过后点“保存”", { words, n: count, shared }),
      true,
    );
  }
}
