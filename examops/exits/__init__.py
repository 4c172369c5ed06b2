"""备案后监管: whether a body stays filed. A nightly check, exit cases with a hearing, decisions and what follows."""

from examops.core.domain import Domain, JobSpec
from examops.core.language import N_
from examops.exits.acting import Decision, decide, state_case, tell_body
from examops.exits.history import acts_of, seen_of
from examops.exits.opening import Read, open_case
from examops.exits.states import CaseState

__all__ = [
    "DOMAIN",
    "CaseState",
    "Decision",
    "Read",
    "acts_of",
    "decide",
    "open_case",
    "seen_of",
    "state_case",
    "tell_body",
]

DOMAIN = Domain(
    "examops.exits",
    models=("models", "recheck.models"),
    pages=("pages:bp",),
    apis=("recheck_api:bp",),
    filters="waiting:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
    tasks=("jobs",),
    timed_jobs=(
        JobSpec(
            "recheck-filed-bodies",
            "exits.recheck",
            "10 2 * * *",
            240,
            "once",
            N_("每夜按今天的事实重新核对每家已备案机构，启用的规则拟稿或提醒"),
        ),
        JobSpec(
            "follow-exit-terms",
            "exits.follow_terms",
            "*/10 * * * *",
            60,
            "once",
            N_("陈述期满的转市局决定；最后一场办完的机构退出；录入节假日以后期限重算"),
            at_start=True,
        ),
    ),
)
