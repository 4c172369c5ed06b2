"""What somebody is: cards and appointments, entered, changed and ended by the body; what counts on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from config.levels import lowest_first
from config.rulebook import Rulebook
from examops.audit import record
from examops.catalogue import find_occupation
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import among, db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.jobs import defer
from examops.core.language import N_, message
from examops.staff.labels import CARD_KINDS
from examops.staff.models import Qualification, StaffMember
from examops.staff.tags import Tag

OF_OCCUPATION = ("examiner", "senior_examiner", "expert")  # they are so for an occupation; an expert may be for all
EXAMINERS = ("examiner", "senior_examiner")
APPOINTED = ("manager", "exam_affairs", "expert")  # by a letter of the body, whose number may be left out
FEBRUARY_28 = 28


@dataclass(frozen=True)
class CardEntry:
    """A card or an appointment as somebody entered it."""

    kind: str
    number: str
    occupation_code: str
    levels: tuple[str, ...]
    valid_from: date
    valid_until: date

    def values(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "card_number": self.number,
            "occupation_code": self.occupation_code,
            "levels": lowest_first(self.levels),
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
        }


class CardIsThere(Conflict):
    code, message = "staff.card_is_there", N_("这个人已经有同一类别、职业和证号的证件")
    advice = N_("在那一张上改日期或等级")


class CardHasEnded(Conflict):
    code, message = "staff.card_has_ended", N_("这张证件已经结束，不能再改")
    advice = N_("要重新算数的，按新证件登记")


def term_end(start: date, rules: Rulebook) -> date:
    """The last day where nothing says which: the rule's years, less a day."""
    years = rules.value("staff.card_term_years", start)
    if (start.month, start.day) == (2, FEBRUARY_28 + 1):
        return date(start.year + years, 2, FEBRUARY_28)
    return date.fromordinal(start.replace(year=start.year + years).toordinal() - 1)


def card_faults(entry: CardEntry) -> dict[str, str]:
    """What is wrong with it, by field, in the source language."""
    faults: dict[str, str] = {}
    if entry.kind not in APPOINTED and not entry.number:
        faults["number"] = N_("没有写证号：按证件上的填写")
    if entry.kind in EXAMINERS and not entry.occupation_code:
        faults["occupation"] = N_("考评员的证要写职业")
    if entry.occupation_code and entry.kind not in OF_OCCUPATION:
        faults["occupation"] = N_("这一类别不写职业：职业留空")
    if entry.occupation_code and find_occupation(entry.occupation_code) is None:
        faults["occupation"] = N_("目录里没有这个职业：按目录写编码或名称")
    if entry.kind in EXAMINERS and not entry.levels:
        faults["levels"] = N_("考评员的证要写能考评的等级")
    if entry.valid_until < entry.valid_from:
        faults["valid_until"] = N_("止日早于起日：改其中一个")
    return faults


def refuse_faults(entry: CardEntry) -> None:
    for words in card_faults(entry).values():
        raise Invalid(words, advice=N_("改好后再保存"))


def add_card(member: StaffMember, entry: CardEntry, *, actor: Actor, clock: Clock) -> Qualification:
    """Raises :class:`Invalid`, :class:`CardIsThere`."""
    refuse_faults(entry)
    if same_card(cards_of_members([member.id]).get(member.id, []), entry):
        raise CardIsThere()
    row = Qualification(**owner_of(member), staff_id=member.id, **entry.values())
    db.session.add(row)
    db.session.flush()
    recount_sessions(member)
    record(Tag.CARD_ADDED, actor, member, words=_words(member, row), at=clock.now(), card=_said(row))
    return row


def change_card(
    member: StaffMember, card: Qualification, entry: CardEntry, *, actor: Actor, clock: Clock
) -> Qualification:
    """As :func:`add_card`; :class:`CardHasEnded` for one that was ended."""
    if card.end_reason:
        raise CardHasEnded()
    refuse_faults(entry)
    others = [one for one in cards_of_members([member.id]).get(member.id, []) if one.id != card.id]
    if same_card(others, entry):
        raise CardIsThere()
    before = _said(card)
    for name, value in entry.values().items():
        setattr(card, name, value)
    db.session.flush()
    if _said(card) != before:
        recount_sessions(member)
        record(
            Tag.CARD_CHANGED, actor, member, words=_words(member, card), at=clock.now(), before=before, card=_said(card)
        )
    return card


def end_card(
    member: StaffMember, card: Qualification, last: date, reason: str, *, actor: Actor, clock: Clock
) -> Qualification:
    """``last`` is the last day on which it counts; what the card says is kept beside it."""
    if card.end_reason:
        raise CardHasEnded()
    if not card.valid_from <= last < card.valid_until:
        raise Invalid(
            N_("最后一天要在 {first} 和 {until} 之间，且早于证件的止日"),
            advice=N_("登记错了的证件，直接改日期"),
            first=card.valid_from.isoformat(),
            until=card.valid_until.isoformat(),
        )
    card.printed_until, card.valid_until, card.end_reason = card.valid_until, last, reason
    db.session.flush()
    recount_sessions(member)
    record(
        Tag.CARD_ENDED,
        actor,
        member,
        words=_words(member, card),
        at=clock.now(),
        reason=reason,
        last=last.isoformat(),
    )
    return card


def recount_sessions(member: StaffMember) -> None:
    """How many people their turns can take follows their cards. By its name, since sessions build on staff."""
    defer("sessions.recount_for_cards", once=f"recount-for-cards:{member.uid}", member=str(member.uid))


def same_card(cards: Iterable[Qualification], entry: CardEntry) -> Qualification | None:
    """The one of the same kind, occupation and number; an appointment without a number by kind and first day."""
    wanted = (entry.kind, entry.occupation_code, entry.number, entry.number or entry.valid_from)
    return next(
        (
            card
            for card in cards
            if wanted == (card.kind, card.occupation_code, card.card_number, card.card_number or card.valid_from)
        ),
        None,
    )


def cards_of_members(staff: Collection[int]) -> dict[int, list[Qualification]]:
    """By inner number of the member, what ends last first."""
    query = select(Qualification).where(among(Qualification.staff_id, staff))
    found: dict[int, list[Qualification]] = {}
    for card in db.session.execute(query.order_by(Qualification.valid_until.desc(), Qualification.id)).scalars():
        found.setdefault(card.staff_id, []).append(card)
    return found


def card_by_uid(member: StaffMember, uid: UUID) -> Qualification:
    query = select(Qualification).where(Qualification.uid == uid, Qualification.staff_id == member.id)
    found = db.session.execute(query.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这个人没有这张证件"), advice=N_("刷新人员页再看"))
    return found


def card_state(card: Qualification, day: date, rules: Rulebook) -> str:
    """``standing``, ``soon`` (ends within the rule's days), ``later``, ``expired`` or ``ended`` before its day."""
    if card.valid_until < day:
        return "ended" if card.end_reason else "expired"
    if card.valid_from > day:
        return "later"
    warned = (card.valid_until - day).days <= rules.value("staff.card_warn_days", day)
    return "soon" if warned else "standing"


class CardFacts(NamedTuple):
    """A card as far as it decides who may take a duty."""

    kind: str
    occupation_code: str
    levels: list[str]
    valid_from: date
    valid_until: date


def counts_for(
    card: Qualification | CardFacts, day: date, kinds: Collection[str], code: str = "", level: str = ""
) -> bool:
    """Valid on the day, of one of these kinds, for the occupation and level where they are asked.

    A card that names no occupation or no level covers all of them.
    """
    return (
        card.kind in kinds
        and card.valid_from <= day <= card.valid_until
        and (not code or card.occupation_code in ("", code))
        and (not level or not card.levels or level in card.levels)
    )


def _said(card: Qualification) -> str:
    levels = ",".join(card.levels)
    return f"{card.kind} {card.card_number} {card.occupation_code} {levels} {card.valid_from}~{card.valid_until}"


def _words(member: StaffMember, card: Qualification) -> Any:
    return message(N_("{name} {kind}"), name=member.name, kind=message(CARD_KINDS[card.kind]))
