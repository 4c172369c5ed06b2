/** Lets the desk's page open again without a network: its files are kept by a service worker of `/desk/` alone. */
export async function keepForOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return; // the page is not on HTTPS
  const registration = await navigator.serviceWorker.register("/desk/worker.js", { scope: "/desk/" });
  const ready = await navigator.serviceWorker.ready;
  const scripts = [...document.querySelectorAll<HTMLScriptElement>("script[src]")].map((one) => one.src),
    styles = [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].map((one) => one.href),
    others = [document.body.dataset.icons, document.querySelector<HTMLElement>("[data-wasm]")?.dataset.wasm];
  const files = [...scripts, ...styles, ...others].flatMap((one) =>
    one ? [new URL(one, location.href).pathname] : [],
  );
  (registration.active ?? ready.active)?.postMessage({ keep: [location.pathname, ...files] });
}
