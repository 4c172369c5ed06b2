"""An original seen: the person of one row is judged again with that paper as proof, with all their rows."""

from __future__ import annotations

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.keys import Keyring
from examops.core.language import N_, message
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.correcting import judge_again, row_to_correct
from examops.registration.rosters.originals import keep_seen
from examops.registration.tags import Tag


def confirm_originals(
    roster: Roster, row_number: int, group: str, *, actor: Actor, clock: Clock, ring: Keyring
) -> RosterRow:
    """``group`` is one of ``VOUCHED``. Confirming again changes nothing: the first reader stays.

    Raises :class:`Conflict` for a row without an ID number: nobody would be named.
    """
    db.session.refresh(roster, with_for_update=True)
    row = row_to_correct(roster, row_number)
    if row.id_hash is None:
        raise Conflict(N_("没有记：这一行没有身份证号，不知道是谁的原件"), advice=N_("先改好身份证号，再记见过原件"))
    if not keep_seen(roster, row, group, ring, by=actor.name, on=today(clock)):
        return row
    before = row.outcome
    found = judge_again(roster, [row], {}, ring)[row_number]
    words = message(N_("{roster} 第 {row} 行"), roster=roster.name, row=row_number)
    record(Tag.ORIGINAL_SEEN, actor, roster, words=words, kind=group, before=before, after=found.outcome)
    return found
