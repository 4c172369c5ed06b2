"""An original seen: the person of one row is judged again with that paper as proof, with all their rows."""

from __future__ import annotations

from typing import Any

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.keys import Keyring
from examops.core.language import N_, message
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.correcting import judge_again, row_to_correct
from examops.registration.rosters.originals import forget_seen, keep_seen
from examops.registration.tags import Tag


def confirm_originals(
    roster: Roster, row_number: int, group: str, *, actor: Actor, clock: Clock, ring: Keyring
) -> RosterRow:
    """``group`` is one of ``VOUCHED``. Confirming again changes nothing: the first reader stays.

    Raises :class:`Conflict` for a row without an ID number: nobody would be named.
    """
    row = _row(roster, row_number)
    if not keep_seen(roster, row, group, ring, by=actor.name, on=today(clock)):
        return row
    return _judge(roster, row, ring, Tag.ORIGINAL_SEEN, actor, kind=group)


def take_back_originals(roster: Roster, row_number: int, group: str, *, actor: Actor, ring: Keyring) -> RosterRow:
    """The paper counts as not seen again, and the person is judged without it. What the whole roster was vouched for
    with stays. Taking back what nobody has confirmed changes nothing."""
    row = _row(roster, row_number)
    told = forget_seen(roster, row, group, ring)
    if told is None:
        return row
    return _judge(roster, row, ring, Tag.ORIGINAL_TAKEN_BACK, actor, kind=group, seen_by=told["by"], seen_on=told["on"])


def _row(roster: Roster, row_number: int) -> RosterRow:
    db.session.refresh(roster, with_for_update=True)
    row = row_to_correct(roster, row_number)
    if row.id_hash is None:
        raise Conflict(N_("没有记：这一行没有身份证号，不知道是谁的原件"), advice=N_("先改好身份证号，再记见过原件"))
    return row


def _judge(roster: Roster, row: RosterRow, ring: Keyring, tag: Tag, actor: Actor, **more: Any) -> RosterRow:
    before, number = row.outcome, row.row_number
    found = judge_again(roster, [row], {}, ring)[number]
    words = message(N_("{roster} 第 {row} 行"), roster=roster.name, row=number)
    record(tag, actor, roster, words=words, before=before, after=found.outcome, **more)
    return found
