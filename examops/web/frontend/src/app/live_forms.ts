type RequestEvent = CustomEvent<{ xhr: XMLHttpRequest; successful?: boolean }>;

/**
 * Forms that ask the server while a person types: `aria-busy` on their target is `true` from the first input until
 * the answer to the form as it stands is shown. An answer to an earlier state of the form leaves it `true`.
 */
export function markBusyTargets(): void {
  document.querySelectorAll<HTMLFormElement>("form[hx-trigger][hx-target]").forEach((form) => {
    const target = document.querySelector(form.getAttribute("hx-target") ?? "");
    if (target) followForm(form, target);
  });
}

function followForm(form: HTMLFormElement, target: Element): void {
  let edits = 0;
  const sentAt = new WeakMap<XMLHttpRequest, number>(); // how many edits a request has seen
  form.addEventListener("input", () => {
    edits++;
    target.setAttribute("aria-busy", "true");
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    sentAt.set((event as RequestEvent).detail.xhr, edits);
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, successful } = (event as RequestEvent).detail;
    if (successful && sentAt.get(xhr) === edits) target.setAttribute("aria-busy", "false");
  });
}
