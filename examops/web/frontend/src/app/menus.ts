/** Menus are <details class="menu">: they open without scripts; here they close on Escape and on a click elsewhere. */
export function closeMenus(): void {
  const open = (): NodeListOf<HTMLDetailsElement> =>
    document.querySelectorAll<HTMLDetailsElement>("details.menu[open]");
  document.addEventListener("click", (event) => {
    open().forEach((menu) => {
      if (!menu.contains(event.target as Node)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      open().forEach((menu) => {
        menu.open = false;
      });
    }
  });
}
