/** The review room. docs/design/review-data.md says what it reads; each part is a file of review/. */
import { ReviewRoom } from "./review/review_room";
import type { ReviewData } from "./review/data";
import { readEmbedded, requireElement } from "./shared/page";
import { getJson } from "./shared/requests";
import { t } from "./shared/words";

async function start(): Promise<void> {
  const data =
    readEmbedded<ReviewData>("review-data") ?? (await getJson<ReviewData>(requireElement("#room").dataset.url ?? ""));
  new ReviewRoom(data).run();
}

start().catch((error: unknown) => {
  const say = requireElement("#room-fault");
  say.hidden = false;
  say.textContent = t("打不开复看室：{reason}。请刷新；仍不行请联系系统运维。", {
    reason: error instanceof Error ? error.message : t("未知原因"),
  });
});
