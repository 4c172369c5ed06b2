"""Whose hand an act is: the officer who signs, for themselves or for whom they act as a deputy."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotAllowed
from examops.core.language import N_, message
from examops.filings.models import Filing
from examops.filings.refusals import InOtherHands
from examops.filings.states import OFFICES_OF_CLOCKS
from examops.filings.tags import Tag
from examops.offices import Hand, Office, acting_for, is_head, members_of, represented_by

__all__ = ["HELD", "Hand", "hand_of", "hand_over", "office_of_clock"]
HELD = ("reviewed", "returned", "filed", "refused")


def hand_of(filing: Filing, name: str, wanted: UUID | None, *, actor: Actor, now: datetime) -> Hand:
    """``wanted``: the uid signed for, None for oneself. What another officer has in hand is done by them, or for them
    by their deputy without being asked for it. Raises ``NotDeputy``, :class:`InOtherHands`."""
    holder = filing.clock_officer if name in HELD and filing.clock_owner == actor.role else None
    if wanted is None and holder is not None and holder != actor.uid:
        found = next((one for one in represented_by(actor, now) if one.uid == holder), None)
        hand = Hand(actor, found)
    else:
        hand = Hand(actor, acting_for(actor, wanted, now))
    if holder is not None and holder not in hand.uids:
        raise InOtherHands(name=filing.clock_officer_name)
    return hand


def office_of_clock(filing: Filing) -> Office | None:
    """The office whose turn it is; None when it is the body's, or nobody's."""
    return Office.of(filing.clock_owner, filing.district) if filing.clock_owner in OFFICES_OF_CLOCKS else None


def hand_over(filing: Filing, to: UUID | None, *, actor: Actor, clock: Clock) -> str:
    """Give it to an officer of the office whose turn it is, or back to all (None); returns the name. Each takes for
    themselves what nobody has and gives back what is theirs; the head gives to anybody. Raises :class:`NotAllowed`."""
    db.session.refresh(filing, with_for_update=True)
    office = office_of_clock(filing)
    if office is None or office.role != actor.role:
        raise Conflict(N_("申报现在不在您的部门手里"), advice=N_("看现在的状态，等轮到本部门再办"))
    there = {one.uid: one.name for one in members_of(office)} | {actor.uid: actor.name}
    if to is not None and to not in there:
        raise Invalid(N_("这个人不在本部门"), advice=N_("从名单里选"))
    takes = to == actor.uid and filing.clock_officer is None
    gives_back = to is None and filing.clock_officer == actor.uid
    if not (takes or gives_back or is_head(actor.uid, office)):
        raise NotAllowed(N_("改派由部门负责人办"), advice=N_("没有人在办的可以自己接；自己在办的可以交回"))
    filing.clock_officer, filing.clock_officer_name = to, there[to] if to else ""
    to_name = filing.clock_officer_name
    words = message("{number} {name}", number=filing.number, name=to_name)
    record(Tag.FILING_HANDED_OVER, actor, filing, words=words, at=clock.now(), handed_to=to_name)
    return to_name
