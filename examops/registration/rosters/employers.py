"""“Is this you?”: employers that a roster writes otherwise than the body is registered. Asked once, kept for
the body, taken back, logged. An answer is the coordinator's word: the roster is judged again by it and says whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Select, delete, select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.language import N_, Message, message
from examops.core.queries import records_of
from examops.eligibility import plain_name
from examops.registration.models import EmployerName, Roster
from examops.registration.rosters.correcting import must_be_examined
from examops.registration.rosters.intake import begin_examining
from examops.registration.tags import Tag

MOST_ASKED = 3  # at a time: the list of people stays in sight
LONGEST = 200


def questions(roster: Roster) -> dict[str, Any]:
    """``asked``: names nobody has answered for yet, ``{name, people, is_alike}``; ``answered``: those that count as the
    body, ``{name, by, on}``; ``url``: where an answer goes, None once nothing can be judged again."""
    kept = {one.plain: one for one in _kept(roster)}
    told = roster.sheet.get("reading", {}).get("employers", [])
    asked = [
        {"name": name, "people": people, "is_alike": is_alike}
        for name, people, is_alike in told
        if plain_name(name) not in kept
    ]
    return {
        "asked": asked[:MOST_ASKED] if roster.state == "examined" else [],
        "answered": [
            {"name": one.written, "by": one.decided_by, "on": one.decided_on} for one in kept.values() if one.is_own
        ],
        "url": url_for("rosters.answer_employer", roster_uid=roster.uid) if roster.state == "examined" else None,
    }


def _kept(roster: Roster) -> Sequence[EmployerName]:
    return _names_of(roster.body_id)


@records_of
def _names_of(body_id: int) -> Select[EmployerName]:
    return select(EmployerName).where(EmployerName.body_id == body_id).order_by(EmployerName.id)


def answer(roster: Roster, name: str, *, is_own: bool, actor: Actor, clock: Clock) -> Message:
    """Keep the answer for the body; who is concerned is judged again with the whole roster, by the worker.

    Raises :class:`Conflict` for a roster that is no longer examined.
    """
    db.session.refresh(roster, with_for_update=True)
    must_be_examined(roster)
    if plain_name(name) not in {plain_name(one) for one, *_ in roster.sheet.get("reading", {}).get("employers", [])}:
        return message(N_("名单里没有这个单位名称"))
    known = db.session.execute(_of(roster, name)).scalar_one_or_none()
    if known is None:
        told = {"written": name[:LONGEST], "decided_by": actor.name, "decided_on": today(clock)}
        db.session.add(EmployerName(**owner_of(roster), plain=plain_name(name), is_own=is_own, **told))
        db.session.flush()
        record(Tag.EMPLOYER_ANSWERED, actor, roster, words=name[:LONGEST], is_own=is_own)
    if not is_own:
        return message(N_("记下了：“{name}”不是本单位，以后不再问"), name=name)
    begin_examining(roster, clock=clock)
    return message(N_("记下了：“{name}”算本单位，正在重新核对"), name=name)


def take_back(roster: Roster, name: str, *, actor: Actor, clock: Clock) -> Message:
    """Forget the answer: the name is asked about again, and the roster is judged without it."""
    db.session.refresh(roster, with_for_update=True)
    must_be_examined(roster)
    gone = db.session.execute(
        delete(EmployerName)
        .where(EmployerName.body_id == roster.body_id, EmployerName.plain == plain_name(name))
        .returning(EmployerName.id)
    ).all()
    if gone:
        record(Tag.EMPLOYER_TAKEN_BACK, actor, roster, words=name[:LONGEST])
        begin_examining(roster, clock=clock)
    return message(N_("撤回了：“{name}”不再算本单位，正在重新核对"), name=name)


def _of(roster: Roster, name: str) -> Select[EmployerName]:
    mine = EmployerName.body_id == roster.body_id
    return select(EmployerName).where(mine, EmployerName.plain == plain_name(name))
