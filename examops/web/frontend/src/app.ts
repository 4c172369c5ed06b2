/** What every page of the desk frame has: htmx with our CSRF token, the search key, menus that close. */
import htmx from "htmx.org";
import { markInPicture } from "./app/camera_marks";
import { checkFileSizes } from "./app/file_size";
import { keepTexts } from "./app/kept_text";
import { markBusyTargets } from "./app/live_forms";
import { followProgress } from "./app/progress";
import { placeOnPlan } from "./app/site_plan/editor";
import { searchKey } from "./app/search_key";
import { closeMenus } from "./app/menus";
import { csrf } from "./shared/page";

htmx.config.includeIndicatorStyles = false; // they would be an inline style, which the content policy forbids
htmx.config.allowEval = false;
document.addEventListener("htmx:configRequest", (event) => {
  (event as CustomEvent<{ headers: Record<string, string> }>).detail.headers["X-CSRFToken"] = csrf();
});
searchKey();
closeMenus();
followProgress();
markBusyTargets();
checkFileSizes();
keepTexts();
markInPicture();
placeOnPlan();
