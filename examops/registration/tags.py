"""Events that the log keeps of batches, rosters and applications: ``subject:action``. Add freely;
never rename, never reuse.
"""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    BATCH_CREATED = "batch:created"
    BATCH_CHANGED = "batch:changed"
    BATCH_CLOSED = "batch:closed"
    ROSTER_UPLOADED = "roster:uploaded"
    ROSTER_EXAMINED = "roster:examined"
    ROSTER_ROW_CORRECTED = "roster:row_corrected"
    ROSTER_ROWS_CHANGED = "roster:rows_changed"
    ROSTER_ROW_DROPPED = "roster:row_dropped"
    ROSTER_ROW_RESTORED = "roster:row_restored"
    ROSTER_CHANGE_UNDONE = "roster:change_undone"
    ORIGINAL_SEEN = "roster:original_seen"
    ORIGINAL_TAKEN_BACK = "roster:original_taken_back"
    EMPLOYER_ANSWERED = "body:employer_answered"
    EMPLOYER_TAKEN_BACK = "body:employer_taken_back"
    ROSTER_SAVED = "roster:saved"
    ROSTER_CANCELLED = "roster:cancelled"
    ROSTER_VIEWED = "roster:viewed"
    ROSTER_EXPORTED = "roster:exported"
    PHOTOS_ADDED = "candidate:photos_added"
    APPLICATION_MADE = "application:made"
    APPLICATION_UPDATED = "application:updated"
    APPLICATION_JUDGED_AGAIN = "application:judged_again"
    APPLICATION_JUDGED = "application:judged"
    VERDICT_JUDGED_AGAIN = "verdict:judged_again"


TAG_LABELS: dict[str, str] = {
    Tag.BATCH_CREATED: N_("新建批次"),
    Tag.BATCH_CHANGED: N_("更改批次"),
    Tag.BATCH_CLOSED: N_("提前截止报名"),
    Tag.ROSTER_UPLOADED: N_("上传名单"),
    Tag.ROSTER_EXAMINED: N_("名单核对完成"),
    Tag.ROSTER_ROW_CORRECTED: N_("更正名单一行"),
    Tag.ROSTER_ROWS_CHANGED: N_("一起更改名单多行"),
    Tag.ROSTER_ROW_DROPPED: N_("名单里定为不报"),
    Tag.ROSTER_ROW_RESTORED: N_("名单里取回"),
    Tag.ROSTER_CHANGE_UNDONE: N_("撤销名单的改动"),
    Tag.ORIGINAL_SEEN: N_("见过名单一人的原件"),
    Tag.ORIGINAL_TAKEN_BACK: N_("撤回见过原件"),
    Tag.EMPLOYER_ANSWERED: N_("答复名单里的单位名称"),
    Tag.EMPLOYER_TAKEN_BACK: N_("撤回单位名称的答复"),
    Tag.ROSTER_SAVED: N_("保存名单"),
    Tag.ROSTER_CANCELLED: N_("取消名单"),
    Tag.ROSTER_VIEWED: N_("查看名单"),
    Tag.ROSTER_EXPORTED: N_("导出名单"),
    Tag.PHOTOS_ADDED: N_("导入照片"),
    Tag.APPLICATION_MADE: N_("报名"),
    Tag.APPLICATION_UPDATED: N_("名单更新报名资料"),
    Tag.APPLICATION_JUDGED_AGAIN: N_("名单更新后重判"),
    Tag.APPLICATION_JUDGED: N_("资格审核"),
    Tag.VERDICT_JUDGED_AGAIN: N_("规则更正后重判"),
}
