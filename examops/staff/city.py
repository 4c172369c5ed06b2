"""People of the city: outer supervisors, inspectors and experts, of no body. Seen and entered by the city's offices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.keys import Keyring
from examops.core.language import N_
from examops.core.refusals import constraints_as
from examops.eligibility import mask, read_id_number, register_persons
from examops.staff.models import CityPerson
from examops.staff.persons import WrongNumber
from examops.staff.tags import Tag

PLAIN = ("name", "telephone", "employer", "letter", "valid_from", "valid_until")


class AlreadyCitys(Conflict):
    code, message = "city_person.known", N_("这个身份证号已经按这一类登记过")
    advice = N_("在已有的那一位上改任期")


@dataclass(frozen=True)
class CityEntry:
    """``letter`` is the number of the appointment; ``employer`` where they work, for who must step aside."""

    name: str
    telephone: str
    employer: str
    letter: str
    valid_from: date
    valid_until: date


def city_person_by_uid(uid: UUID) -> CityPerson:
    found = db.session.execute(select(CityPerson).where(CityPerson.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这位市里人员"), advice=N_("刷新名册再看"))
    return found


def add_city_person(
    kind: str, number: str, entry: CityEntry, *, ring: Keyring, actor: Actor, clock: Clock
) -> CityPerson:
    """Who it is says the ID number, so that duties for bodies are known. Raises :class:`WrongNumber`,
    :class:`AlreadyCitys`, :class:`Invalid`."""
    _check(entry)
    reading = read_id_number(number, on=today(clock))
    if not reading.is_sound:
        raise WrongNumber()
    person = register_persons([reading.number], ring)[reading.number]
    row = CityPerson(person_id=person, kind=kind, id_masked=mask(reading.number), entered_by=actor.name)
    _fill(row, entry)
    with constraints_as({"uq_city_person_person_id_kind": AlreadyCitys}):
        db.session.add(row)
    record(Tag.CITY_PERSON_ADDED, actor, row, words=row.name, at=clock.now(), kind=kind)
    return row


def change_city_person(row: CityPerson, entry: CityEntry, *, actor: Actor, clock: Clock) -> list[str]:
    """The columns that changed. A new last day begins a term anew."""
    _check(entry)
    changed = [name for name in PLAIN if getattr(row, name) != getattr(entry, name)]
    if changed:
        _fill(row, entry)
        row.end_reason = "" if "valid_until" in changed else row.end_reason
        db.session.flush()
        record(Tag.CITY_PERSON_CHANGED, actor, row, words=row.name, at=clock.now(), columns=changed)
    return changed


def end_city_person(row: CityPerson, last: date, reason: str, *, actor: Actor, clock: Clock) -> None:
    if not row.valid_from <= last < row.valid_until:
        raise Invalid(
            N_("最后一天要在 {first} 和 {until} 之间，且早于任期的止日"),
            advice=N_("登记错了的，直接改任期"),
            first=row.valid_from.isoformat(),
            until=row.valid_until.isoformat(),
        )
    row.valid_until, row.end_reason = last, reason
    db.session.flush()
    record(Tag.CITY_PERSON_ENDED, actor, row, words=row.name, at=clock.now(), reason=reason, last=last.isoformat())


def _check(entry: CityEntry) -> None:
    if entry.valid_until < entry.valid_from:
        raise Invalid(N_("止日早于起日：改其中一个"), advice=N_("改好后再保存"))


def _fill(row: CityPerson, entry: CityEntry) -> None:
    for name in PLAIN:
        setattr(row, name, getattr(entry, name))
