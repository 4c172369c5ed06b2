"""Events that the log keeps of specifications, work plans, rules and fees. Add freely; never rename, never reuse."""

from __future__ import annotations

from enum import StrEnum

from examops.core.language import N_


class Tag(StrEnum):
    SPECIFICATION_BEGUN = "specification:begun"
    SPECIFICATION_SAVED = "specification:saved"
    SPECIFICATION_FILED = "specification:filed"
    PLAN_BEGUN = "work_plan:begun"
    PLAN_SAVED = "work_plan:saved"
    PLAN_FILED = "work_plan:filed"
    RULE_PUBLISHED = "published_rule:published"
    FEES_PUBLISHED = "fee_schedule:published"


TAG_LABELS: dict[str, str] = {
    Tag.SPECIFICATION_BEGUN: N_("起草评价规范"),
    Tag.SPECIFICATION_SAVED: N_("改评价规范草稿"),
    Tag.SPECIFICATION_FILED: N_("评价规范备案生效"),
    Tag.PLAN_BEGUN: N_("起草工作方案"),
    Tag.PLAN_SAVED: N_("改工作方案草稿"),
    Tag.PLAN_FILED: N_("工作方案备案生效"),
    Tag.RULE_PUBLISHED: N_("公布管理办法"),
    Tag.FEES_PUBLISHED: N_("公布收费标准"),
}
DETAIL_LABELS: dict[str, str] = {"content_hash": N_("内容摘要")}
