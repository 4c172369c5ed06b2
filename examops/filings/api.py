"""``/api/v1``: filings, their verdict lines, acts on them, and the inbox of offices. The same services as the pages."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import g
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts import REGULATORS, current_actor, guarded, needs, roles_only
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.extensions import clock
from examops.core.idempotency import run_idempotent
from examops.core.language import N_
from examops.core.paging import page_and_next
from examops.core.transaction import retried, transaction
from examops.filings.acting import Act, act
from examops.filings.api_schemas import (
    ACT_EXAMPLE,
    DONE_EXAMPLE,
    FILING_EXAMPLE,
    FILINGS_EXAMPLE,
    INBOX_EXAMPLE,
    LINES_EXAMPLE,
    ActDoneSchema,
    ActRequestSchema,
    FilingSchema,
    FilingsSchema,
    InboxListSchema,
    LinesSchema,
    PageSchema,
    WhoseSchema,
)
from examops.filings.blueprint import READERS
from examops.filings.gathering import dossier, filing_by_uid, lines_of, occupations_of
from examops.filings.inbox import part_of, waiting
from examops.filings.inputs import split_about
from examops.filings.letters import letters_of
from examops.filings.listing import PAGE, filings_query
from examops.filings.models import Filing, FilingLetter, FilingOccupation
from examops.filings.shown import shown
from examops.organisations.models import Body
from examops.specifications import title
from examops.web.api import IdempotencySchema, JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("filings_api", __name__, url_prefix="/api/v1", description="Filings of bodies and the inbox"),
        roles_only(*READERS),
    ),
)
ACTORS = ("coordinator", "district_bureau", "city_bureau")


@bp.get("/filings")
@bp.arguments(PageSchema, location="query")
@bp.reads(FilingsSchema, example=FILINGS_EXAMPLE)
def list_filings(page: dict[str, Any]) -> dict[str, Any]:
    """The newest filings, a page at a time: a body's own, or what was handed in to the office."""
    query = filings_query(page["state"], page["before"], to_office=_is_office())
    rows, last = page_and_next(db.session.execute(query).all(), PAGE)
    known = occupations_of([row.Filing.id for row in rows])
    found = [_filing(row.Filing, row.Body, known.get(row.Filing.id, [])) for row in rows]
    return {"filings": found, "next": last.Filing.id if last else None}


def _is_office() -> bool:
    return g.role in REGULATORS


@bp.get("/filings/<uuid:filing_uid>")
@bp.reads(FilingSchema, 404, example=FILING_EXAMPLE)
def one_filing(filing_uid: UUID) -> dict[str, Any]:
    """One filing with what was done with it and its letters."""
    return whole_filing(filing_seen(filing_uid))


def whole_filing(filing: Filing) -> dict[str, Any]:
    found = dossier(filing)
    acts = [
        {
            "act": one.act,
            "at": one.acted_at,
            "officer": one.officer_name,
            "for_officer": one.for_officer_name,
            "reason": one.reason,
            "clause": one.clause,
            "comments": [{name: row[name] for name in ("rule", "subject", "text")} for row in one.comments],
        }
        for one in found.acts
    ]
    letters = [{"uid": one.uid, "number": one.number, "kind": one.kind} for one in letters_of(found.filing)]
    return {
        **_filing(found.filing, found.body, found.occupations),
        "seen": found.seen,
        "acts": acts,
        "letters": letters,
        "versions": [
            {
                "uid": str(one.uid),
                "kind": one.__tablename__,
                "name": str(title(one)),
                "version": one.version,
                "hash": one.hash,
            }
            for one in found.versions
        ],
    }


def filing_seen(uid: UUID) -> Filing:
    """As in the list."""
    filing = filing_by_uid(uid)
    if _is_office() and filing.submitted_at is None:
        raise NotFound(N_("没有找到这份申报，或不在您的管理范围内"))
    return filing


@bp.get("/filings/<uuid:filing_uid>/lines")
@bp.reads(LinesSchema, 404, example=LINES_EXAMPLE)
def lines_of_filing(filing_uid: UUID) -> dict[str, Any]:
    """Every condition judged as of today, what stands in the way first."""
    lines = shown(lines_of(dossier(filing_seen(filing_uid)), today(clock()), rulebook()), to_office=_is_office())
    found = [
        {
            "rule": one.line.rule.key,
            "subject": one.line.subject,
            "outcome": str(one.line.outcome),
            "why": str(one.line.judged.why),
            "word": one.word,
            "found": one.found,
            "limit": one.limit,
            "clause": str(one.cited),
            "advice": one.advice,
            "is_provisional": one.is_provisional,
        }
        for one in lines
    ]
    return {"lines": found}


@bp.post("/filings/<uuid:filing_uid>/acts")
@bp.arguments(IdempotencySchema, location="headers")
@bp.arguments(ActRequestSchema, example=ACT_EXAMPLE)
@bp.writes(ActDoneSchema, 403, 404, 409, example=DONE_EXAMPLE)
@needs(*ACTORS)
def act_on_filing(once: dict[str, str], body: dict[str, Any], filing_uid: UUID) -> dict[str, Any]:
    """Submit, withdraw, review, return, file or refuse: what the role may do with a filing in this state.

    `seen` names the newest act that the caller knows; of two at once one is done, and the other is refused with
    `filing.overtaken` and who was first."""
    for comment in body["comments"]:
        split_about(f"{comment['rule']}~{comment['subject']}")
    given = (body["act"], body["seen"], body["reason"], body["clause"])
    asked = [str(filing_uid), *given, body["comments"], str(body["for_officer"] or "")]
    what = Act(*given, comments=tuple(body["comments"]), for_officer=body["for_officer"])

    def work() -> dict[str, Any]:
        with transaction():
            filing, actor = filing_by_uid(filing_uid), current_actor()
            return run_idempotent(
                once["key"], asked, lambda: _done(filing, what), of=filing, actor=actor, clock=clock()
            )

    return retried(work)


def _done(filing: Filing, what: Act) -> dict[str, Any]:
    """As it is kept for the same key: plain JSON."""
    decision = act(filing, what, actor=current_actor(), clock=clock())
    db.session.flush()
    letter = select(FilingLetter.number).where(FilingLetter.decision_id == decision.id)
    return {
        "uid": str(filing.uid),
        "state": str(filing.state),
        "seen": str(decision.uid),
        "officer": decision.officer_name,
        "for_officer": decision.for_officer_name,
        "due_on": filing.due_on.isoformat() if filing.due_on else None,
        "clock_owner": filing.clock_owner,
        "letter": db.session.execute(letter).scalar_one_or_none(),
    }


@bp.get("/inbox")
@bp.arguments(WhoseSchema, location="query")
@bp.reads(InboxListSchema, example=INBOX_EXAMPLE)
@needs(*REGULATORS)
def inbox(asked: dict[str, Any]) -> dict[str, Any]:
    """What waits for the office, the most urgent first; `whose` narrows it as on the page."""
    groups = part_of(waiting(g.role, today(clock()), rulebook()), asked["whose"], current_actor().uid)
    rows = [
        {**_filing(one.filing, one.body, one.occupations), "group": one.group, "working_days_left": one.left}
        for found in groups.values()
        for one in found
    ]
    return {"filings": rows}


def _filing(filing: Filing, body: Body, occupations: list[FilingOccupation]) -> dict[str, Any]:
    names = ("uid", "number", "kind", "body_kind", "state", "submitted_at", "decided_at", "due_on", "clock_owner")
    offered = [{"code": row.occupation_code, "levels": row.levels, "standard": row.standard} for row in occupations]
    more = {"body": body.name, "body_uid": body.uid, "district": filing.district, "occupations": offered}
    return {name: getattr(filing, name) for name in names} | more | {"clock_officer": filing.clock_officer_name}
