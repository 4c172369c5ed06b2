/** What must outlive the tab: scans that wait, results that nobody has acknowledged yet, the clock's offset. */
import type { Result, Waiting } from "./data";

export interface DeskStore {
  /** False where the browser keeps nothing: what waits dies with the tab, and the page says so. */
  readonly lasting: boolean;
  waiting: () => Promise<Waiting[]>;
  keepWaiting: (one: Waiting) => Promise<void>;
  dropWaiting: (nonce: string) => Promise<void>;
  results: () => Promise<Result[]>;
  keepResult: (one: Result) => Promise<void>;
  dropResult: (nonce: string) => Promise<void>;
  offset: () => Promise<number | null>;
  keepOffset: (ms: number) => Promise<void>;
}

interface Sealed extends Omit<Waiting, "body"> {
  body?: Waiting["body"];
  iv?: Uint8Array;
  sealed?: ArrayBuffer;
}

const NAME = "examops-desk",
  TABLES = ["waiting", "results", "facts"] as const;
type Table = (typeof TABLES)[number];

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error ?? new Error("IndexedDB"));
  });

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => TABLES.forEach((table) => request.result.createObjectStore(table));
  return settled(request);
}

/** In IndexedDB. Codes and typed numbers are sealed by a key that no script can read out, where the page is on HTTPS. */
class IndexedStore implements DeskStore {
  readonly lasting = true;

  constructor(
    private readonly database: IDBDatabase,
    private readonly key: CryptoKey | null,
  ) {}

  async waiting(): Promise<Waiting[]> {
    const rows = await this.all<Sealed>("waiting");
    const opened = await Promise.all(rows.map((row) => this.opened(row)));
    return opened.sort((a, b) => a.made_at.localeCompare(b.made_at));
  }

  async keepWaiting(one: Waiting): Promise<void> {
    await this.put("waiting", one.nonce, await this.sealed(one));
  }

  dropWaiting = (nonce: string): Promise<void> => this.drop("waiting", nonce);

  async results(): Promise<Result[]> {
    return (await this.all<Result>("results")).sort((a, b) => a.made_at.localeCompare(b.made_at));
  }

  keepResult = (one: Result): Promise<void> => this.put("results", one.nonce, one);
  dropResult = (nonce: string): Promise<void> => this.drop("results", nonce);
  keepOffset = (ms: number): Promise<void> => this.put("facts", "offset", ms);

  async offset(): Promise<number | null> {
    return ((await settled(this.table("facts", "readonly").get("offset"))) as number | undefined) ?? null;
  }

  private table(name: Table, mode: IDBTransactionMode): IDBObjectStore {
    return this.database.transaction(name, mode).objectStore(name);
  }

  private async all<T>(name: Table): Promise<T[]> {
    return (await settled(this.table(name, "readonly").getAll())) as T[];
  }

  private async put(name: Table, key: string, value: unknown): Promise<void> {
    await settled(this.table(name, "readwrite").put(value, key));
  }

  private async drop(name: Table, key: string): Promise<void> {
    await settled(this.table(name, "readwrite").delete(key));
  }

  private async sealed(one: Waiting): Promise<Sealed> {
    if (!this.key) return one;
    const { body, ...open_part } = one,
      iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(body));
    return { ...open_part, iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, text) };
  }

  private async opened({ iv, sealed, body, ...rest }: Sealed): Promise<Waiting> {
    if (!sealed || !iv || !this.key) return { ...rest, body: body ?? {} };
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(iv) }, this.key, sealed);
    return { ...rest, body: JSON.parse(new TextDecoder().decode(text)) as Waiting["body"] };
  }
}

/** As long as the tab lives: tests, and browsers that refuse a database. */
export class MemoryStore implements DeskStore {
  readonly lasting = false;
  private readonly kept = { waiting: new Map<string, Waiting>(), results: new Map<string, Result>() };
  private known: number | null = null;

  waiting = (): Promise<Waiting[]> => Promise.resolve([...this.kept.waiting.values()]);
  keepWaiting = (one: Waiting): Promise<void> => Promise.resolve(void this.kept.waiting.set(one.nonce, { ...one }));
  dropWaiting = (nonce: string): Promise<void> => Promise.resolve(void this.kept.waiting.delete(nonce));
  results = (): Promise<Result[]> => Promise.resolve([...this.kept.results.values()]);
  keepResult = (one: Result): Promise<void> => Promise.resolve(void this.kept.results.set(one.nonce, one));
  dropResult = (nonce: string): Promise<void> => Promise.resolve(void this.kept.results.delete(nonce));
  offset = (): Promise<number | null> => Promise.resolve(this.known);
  keepOffset = (ms: number): Promise<void> => Promise.resolve(void (this.known = ms));
}

/**
 * Opens in the background and writes in order: the door never waits for a tablet's slow disk. `lasting` is false until
 * it is open. What is read waits for the opening and for every write before it.
 */
export class BackgroundStore implements DeskStore {
  lasting = false;
  private last: Promise<DeskStore>;

  constructor(opening: Promise<DeskStore>) {
    this.last = opening.then((store) => {
      this.lasting = store.lasting;
      return store;
    });
  }

  waiting = (): Promise<Waiting[]> => this.last.then((store) => store.waiting());
  results = (): Promise<Result[]> => this.last.then((store) => store.results());
  offset = (): Promise<number | null> => this.last.then((store) => store.offset());
  keepWaiting = (one: Waiting): Promise<void> => this.write((store) => store.keepWaiting(one));
  dropWaiting = (nonce: string): Promise<void> => this.write((store) => store.dropWaiting(nonce));
  keepResult = (one: Result): Promise<void> => this.write((store) => store.keepResult(one));
  dropResult = (nonce: string): Promise<void> => this.write((store) => store.dropResult(nonce));
  keepOffset = (ms: number): Promise<void> => this.write((store) => store.keepOffset(ms));

  private write(act: (store: DeskStore) => Promise<void>): Promise<void> {
    this.last = this.last.then(async (store) => {
      await act(store).catch((error: unknown) => {
        this.lasting = false; // the page says from now on that the tab must stay open
        console.error(error);
      });
      return store;
    });
    return this.last.then(() => undefined);
  }
}

/** The key of this browser, made at the first call; null where the page is not on HTTPS. */
async function keyOf(database: IDBDatabase): Promise<CryptoKey | null> {
  if (!isSecureContext) return null;
  const read = database.transaction("facts").objectStore("facts").get("key") as IDBRequest<CryptoKey | undefined>;
  const found = await settled(read);
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await settled(database.transaction("facts", "readwrite").objectStore("facts").put(made, "key"));
  return made;
}

export async function openStore(): Promise<DeskStore> {
  try {
    const database = await open();
    if (isSecureContext) void navigator.storage.persist();
    return new IndexedStore(database, await keyOf(database));
  } catch (error) {
    console.warn(error);
    return new MemoryStore();
  }
}
