"""What must always be true of filings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.faults import without_clock
from examops.filings.counting import adds_up
from examops.filings.judging import judge_stored
from examops.filings.lists import FilingList, count_of
from examops.filings.lists.models import INSURED
from examops.filings.models import HISTORIC, Filing, FilingDecision, FilingDocument, FilingVerdict
from examops.filings.recounting import outdated_terms
from examops.filings.states import CLOCKS, DECIDED, OFFICES_OF_CLOCKS, FilingState
from examops.offices import Office, members_of

NEWEST = 2000


def verdicts_that_changed(newest: int = NEWEST) -> list[str]:
    """Of the newest filings that were decided, conditions that judge otherwise from what was kept."""
    decided = select(FilingVerdict, Filing.number).join(Filing, Filing.id == FilingVerdict.filing_id)
    query = decided.where(FilingVerdict.moment == "decided").order_by(FilingVerdict.id.desc()).limit(newest)
    faults = (_fault_of(row.FilingVerdict, row.number) for row in db.session.execute(query))
    return [fault for fault in faults if fault]


def _fault_of(row: FilingVerdict, number: str) -> str:
    try:
        again = judge_stored(row.rule, row.subject, row.inputs)
    except (LookupError, TypeError, ValueError) as error:
        return f"申报 {number} 的 {row.rule} 不能按所存依据再判（{type(error).__name__}）"
    if (str(again.outcome), again.rule.content_hash) != (row.outcome, row.hash):
        return f"申报 {number} 的 {row.rule} 记为 {row.outcome}，按所存依据再判为 {again.outcome}"
    return ""


def figures_that_do_not_add_up(newest: int = NEWEST) -> list[str]:
    """Of the newest verdicts with a count, those whose figure or digest is not that of the people and places listed."""
    query = (
        select(FilingVerdict, Filing.number)
        .join(Filing, Filing.id == FilingVerdict.filing_id)
        .where(FilingVerdict.inputs.has_key("counted"))
        .order_by(FilingVerdict.id.desc())
        .limit(newest)
    )
    return [
        f"申报 {row.number} 的 {row.FilingVerdict.rule} 数出的和名单不符"
        for row in db.session.execute(query)
        if any(not adds_up(figure) for figure in row.FilingVerdict.inputs["counted"].values())
    ]


def filings_without_all_met() -> list[str]:
    """Filed with a condition that was not met, or with no verdict at all."""
    verdict = and_(FilingVerdict.filing_id == Filing.id, FilingVerdict.moment == "decided")
    query = (
        select(Filing.number)
        .outerjoin(FilingVerdict, verdict)
        .where(Filing.state == FilingState.FILED, Filing.kind != HISTORIC)
        .group_by(Filing.number)
        .having(or_(func.count(FilingVerdict.id) == 0, func.bool_or(FilingVerdict.outcome != "met")))
    )
    return _lines(query, "申报 {} 已备案，但有条件没有符合的判定")


def decided_by_own_hand() -> list[str]:
    """Decided by or for somebody who at any time handed it in or reviewed it, themselves or by a deputy."""
    earlier = aliased(FilingDecision)
    hands = (FilingDecision.officer, FilingDecision.for_officer)
    same = or_(earlier.officer.in_(hands), earlier.for_officer.in_(hands))
    query = (
        select(Filing.number)
        .join(FilingDecision, FilingDecision.filing_id == Filing.id)
        .join(earlier, and_(earlier.filing_id == Filing.id, same))
        .where(FilingDecision.act.in_(DECIDED), earlier.act.in_(("submitted", "reviewed")))
        .distinct()
    )
    own = select(Filing.number).where(
        Filing.decided_by.is_not(None),
        or_(Filing.decided_by == Filing.submitted_by, Filing.decided_by == Filing.reviewed_by),
    )
    return sorted(
        {*_lines(query, "申报 {} 由提交或初审过它的人决定"), *_lines(own, "申报 {} 由提交或初审过它的人决定")}
    )


def clocks_without_owner() -> list[str]:
    """In a state in which somebody must act, without whose turn it is or until when."""
    theirs = or_(*(and_(Filing.state == state, Filing.clock_owner == owner) for state, (owner, _) in CLOCKS.items()))
    query = select(Filing.number).where(Filing.state.in_(tuple(CLOCKS)), or_(Filing.due_on.is_(None), ~theirs))
    return _lines(query, "申报 {} 正在计时，却没有该办的部门或期限")


def terms_by_another_calendar() -> list[str]:
    """Counted before the holidays of a year were entered, and not anew since."""
    return [f"申报 {row.number} 的期限 {row.due_on} 不是按现在的节假日安排算的" for row in outdated_terms()]


def clocks_without_anybody() -> list[str]:
    """Waiting for an officer who is not in that office any more, or for an office in which nobody may sign in."""
    query = select(Filing.number, Filing.clock_owner, Filing.clock_officer, Filing.district).where(
        Filing.clock_owner.in_(OFFICES_OF_CLOCKS)
    )
    rows = db.session.execute(query).all()
    offices = {Office.of(row.clock_owner, row.district) for row in rows}
    there = {office: {one.uid for one in members_of(office)} for office in offices}
    found = []
    for row in rows:
        people = there[Office.of(row.clock_owner, row.district)]
        if not people:
            found.append(f"申报 {row.number} 该办的部门没有一个能登录的账号")
        elif row.clock_officer is not None and row.clock_officer not in people:
            found.append(f"申报 {row.number} 在办的人已不在这个部门")
    return found


def documents_read_by_their_uploader() -> list[str]:
    query = select(FilingDocument.uid).where(FilingDocument.read_by == FilingDocument.uploaded_by)
    return _lines(query, "材料 {} 由上传的人自己看过")


def historic_without_paper() -> list[str]:
    """Of before go-live, without number, day or who entered it, or not filed at all."""
    is_whole = and_(
        Filing.paper_number != "",
        Filing.paper_on.is_not(None),
        Filing.entered_by_name != "",
        Filing.state == FilingState.FILED,
    )
    query = select(Filing.number).where(Filing.kind == HISTORIC, ~is_whole)
    return _lines(query, "上线前的备案 {} 没有文号、日期或录入人，或没有备案")


def lists_that_count_otherwise() -> list[str]:
    """In force, their people not erased, and counted otherwise than the people on them."""
    query = select(FilingList, Filing.number).join(Filing, Filing.id == FilingList.filing_id)
    rows = db.session.execute(query.where(FilingList.state == "in_force", FilingList.erased_on.is_(None))).all()
    insured = {row.FilingList.filing_id: row.FilingList for row in rows if row.FilingList.kind == INSURED}
    return [
        f"申报 {row.number} 的名册 {row.FilingList.uid} 记为 {row.FilingList.counted} 人，名册上不是这个数"
        for row in rows
        if row.FilingList.counted != count_of(row.FilingList, insured.get(row.FilingList.filing_id))
    ]


def _lines(query: Select[Any], words: str) -> list[str]:
    return [words.format(found) for found in db.session.execute(query).scalars()]


def _invariant(name: str, words: str, find: Callable[[], list[str]]) -> Invariant:
    return Invariant(name, words, "5.21", without_clock(find))


INVARIANTS = (
    _invariant("filings-judged-again", "已决定的申报按所存依据再判不变（最近 2000 条）", verdicts_that_changed),
    _invariant("counted-figures-add-up", "申报里数出的数等于名单上算数的（最近 2000 条）", figures_that_do_not_add_up),
    _invariant("filed-with-every-condition-met", "已备案的申报每一条都判为符合", filings_without_all_met),
    _invariant("filings-decided-by-somebody-else", "没有人决定自己提交或初审过的申报", decided_by_own_hand),
    _invariant("filing-clocks-have-an-owner", "每个计时的申报都有该办的部门和期限", clocks_without_owner),
    _invariant(
        "filing-terms-follow-the-calendar",
        "申报的期限按录入的节假日安排算（新录入的，每小时第 5 分钟重算）",
        terms_by_another_calendar,
    ),
    _invariant("historic-filings-name-their-paper", "上线前的备案都有文号、日期和录入人", historic_without_paper),
    _invariant("lists-count-their-people", "名册的计数和名册上的人一致", lists_that_count_otherwise),
    _invariant("filing-clocks-have-somebody", "每个计时的申报都有人能办", clocks_without_anybody),
    _invariant("documents-read-by-somebody-else", "没有材料由上传的人自己看过", documents_read_by_their_uploader),
)
