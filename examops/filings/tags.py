"""Events that the log keeps of filings: ``subject:action``. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    FILING_BEGUN = "filing:begun"
    FILING_STEP_SAVED = "filing:step_saved"
    FILING_OCCUPATION_ADDED = "filing:occupation_added"
    FILING_OCCUPATION_REMOVED = "filing:occupation_removed"
    FILING_DOCUMENT_ADDED = "filing:document_added"
    FILING_DOCUMENT_REMOVED = "filing:document_removed"
    FILING_DOCUMENT_READ = "filing:document_read"
    FILING_DOCUMENT_OPENED = "filing_document:opened"
    FILING_FACT_LOOKED_UP = "filing:fact_looked_up"
    FILING_ACTED = "filing:acted"
    FILING_LIST_ADDED = "filing:list_added"
    FILING_LIST_EXAMINED = "filing_list:examined"
    FILING_LIST_OPENED = "filing_list:opened"
    FILING_LIST_ANSWERED = "filing:list_answered"
    FILING_LIST_USED = "filing:list_used"
    FILING_LIST_CANCELLED = "filing:list_cancelled"
    FILING_LIST_READ = "filing:list_read"
    FILING_LIST_ERASED = "filing_list:erased"
    FILING_COPIED = "filing:copied"
    BODIES_IMPORTED = "filing:imported"
    FILING_VERSION_PUT = "filing:version_put"
    FILING_VERSION_TAKEN = "filing:version_taken"
    FILING_HANDED_OVER = "filing:handed_over"
    FILING_OVERDUE = "filing:overdue"
    FILING_RECOUNTED = "filing:recounted"
    FILING_CONTACT_CHANGED = "filing:contact_changed"
    ACCEPTANCE_BEGUN = "acceptance:begun"
    ACCEPTANCE_CUT = "acceptance:cut"
    BODY_FILED = "body:filed"


TAG_LABELS: dict[str, str] = {
    Tag.FILING_BEGUN: N_("开始备案申报"),
    Tag.FILING_STEP_SAVED: N_("填写备案申报"),
    Tag.FILING_OCCUPATION_ADDED: N_("备案申报加职业"),
    Tag.FILING_OCCUPATION_REMOVED: N_("备案申报去掉职业"),
    Tag.FILING_DOCUMENT_ADDED: N_("上传备案材料"),
    Tag.FILING_DOCUMENT_REMOVED: N_("取下备案材料"),
    Tag.FILING_DOCUMENT_READ: N_("看过备案材料"),
    Tag.FILING_DOCUMENT_OPENED: N_("打开备案材料"),
    Tag.FILING_FACT_LOOKED_UP: N_("查官方记录"),
    Tag.FILING_ACTED: N_("办理备案申报"),
    Tag.FILING_LIST_ADDED: N_("上传名册"),
    Tag.FILING_LIST_EXAMINED: N_("名册核对完"),
    Tag.FILING_LIST_OPENED: N_("打开名册"),
    Tag.FILING_LIST_ANSWERED: N_("名册里两个姓名的回答"),
    Tag.FILING_LIST_USED: N_("名册用于申报"),
    Tag.FILING_LIST_CANCELLED: N_("取消名册"),
    Tag.FILING_LIST_READ: N_("看过名册"),
    Tag.FILING_LIST_ERASED: N_("抹去名册里的人"),
    Tag.FILING_COPIED: N_("照上一次填备案申报"),
    Tag.BODIES_IMPORTED: N_("录入上线前的备案"),
    Tag.FILING_VERSION_PUT: N_("随申报放入一版"),
    Tag.FILING_VERSION_TAKEN: N_("从申报取下一版"),
    Tag.FILING_HANDED_OVER: N_("备案申报分办"),
    Tag.FILING_OVERDUE: N_("备案申报逾期"),
    Tag.FILING_RECOUNTED: N_("备案期限按节假日安排重算"),
    Tag.FILING_CONTACT_CHANGED: N_("改申报联系人"),
    Tag.ACCEPTANCE_BEGUN: N_("一并办理备案申报"),
    Tag.ACCEPTANCE_CUT: N_("中止一并办理"),
    Tag.BODY_FILED: N_("机构备案"),
}
DETAIL_LABELS: dict[str, str] = {
    "step": N_("步骤"),
    "facts": N_("改动的项目"),
    "looked_up_in": N_("查的记录"),
    "is_sound": N_("材料可用"),
    "filing_act": N_("办理"),
    "rule": N_("条件"),
    "list_kind": N_("名册种类"),
    "counted": N_("计数"),
    "answers": N_("回答"),
    "filed_levels": N_("备案的职业和等级"),
    "code_reason": N_("信用代码照收的理由"),
    "handed_to": N_("交给"),
    "reminder": N_("催办到"),
    "clock_owner": N_("该办的"),
}
