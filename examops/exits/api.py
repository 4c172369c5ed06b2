"""``/api/v1``: exit cases with facts, acts, letters and what becomes of sessions, told to whom the page tells them."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import g

from examops.accounts import guarded, roles_only
from examops.core.clock import today
from examops.core.extensions import clock
from examops.core.language import _
from examops.exits.acting import body_of
from examops.exits.api_schemas import ExitPageSchema, ExitSchema, ExitsSchema
from examops.exits.blueprint import READERS
from examops.exits.history import acts_of, case_by_uid, facts_of
from examops.exits.letters import letters_of
from examops.exits.listing import Listed, listed_case, newest
from examops.exits.models import ExitAct
from examops.exits.sessions import LaterSession, ended_by, later_sessions
from examops.exits.shown import ShownFact, shown_fact
from examops.web.api import JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("exits_api", __name__, url_prefix="/api/v1", description="Exit cases of bodies"),
        roles_only(*READERS),
    ),
)


@bp.get("/exits")
@bp.arguments(ExitPageSchema, location="query")
@bp.reads(ExitsSchema)
def list_exits(page: dict[str, Any]) -> dict[str, Any]:
    """The newest cases, open and closed: a body's own from when it is told of them, or those of the office."""
    found, following = newest(g.role, page["before"], today(clock()))
    return {"exits": [_line(one) for one in found], "next": following}


@bp.get("/exits/<uuid:case_uid>")
@bp.reads(ExitSchema, 404)
def one_exit(case_uid: UUID) -> dict[str, Any]:
    """One case with its facts, acts, letters, the body's statement, and what was decided about each session."""
    case = case_by_uid(case_uid, g.role)
    later = later_sessions(case, clock().now()) if ended_by(case) else []
    return {
        **_line(listed_case(case, body_of(case), g.role, today(clock()))),
        **_named(case, "statement", "heard_at"),
        "stated_by": case.stated_by_name,
        "facts": [_fact(shown_fact(one)) for one in facts_of(case)],
        "acts": [_act(one) for one in acts_of(case)],
        "letters": [_named(one, "uid", "number", "kind") for one in letters_of(case)],
        "sessions": [_session(one) for one in later],
    }


LINE = ("uid", "number", "district", "ground", "state", "opened_at", "hearing_until", "due_on", "clock_owner")
DECIDED = ("decision", "decided_at", "reason", "clause", "bar_until", "lifted_at", "set_aside_at")


def _line(one: Listed) -> dict[str, Any]:
    case = one.case
    opened_by = _(case.opened_by_name) if case.opened_by is None else case.opened_by_name
    names = {"body": one.body.name, "body_uid": one.body.uid, "opened_by": opened_by}
    signed = {"decided_by": case.decided_by_name, "decided_for": case.decided_for_name}
    more = {**signed, "group": one.group, "working_days_left": one.left}
    return {**_named(case, *LINE, *DECIDED), **names, **more}


def _fact(one: ShownFact) -> dict[str, Any]:
    words = _named(one, "word", "subject", "found", "limit", "source")
    return {"outcome": one.mark, "clause": str(one.cited), **words}


def _act(one: ExitAct) -> dict[str, Any]:
    officer = one.officer_name if one.officer else _(one.officer_name)
    who = {"officer": officer, "for_officer": one.for_officer_name, "role": one.officer_role, "at": one.acted_at}
    return {**_named(one, "act", "outcome", "reason", "document"), **who}


def _session(one: LaterSession) -> dict[str, Any]:
    choice, note = (one.choice.choice, one.choice.note) if one.choice else ("", "")
    more = {"start": one.session.starts_at, "choice": choice, "note": note}
    return {**_named(one.session, "uid", "number", "title", "state"), **more}


def _named(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
