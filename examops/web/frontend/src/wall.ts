/** The wall of all cameras that record now. */
import { closeMenus } from "./app/menus";
import type { WallData } from "./wall/data";
import { Wall } from "./wall/wall";
import { readEmbedded, requireElement } from "./shared/page";

closeMenus();
const page = requireElement("#wall-page");
void new Wall(page.dataset.url ?? "", Number(page.dataset.density)).run(readEmbedded<WallData>("wall-data"));
