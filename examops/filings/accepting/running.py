"""Accepting what was confirmed, one filing in one transaction: its own decision, letter, log entry and notices.

A run survives a worker that dies: what is decided is decided, the rest still waits, and the queue brings the job
again. A run can be cut at any time, between two filings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import func, select

from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, DomainError, NotFound
from examops.core.jobs import defer
from examops.core.language import N_, message
from examops.core.scope import SYSTEM
from examops.core.transaction import retried, transaction
from examops.filings.accepting.choosing import ACCEPTS, candidate
from examops.filings.accepting.models import (
    CUT,
    DECIDED,
    DONE,
    LEFT_OUT,
    RUNNING,
    WAITING,
    AcceptanceItem,
    AcceptanceRun,
)
from examops.filings.acting import Act, act
from examops.filings.models import Filing
from examops.filings.tags import Tag
from examops.offices import Office, is_member

FEW = 3  # decided while the officer waits; more are left to the queue
CHANGED = N_("看过以后又变了：{why}")


class OverTheLimit(Conflict):
    code, message = "acceptance.nothing", N_("没有可以一并办理的申报")
    advice = N_("刷新页面，看每份还缺什么")


def begin(chosen: Collection[tuple[UUID, str]], district: str | None, *, actor: Actor, clock: Clock) -> AcceptanceRun:
    """``chosen``: uid of a filing and the newest act that was shown. Those that do not fit any more are items that
    were left out, by name. Raises :class:`OverTheLimit` when nothing was chosen or too much."""
    day = today(clock)
    seen, book = dict(chosen), rulebook()
    # A filing that was withdrawn meanwhile has no clock any more; it is judged, left out and named like any other.
    query = select(Filing).where(Filing.uid.in_(seen)).order_by(Filing.due_on, Filing.id)
    filings = list(db.session.execute(query).scalars())
    if not filings or len(filings) > book.value("filing.accept_at_once_max", day):
        raise OverTheLimit()
    run = AcceptanceRun(
        role=actor.role,
        district=district,
        act=ACCEPTS[actor.role],
        officer=actor.uid,
        officer_name=actor.name,
        total=len(filings),
        begun_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    db.session.add_all(_item(run, one, seen[one.uid]) for one in filings)
    words = message(N_("{count} 份"), count=len(filings))
    record(Tag.ACCEPTANCE_BEGUN, actor, run, words=words, at=clock.now(), filing_act=run.act)
    defer("filings.accept", queue_name="default", lock=f"acceptance:{run.uid}", run_uid=str(run.uid))
    return run


def _item(run: AcceptanceRun, filing: Filing, seen: str) -> AcceptanceItem:
    return AcceptanceItem(**owner_of(filing), run_id=run.id, filing_id=filing.id, seen=seen, for_officer=None)


def run_by_uid(uid: UUID) -> AcceptanceRun:
    found = db.session.execute(select(AcceptanceRun).where(AcceptanceRun.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这次一并办理，或不在您的部门"))
    return found


def newest_run(actor: Actor) -> AcceptanceRun | None:
    """The last one that this officer began in their present role: whoever left its page finds it again."""
    mine = AcceptanceRun.officer == actor.uid, AcceptanceRun.role == actor.role
    query = select(AcceptanceRun).where(*mine).order_by(AcceptanceRun.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def work(run_uid: UUID, clock: Clock, *, between: Callable[[], None] = lambda: None) -> int:
    """Decide what still waits; returns how many filings were decided now. Two workers of one run take turns.

    ``between`` is called after each filing, when nothing is open."""
    decided = 0
    while (one := retried(lambda: _next(run_uid, clock))) is not None:
        decided += one
        between()
    return decided


def _next(run_uid: UUID, clock: Clock) -> int | None:
    """The next filing in a transaction of its own: 1 decided, 0 left out, None when there is none."""
    with transaction(SYSTEM):
        query = select(AcceptanceRun).where(AcceptanceRun.uid == run_uid).with_for_update()
        run = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
        if run is None or run.state != RUNNING:
            return None
        waits = select(AcceptanceItem).where(AcceptanceItem.run_id == run.id, AcceptanceItem.state == WAITING)
        item = db.session.execute(waits.order_by(AcceptanceItem.id).limit(1)).scalar_one_or_none()
        if item is None or not is_member(run.officer, Office(run.role, run.district)):
            run.state, run.ended_at = DONE if item is None else CUT, clock.now()
            return None
        return _decide(run, item, clock)


def _decide(run: AcceptanceRun, item: AcceptanceItem, clock: Clock) -> int:
    actor = Actor("user", run.officer, run.officer_name, run.role)
    filing = db.session.get_one(Filing, item.filing_id)
    try:
        with db.session.begin_nested():
            item.decision = _accept(run, item, filing, actor, clock)
            item.state = DECIDED
    except DomainError as error:
        db.session.refresh(item)
        item.state, item.refusal = LEFT_OUT, message(CHANGED, why=error.wording)
        return 0
    return 1


def _accept(run: AcceptanceRun, item: AcceptanceItem, filing: Filing, actor: Actor, clock: Clock) -> UUID:
    """As if the officer pressed the button on this filing's own page; a filing with a "?" is not accepted here even
    where its page would let it through."""
    now = candidate(filing, actor, today(clock), clock.now(), rulebook())
    if not now.is_fit:
        raise Conflict(now.why.text, **now.why.values)
    what = Act(run.act, item.seen, for_officer=now.hand.represented.uid if now.hand.represented else None)
    decision = act(filing, what, actor=actor, clock=clock)
    item.for_officer = decision.for_officer
    return decision.uid


def cut(run: AcceptanceRun, *, actor: Actor, clock: Clock) -> bool:
    """Nothing more is decided. False: it has ended."""
    db.session.refresh(run, with_for_update=True)
    if run.state != RUNNING:
        return False
    run.state, run.ended_at = CUT, clock.now()
    record(Tag.ACCEPTANCE_CUT, actor, run, words=message(N_("{count} 份"), count=run.total), at=clock.now())
    return True


def counts_of(run: AcceptanceRun) -> dict[str, int]:
    """State of its items → how many."""
    query = select(AcceptanceItem.state, func.count()).where(AcceptanceItem.run_id == run.id)
    found = {row[0]: row[1] for row in db.session.execute(query.group_by(AcceptanceItem.state))}
    return {state: found.get(state, 0) for state in (WAITING, DECIDED, LEFT_OUT)}
