"""What must always be true of exits: the bar holds, clocks have owners, hands are apart, facts judge the same again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Date, Select, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.faults import without_clock
from examops.exits.history import HANDS
from examops.exits.models import ExitAct, ExitCase, ExitFact
from examops.exits.recheck import judge_kept
from examops.exits.recounting import outdated_terms
from examops.exits.states import CLOCKS, DECIDED
from examops.filings import FilingState
from examops.filings.models import Filing
from examops.organisations.models import Body, EntityBar

NEWEST = 2000


def filings_of_barred_entities() -> list[str]:
    """Begun, handed in, reviewed or filed on a day on which the entity was barred, by whatever body and name."""
    moments = (Filing.created_at, Filing.submitted_at, Filing.reviewed_at)
    decided = and_(Filing.state == FilingState.FILED, _between(Filing.decided_at))
    query = (
        select(Filing.number)
        .join(Body, Body.id == Filing.body_id)
        .join(EntityBar, EntityBar.legal_entity_id == Body.legal_entity_id)
        .where(or_(decided, *(_between(one) for one in moments)))
        .distinct()
    )
    return _lines(query, "申报 {} 的单位当时限制申请")


def _day(moment: Any) -> Any:
    return cast(func.timezone("Asia/Shanghai", moment), Date)


def _between(moment: Any) -> Any:
    """On the day of the decision itself only what came after it; none from the day on which the bar was lifted."""
    held = and_(moment >= EntityBar.created_at, _day(moment) <= EntityBar.until_on)
    return and_(moment.is_not(None), held, or_(EntityBar.lifted_on.is_(None), _day(moment) < EntityBar.lifted_on))


def bodies_filed_while_barred() -> list[str]:
    query = (
        select(Body.name)
        .join(EntityBar, EntityBar.legal_entity_id == Body.legal_entity_id)
        .where(Body.filed_on > EntityBar.from_on, Body.filed_on <= EntityBar.until_on)
        .where(or_(EntityBar.lifted_on.is_(None), Body.filed_on < EntityBar.lifted_on))
        .distinct()
    )
    return _lines(query, "机构“{}”在限制申请期间备案")


def bodies_entered_while_barred(clock: Clock) -> list[str]:
    """Other bodies of the entity than the removed one, filed by a setup file or on paper since its bar began."""
    day = today(clock)
    query = (
        select(Body.name)
        .join(EntityBar, EntityBar.legal_entity_id == Body.legal_entity_id)
        .join(ExitCase, and_(ExitCase.number == EntityBar.case_number, ExitCase.body_id != Body.id))
        .where(Body.state.in_(("filed", "suspended")), Body.created_at >= EntityBar.created_at)
        .where(EntityBar.until_on >= day, or_(EntityBar.lifted_on.is_(None), EntityBar.lifted_on > day))
        .distinct()
    )
    return _lines(query, "机构“{}”的单位限制申请，却在限制期间录成已备案")


def removals_without_their_bar() -> list[str]:
    """A decision with a bar whose entity has none until that day, or another."""
    bar = and_(EntityBar.case_number == ExitCase.number, EntityBar.legal_entity_id == ExitCase.legal_entity_id)
    query = (
        select(ExitCase.number)
        .outerjoin(EntityBar, bar)
        .where(ExitCase.bar_until.is_distinct_from(EntityBar.until_on), ExitCase.bar_until.is_not(None))
    )
    return _lines(query, "退出事项 {} 限制申请，单位上却没有同样的限制")


def bars_unlike_their_case() -> list[str]:
    """Lifted while the removal stands, or not lifted although it was set aside."""
    query = (
        select(ExitCase.number)
        .join(EntityBar, EntityBar.case_number == ExitCase.number)
        .where(_day(ExitCase.set_aside_at).is_distinct_from(EntityBar.lifted_on))
    )
    return _lines(query, "退出事项 {} 的限制申请与它的决定是否撤销不一致")


def bars_of_bodies_that_stood() -> list[str]:
    """A case that only bars is of a body that an earlier decision had let go or removed."""
    earlier = aliased(ExitCase)
    gone = select(earlier.id).where(
        earlier.body_id == ExitCase.body_id,
        earlier.decision == "removed",
        earlier.decided_at <= ExitCase.decided_at,
    )
    query = select(ExitCase.number).where(ExitCase.decision == "barred", ~gone.exists())
    return _lines(query, "退出事项 {} 只限制申请，机构当时却没有退出")


def barred(clock: Clock) -> list[str]:
    kept = (
        filings_of_barred_entities,
        bodies_filed_while_barred,
        removals_without_their_bar,
        bars_unlike_their_case,
        bars_of_bodies_that_stood,
    )
    return [*(fault for find in kept for fault in find()), *bodies_entered_while_barred(clock)]


def clocks_without_owner() -> list[str]:
    theirs = or_(
        *(and_(ExitCase.state == state, ExitCase.clock_owner == owner) for state, (owner, _) in CLOCKS.items())
    )
    query = select(ExitCase.number).where(ExitCase.state.in_(tuple(CLOCKS)), or_(ExitCase.due_on.is_(None), ~theirs))
    return _lines(query, "退出事项 {} 正在计时，却没有该办的部门或期限")


def terms_by_another_calendar() -> list[str]:
    """Counted before the holidays of a year were entered, and not anew since."""
    return [f"退出事项 {case.number} 的期限 {case.due_on} 不是按现在的节假日安排算的" for case in outdated_terms()]


def decided_by_own_hand() -> list[str]:
    """Decided by or for somebody who opened it, gathered facts, told the body or stated its case, themselves or by a
    deputy; and where the case names another officer than its act, by that one."""
    decided = aliased(ExitAct)
    query = (
        select(ExitCase.number)
        .join(ExitAct, and_(ExitAct.case_id == ExitCase.id, ExitAct.act.in_(HANDS)))
        .outerjoin(decided, and_(decided.case_id == ExitCase.id, decided.act == "decided"))
        .where(ExitCase.state.in_(DECIDED), or_(ExitAct.officer == ExitCase.decided_by, _same_hand(ExitAct, decided)))
        .distinct()
    )
    return _lines(query, "退出事项 {} 由立案、补充事实、告知或陈述的人决定")


def _same_hand(one: Any, other: Any) -> Any:
    """Whether who signed or was signed for in one act did so in the other."""
    hands = (other.officer, other.for_officer)
    return or_(one.officer.in_(hands), one.for_officer.in_(hands))


def set_aside_by_own_hand() -> list[str]:
    """By or for somebody who did anything else in the case."""
    undone = aliased(ExitAct)
    query = (
        select(ExitCase.number)
        .join(undone, and_(undone.case_id == ExitCase.id, undone.act == "set_aside"))
        .join(ExitAct, and_(ExitAct.case_id == ExitCase.id, _same_hand(ExitAct, undone)))
        .where(ExitAct.act != "set_aside")
        .distinct()
    )
    return _lines(query, "退出事项 {} 的决定由办过它的人撤销")


def facts_that_changed(newest: int = NEWEST) -> list[str]:
    """Of the newest facts, those that judge otherwise from what was kept."""
    query = select(ExitFact, ExitCase.number).join(ExitCase, ExitCase.id == ExitFact.case_id)
    query = query.where(ExitFact.kind == "judged").order_by(ExitFact.id.desc()).limit(newest)
    faults = (_fault_of(row.ExitFact, row.number) for row in db.session.execute(query))
    return [fault for fault in faults if fault]


def _fault_of(row: ExitFact, number: str) -> str:
    try:
        again = judge_kept(row.rule, row.subject, row.inputs)
    except (LookupError, TypeError, ValueError) as error:
        return f"退出事项 {number} 的 {row.rule} 不能按所存依据再判（{type(error).__name__}）"
    if (again.outcome, again.hash) != (row.outcome, row.hash):
        return f"退出事项 {number} 的 {row.rule} 记为 {row.outcome}，按所存依据再判为 {again.outcome}"
    return ""


def bodies_unlike_their_decision() -> list[str]:
    """Filed although a removal was decided and nothing filed them anew since, or although a suspension still lasts."""
    removed = and_(
        ExitCase.decision == "removed",
        ExitCase.set_aside_at.is_(None),
        Body.state.in_(("filed", "suspended")),
        Body.filed_on <= _day(ExitCase.decided_at),
    )
    suspended = and_(
        ExitCase.decision == "suspended",
        ExitCase.lifted_at.is_(None),
        Body.state == "filed",
        Body.filed_on <= _day(ExitCase.decided_at),
    )
    query = select(ExitCase.number).join(Body, Body.id == ExitCase.body_id).where(or_(removed, suspended))
    return _lines(query, "退出事项 {} 已决定，机构的状态却没有跟上")


def _lines(query: Select[Any], words: str) -> list[str]:
    return [words.format(found) for found in db.session.execute(query).scalars()]


def _invariant(name: str, words: str, find: Callable[[], list[str]]) -> Invariant:
    return Invariant(name, words, "5.25", without_clock(find))


INVARIANTS = (
    Invariant("bars-hold", "限制申请的单位没有申报和备案，无论名称", "5.25", barred),
    _invariant("exit-clocks-have-an-owner", "每件计时的退出事项都有该办的部门和期限", clocks_without_owner),
    _invariant(
        "exit-terms-follow-the-calendar",
        "退出事项的期限按录入的节假日安排算（新录入的，十分钟内重算）",
        terms_by_another_calendar,
    ),
    _invariant("exits-decided-by-somebody-else", "没有人决定自己立案、取证、告知或陈述的事项", decided_by_own_hand),
    _invariant("removals-set-aside-by-strangers", "没有人撤销自己办过的事项的决定", set_aside_by_own_hand),
    _invariant("exit-facts-judged-again", "退出事项的事实按所存依据再判不变（最近 2000 条）", facts_that_changed),
    _invariant("bodies-follow-exits", "机构的状态跟随退出事项的决定", bodies_unlike_their_decision),
)
