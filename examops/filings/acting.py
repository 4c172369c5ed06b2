"""Submitting, withdrawing, returning, reviewing, filing, refusing: one way through for each act, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotAllowed
from examops.core.language import N_, Message, message
from examops.core.transitions import check_transition
from examops.filings.clocks import due_after
from examops.filings.digests import digest_of_filing
from examops.filings.editing import must_not_have_left
from examops.filings.effects import set_filed
from examops.filings.gathering import Dossier, dossier, lines_of
from examops.filings.hands import Hand, hand_of
from examops.filings.judging import Line, condition_of
from examops.filings.labels import ACTS
from examops.filings.letters import LETTER_OF, write_letter
from examops.filings.models import Filing, FilingDecision
from examops.filings.receipts import write_receipt
from examops.filings.refusals import OCCUPATION_CLAUSE, FilingOvertaken, NotComplete, NotMet, OwnHand
from examops.filings.standing import (
    keep_verdicts,
    lacks_occupation,
    missing,
    named,
    not_met,
    unseen,
)
from examops.filings.states import CLOCKS, FILING_TRANSITIONS, FilingState
from examops.filings.tags import Tag
from examops.filings.telling import tell_of_letter
from examops.filings.version_faults import foreign_occupations
from examops.filings.versions import must_be_read
from examops.offices import signed_by
from examops.organisations import must_not_be_barred
from examops.specifications import give_back, hand_in, hold, must_be_complete

S = FilingState
BODY, DISTRICT, CITY = ("coordinator",), ("district_bureau",), ("city_bureau",)
TARGETS = {
    "submitted": S.SUBMITTED,
    "withdrawn": S.WITHDRAWN,
    "reviewed": S.DISTRICT_REVIEWED,
    "returned": S.RETURNED,
    "filed": S.FILED,
    "refused": S.REFUSED,
}
MOMENTS = {"submitted": "submitted", "reviewed": "reviewed", "filed": "decided", "refused": "decided"}


@dataclass(frozen=True)
class Act:
    """What is done. ``seen``: the newest act that whoever acts had on their page; ``comments``:
    ``{"rule", "subject", "text"}`` each, for a return. ``for_officer``: the uid of whom one acts for as a deputy."""

    name: str
    seen: str = ""
    reason: str = ""
    clause: str = ""
    comments: tuple[dict[str, str], ...] = ()
    for_officer: UUID | None = None


def act(filing: Filing, what: Act, *, actor: Actor, clock: Clock) -> FilingDecision:
    """Do it with everything that follows, in this transaction.

    Raises :class:`FilingOvertaken` where somebody else acted in between, :class:`NotAllowed`, :class:`OwnHand`,
    ``InOtherHands``, ``NotDeputy``, :class:`NotComplete` or :class:`NotMet` with every condition in the way,
    :class:`VersionIncomplete` or :class:`DocumentUnread` with what the versions that go with it lack.
    """
    db.session.refresh(filing, with_for_update=True)
    found, to = dossier(filing), TARGETS[what.name]
    hold(found.versions)
    _must_be_theirs(filing, what.name, actor)
    _must_be_newest(found, what)
    check_transition(FILING_TRANSITIONS, S(filing.state), to)
    hand = hand_of(filing, what.name, what.for_officer, actor=actor, now=clock.now())
    must_be_another(found, what.name, hand)
    lines = _must_pass(found, what, clock)
    decision = _decide(filing, what, hand, clock)
    if what.name in MOMENTS:
        keep_verdicts(found, decision, MOMENTS[what.name], lines or lines_of(found, today(clock), rulebook()))
    before = filing.state
    if to is S.SUBMITTED:
        hand_in(found.versions)
    _move(found, to, what.name, actor, clock)
    if to is S.SUBMITTED:
        write_receipt(found, decision, clock=clock)
    if what.name in LETTER_OF:
        tell_of_letter(found, write_letter(found, decision, clock=clock), clock=clock)
    if to is S.FILED:
        set_filed(found, actor=actor, clock=clock)
    elif to in (S.RETURNED, S.WITHDRAWN, S.REFUSED):
        give_back(found.versions, keep=to is S.RETURNED)
    words = _words(filing, what, hand)
    record(Tag.FILING_ACTED, actor, filing, words=words, before=before, after=str(to), **hand.logged)
    return decision


def _words(filing: Filing, what: Act, hand: Hand) -> Message:
    told = message("{number} {act}", number=filing.number, act=message(ACTS[what.name]))
    if not hand.for_name:
        return told
    return message(N_("{told}（{signed}）"), told=told, signed=signed_by(hand.actor.name, hand.for_name))


def _must_be_theirs(filing: Filing, name: str, actor: Actor) -> None:
    """Bodies submit and withdraw; the district reviews; the city decides; whoever has it in hand returns it."""
    holder = {S.SUBMITTED: DISTRICT, S.DISTRICT_REVIEWED: CITY}.get(S(filing.state), DISTRICT + CITY)
    allowed = {"submitted": BODY, "withdrawn": BODY, "reviewed": DISTRICT, "filed": CITY, "refused": CITY}
    if actor.role not in allowed.get(name, holder):
        raise NotAllowed(
            N_("这一步由别的部门办"), advice=N_("区人社局初审，市人社局决定；提交和撤回由机构办"), role=actor.role
        )


def _must_be_newest(found: Dossier, what: Act) -> None:
    if found.seen != what.seen:
        newest = found.acts[-1] if found.acts else None
        raise FilingOvertaken(
            by=signed_by(newest.officer_name, newest.for_officer_name) if newest else "",
            at=f"{local(newest.acted_at):%m-%d %H:%M}" if newest else "",
            act=message(ACTS[newest.act]) if newest else "",
        )


def must_be_another(found: Dossier, name: str, hand: Hand) -> None:
    """Neither who acts nor whom they act for has handed the filing in or reviewed it, themselves or by a deputy."""
    own = {one.act for one in found.acts if {one.officer, one.for_officer} & hand.uids}
    barred = {"reviewed": {"submitted"}, "filed": {"submitted", "reviewed"}, "refused": {"submitted", "reviewed"}}
    if own & barred.get(name, set()):
        raise OwnHand()


def _must_pass(found: Dossier, what: Act, clock: Clock) -> list[Line]:
    """The conditions as they were judged for it; none for acts that do not ask them."""
    if what.name == "returned" and not what.comments:
        raise Invalid(N_("没有写退回的意见"), advice=N_("在要改的条款下面写意见，至少一条"))
    if what.name == "refused" and not (what.clause and what.reason):
        raise Invalid(N_("不予备案要写依据的条款和理由"), advice=N_("选一条不符合的条款，写明理由"))
    if what.name not in ("submitted", "reviewed", "filed"):
        return []
    must_not_be_barred(found.body, today(clock))
    must_not_have_left(found.body, found.filing.kind)
    must_be_complete(found.versions, foreign_occupations(found))
    if what.name != "submitted":
        must_be_read(found.versions, found.documents)
    if lacks_occupation(found):
        raise Conflict(N_("还没有选职业"), advice=N_("在“职业和等级”里至少加一个职业"), clause=OCCUPATION_CLAUSE)
    lines = lines_of(found, today(clock), rulebook())
    if what.name == "submitted":
        _refuse(NotComplete, missing(lines))
    else:
        _refuse(NotMet, unseen(lines) if what.name == "reviewed" else not_met(lines))
    return lines


def _refuse(refusal: type[Conflict], lines: list[Line]) -> None:
    if lines:
        clause = "；".join(dict.fromkeys(line.rule.clause for line in lines))
        raise refusal(clause=clause, count=len(lines), missing=named(lines))


def _decide(filing: Filing, what: Act, hand: Hand, clock: Clock) -> FilingDecision:
    decision = FilingDecision(
        **owner_of(filing),
        filing_id=filing.id,
        act=what.name,
        reason=what.reason,
        clause=what.clause,
        comments=[_cited(comment, today(clock)) for comment in what.comments],
        **hand.signature(),
        officer_role=hand.actor.role,
        acted_at=clock.now(),
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _cited(comment: dict[str, str], day: date) -> dict[str, str]:
    """A comment with what its condition is called and its clause, as they are today."""
    clause = rulebook()[comment["rule"]].on(day).clause
    return {**comment, "word": condition_of(comment["rule"]).word, "clause": clause}


def _move(found: Dossier, to: FilingState, name: str, actor: Actor, clock: Clock) -> None:
    filing, now = found.filing, clock.now()
    # Read while nothing is half changed yet.
    digest = digest_of_filing(found, today(clock)) if name == "submitted" else filing.digest
    filing.state, filing.due_on, filing.clock_owner = to, None, ""
    filing.clock_officer, filing.clock_officer_name = None, ""
    filing.overdue_at = filing.head_told_at = None
    if name == "submitted":
        filing.submitted_at, filing.submitted_by, filing.digest = now, actor.uid, digest
        filing.reviewed_at = filing.reviewed_by = None
    elif name == "reviewed":
        filing.reviewed_at, filing.reviewed_by = now, actor.uid
    elif to in (S.FILED, S.REFUSED):
        filing.decided_at, filing.decided_by = now, actor.uid
    if to in CLOCKS:
        owner, rule = CLOCKS[to]
        day = today(clock)
        filing.due_on, filing.clock_owner = due_after(day, rulebook().value(rule, day)), owner
    db.session.flush()
