"""When somebody of the city cannot come, and where they must not be sent: by their own word or the office's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Invalid, NotFound
from examops.core.keys import Keyring
from examops.core.language import N_
from examops.eligibility import read_id_number, register_persons
from examops.organisations.models import Body
from examops.staff.availability import Stated, check_times, days_around, in_the_way
from examops.staff.models import CityAvailability, CityPerson, CityRecusal
from examops.staff.persons import WrongNumber
from examops.staff.tags import Tag

RULE = "staff.city_recusal"


@dataclass(frozen=True)
class Declared:
    """``body`` or the ID number of a candidate, one of them; ``name`` is what that candidate is called here."""

    relation: str
    body: UUID | None
    number: str
    name: str
    note: str


def state_city_availability(
    person: CityPerson, what: Stated, *, actor: Actor, clock: Clock, is_own: bool
) -> CityAvailability:
    """Raises :class:`Invalid` for times that do not go."""
    check_times(what, clock)
    row = CityAvailability(
        city_person_id=person.id,
        during=Range(what.begins, what.ends),
        is_free=what.is_free,
        note=what.note,
        is_own=is_own,
        written_by=actor.name,
        written_by_uid=actor.uid,
    )
    db.session.add(row)
    db.session.flush()
    told = {"is_free": what.is_free, "begins": what.begins.isoformat(), "ends": what.ends.isoformat()}
    record(Tag.CITY_AVAILABILITY_STATED, actor, person, words=person.name, at=clock.now(), is_own=is_own, **told)
    return row


def city_availability(person: CityPerson, since: datetime) -> Sequence[CityAvailability]:
    """What holds and is not over, the earliest first."""
    query = _standing(person).where(CityAvailability.during.overlaps(Range(since, None)))
    return db.session.execute(query.order_by(CityAvailability.during, CityAvailability.id)).scalars().all()


def city_not_free(person: CityPerson, during: Range[datetime]) -> CityAvailability | None:
    """What says that they cannot come in that time, as :func:`~examops.staff.availability.in_the_way` reads it."""
    query = _standing(person).where(CityAvailability.during.overlaps(Range(*days_around(during))))
    return in_the_way(db.session.execute(query.order_by(CityAvailability.id)).scalars().all(), during)


def _standing(person: CityPerson) -> Any:
    return select(CityAvailability).where(
        CityAvailability.city_person_id == person.id, CityAvailability.withdrawn_at.is_(None)
    )


def declare_recusal(
    person: CityPerson, what: Declared, *, ring: Keyring, actor: Actor, clock: Clock, is_own: bool
) -> CityRecusal:
    """Raises :class:`Invalid` where both or neither is named, :class:`NotFound` for another body,
    :class:`~examops.staff.persons.WrongNumber`."""
    if (what.body is None) == (not what.number):
        raise Invalid(N_("选一个机构，或写考生的身份证号，只写其中一样"), advice=N_("两样都要回避的，分两次登记"))
    body = _body(what.body) if what.body else None
    related = None if body else _person(what.number, ring, today(clock))
    if body is None and not what.name:
        raise Invalid(N_("没有写考生姓名"), advice=N_("写考生姓名，安排场次时看得出是谁"))
    row = CityRecusal(
        city_person_id=person.id,
        body_id=body.id if body else None,
        related_person_id=related,
        about=body.name if body else what.name,
        relation=what.relation,
        note=what.note,
        is_own=is_own,
        declared_by=actor.name,
        declared_by_uid=actor.uid,
        declared_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    record(Tag.CITY_RECUSAL_DECLARED, actor, person, words=person.name, at=clock.now(), is_own=is_own)
    return row


def _body(uid: UUID) -> Body:
    found = db.session.execute(select(Body).where(Body.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这个机构"), advice=N_("在列表里重新选"))
    return found


def _person(number: str, ring: Keyring, day: date) -> int:
    reading = read_id_number(number, on=day)
    if not reading.is_sound:
        raise WrongNumber()
    return register_persons([reading.number], ring)[reading.number]


def recusals_of(person: CityPerson) -> Sequence[CityRecusal]:
    """Those that stand, the newest first."""
    query = select(CityRecusal).where(CityRecusal.city_person_id == person.id, CityRecusal.withdrawn_at.is_(None))
    return db.session.execute(query.order_by(CityRecusal.id.desc())).scalars().all()


def binding_recusals(person: CityPerson, day: date, rules: Rulebook) -> list[CityRecusal]:
    """Those of a relation that bars somebody on that day."""
    bars = rules.value(RULE, day)
    return [one for one in recusals_of(person) if one.relation in bars]


def withdraw_reason(person: CityPerson, uid: UUID, *, actor: Actor, clock: Clock) -> None:
    """A time or a recusal that this person stated, or somebody for them. It stays on record. Raises NotFound."""
    row, tag = _reason(CityAvailability, person, uid), Tag.CITY_AVAILABILITY_WITHDRAWN
    if row is None:
        row, tag = _reason(CityRecusal, person, uid), Tag.CITY_RECUSAL_WITHDRAWN
    if row is None:
        raise NotFound(N_("没有这一条，或已撤回"), advice=N_("刷新页面再看"))
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        db.session.flush()
        record(tag, actor, person, words=person.name, at=clock.now())


def _reason(table: type[Any], person: CityPerson, uid: UUID) -> Any:
    query = select(table).where(table.uid == uid, table.city_person_id == person.id)
    return db.session.execute(query.with_for_update()).scalar_one_or_none()


def own_city_persons(user_id: int) -> Sequence[CityPerson]:
    """The rows that an account is joined to."""
    query = select(CityPerson).where(CityPerson.user_id == user_id).order_by(CityPerson.id)
    return db.session.execute(query).scalars().all()
