import { isTyping } from "../shared/page";

/** `/` goes to the search field from anywhere on the page. */
export function searchKey(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || isTyping(event) || event.ctrlKey || event.metaKey) return;
    const field = document.querySelector<HTMLInputElement>(".find input[name=q]");
    if (!field) return;
    event.preventDefault();
    field.select();
  });
}
