/**
 * The desk's service worker: pages of desks from the network, from the tablet where there is none. It keeps the files of
 * those pages and nothing else: no answers, no photos, no lists of people.
 */
export {};

interface KeepMessage {
  keep?: string[];
}
interface WorkerEvent extends Event {
  waitUntil: (work: Promise<unknown>) => void;
}
interface FetchEvent extends WorkerEvent {
  request: Request;
  respondWith: (answer: Promise<Response>) => void;
}
interface WorkerScope extends EventTarget {
  location: Location;
  skipWaiting: () => Promise<void>;
  clients: { claim: () => Promise<void> };
}
const worker = self as unknown as WorkerScope;

const FILES = "desk-files-1",
  PAGES = "desk-pages-1",
  MAX_PAGES = 6,
  MAX_FILES = 40,
  PATIENCE_MS = 5_000;
const PAGE = /^\/desk\/(?:[0-9a-f-]{36}|handover\/)?$/;

const isFile = (url: URL): boolean => url.pathname.startsWith("/static/");
const isPage = (url: URL): boolean => PAGE.test(url.pathname);

worker.addEventListener("install", (event) => (event as WorkerEvent).waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => (event as WorkerEvent).waitUntil(start()));
worker.addEventListener("fetch", (event) => {
  const { request } = event as FetchEvent,
    url = new URL(request.url);
  if (url.origin !== worker.location.origin || request.method !== "GET") return;
  if (isFile(url)) (event as FetchEvent).respondWith(file(request));
  else if (request.mode === "navigate" && isPage(url)) (event as FetchEvent).respondWith(page(request, url.pathname));
});
worker.addEventListener("message", (event) => {
  const paths = ((event as MessageEvent<KeepMessage>).data.keep ?? []).filter((path) => path.startsWith("/"));
  (event as unknown as WorkerEvent).waitUntil(Promise.all(paths.map(keep)));
});

async function start(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => ![FILES, PAGES].includes(name)).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** Files carry a hash of their content in their name: what is kept is right for ever. */
async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await put(FILES, MAX_FILES, request.url, answer.clone());
  return answer;
}

/** The server's page whenever it answers, also with a refusal; the kept one where nothing comes. */
async function page(request: Request, path: string): Promise<Response> {
  try {
    const answer = await patient(fetch(request));
    if (isWhole(answer)) await put(PAGES, MAX_PAGES, path, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(path);
    if (kept) return kept;
    throw error;
  }
}

const isWhole = (answer: Response): boolean => answer.ok && !answer.redirected && answer.type === "basic";

const patient = (answer: Promise<Response>): Promise<Response> =>
  Promise.race([
    answer,
    new Promise<Response>((_done, failed) => setTimeout(() => failed(new Error("slow")), PATIENCE_MS)),
  ]);

async function keep(path: string): Promise<void> {
  const url = new URL(path, worker.location.origin);
  if (!isFile(url) && !isPage(url)) return;
  if (isFile(url) && (await caches.match(path))) return;
  const answer = await fetch(path, { redirect: "manual", credentials: "same-origin" }).catch(() => null);
  const [name, most] = isFile(url) ? [FILES, MAX_FILES] : [PAGES, MAX_PAGES];
  if (answer && isWhole(answer)) await put(name, most, path, answer);
}

/** The oldest go when there are too many: builds that were replaced, desks of other days. */
async function put(name: string, most: number, path: string, answer: Response): Promise<void> {
  const cache = await caches.open(name);
  await cache.delete(path);
  await cache.put(path, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}
