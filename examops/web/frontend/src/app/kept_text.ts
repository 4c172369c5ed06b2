/** The part of a browser's storage that is needed here. */
export interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What is typed into a field is kept under the key; an empty field takes what was kept. True where it did. */
export function keepField(field: { value: string }, key: string, kept: Kept): boolean {
  const before = kept.getItem(key);
  if (field.value || !before) return false;
  field.value = before;
  return true;
}

/** As it stands now; nothing is kept of an empty field. */
export function storeField(field: { value: string }, key: string, kept: Kept): void {
  if (field.value) kept.setItem(key, field.value);
  else kept.removeItem(key);
}

/**
 * Texts of a form marked `data-keep` stay in this tab when another form of the page is sent or the page loaded again.
 * The mark says what they are about and who writes them; with another mark nothing is found any more.
 */
export function keepTexts(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-keep]").forEach((form) => {
    const fields = [...form.elements].filter((one): one is HTMLTextAreaElement => one instanceof HTMLTextAreaElement);
    fields.forEach((field) => {
      const key = `keep ${form.dataset.keep ?? ""} ${field.name}`;
      if (keepField(field, key, sessionStorage)) field.closest("details")?.setAttribute("open", "");
      field.addEventListener("input", () => {
        storeField(field, key, sessionStorage);
      });
    });
  });
}
