/** The wall of all cameras that record now. */
import { closeMenus } from "./app/menus";
import type { WallData } from "./wall/data";
import { Wall } from "./wall/wall";
import { embedded, one } from "./shared/page";

closeMenus();
const page = one("#wall-page");
void new Wall(page.dataset.url ?? "", Number(page.dataset.density)).run(embedded<WallData>("wall-data"));
