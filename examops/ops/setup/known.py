"""The setup in the database as plain values, to check the file against it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from examops.accounts.models import PrivacyNotice, UserAccount
from examops.core.database import db
from examops.ops.setup.plan import body_key
from examops.organisations import bars_by_code
from examops.organisations.models import Body, FormerName, LegalEntity
from examops.sites.models import Room, Site, Workstation
from examops.staff.models import Qualification, StaffMember


@dataclass(frozen=True)
class RecordedSetup:
    """Bodies are named by their key (``body_key``), sites by that and their name, rooms by these and theirs.

    ``kinds`` is what each legal entity is set up as, ``unfiled`` the keys of bodies that were never filed. ``cards``
    map a number to the people (body, name) who hold it; ``namesakes`` are people who share their name in a body.
    ``renamed`` is the name of today by credit code and former name; ``barred`` until which day an entity may not be
    filed, by which exit case and which clause, by its credit code.
    """

    kinds: dict[str, set[str]] = field(default_factory=dict)
    unfiled: set[str] = field(default_factory=set)
    short_names: dict[str, str] = field(default_factory=dict)
    districts: dict[tuple[str, ...], str] = field(default_factory=dict)
    stations: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    namesakes: set[tuple[str, str]] = field(default_factory=set)
    cards: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    logins: set[str] = field(default_factory=set)
    notices: dict[int, tuple[str, str]] = field(default_factory=dict)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)
    barred: dict[str, tuple[date, str, str]] = field(default_factory=dict)

    @property
    def sites(self) -> set[tuple[str, ...]]:
        return {place for place in self.districts if len(place) == 2}


def read_recorded(day: date) -> RecordedSetup:
    """Read in the running transaction, in the system scope. ``day``: today."""
    columns = Body.credit_code, Body.kind, Body.short_name, Body.district, Body.filed_on
    bodies = db.session.execute(select(*columns)).all()
    kinds: dict[str, set[str]] = {}
    for body in bodies:
        kinds.setdefault(body.credit_code, set()).add(body.kind)
    sites = db.session.execute(
        select(Body.credit_code, Body.kind, Site.name, Site.district).join(Site, Site.body_id == Body.id)
    ).all()
    staff = db.session.execute(
        select(Body.credit_code, Body.kind, StaffMember.name).join(StaffMember, StaffMember.body_id == Body.id)
    )
    return RecordedSetup(
        kinds=kinds,
        unfiled={_key(row) for row in bodies if row.filed_on is None},
        short_names={_key(row): row.short_name for row in bodies},
        districts={(_key(row),): row.district for row in bodies}
        | {(_key(row), row.name): row.district for row in sites},
        stations=_stations(),
        namesakes={who for who, count in Counter((_key(row), row.name) for row in staff).items() if count > 1},
        cards=_cards(),
        logins=set(db.session.execute(select(UserAccount.login)).scalars()),
        notices={
            row.version: (row.title, row.body_text)
            for row in db.session.execute(select(PrivacyNotice.version, PrivacyNotice.title, PrivacyNotice.body_text))
        },
        renamed=_renamed(),
        barred={code: (bar.until_on, bar.case_number, bar.clause) for code, bar in bars_by_code(day).items()},
    )


def _renamed() -> dict[tuple[str, str], str]:
    query = select(LegalEntity.credit_code, FormerName.name.label("former"), LegalEntity.name)
    rows = db.session.execute(query.join(FormerName, FormerName.legal_entity_id == LegalEntity.id))
    return {(row.credit_code, row.former): row.name for row in rows}


def _key(row: Any) -> str:
    return body_key(row.credit_code, row.kind)


def _stations() -> dict[tuple[str, str, str], set[str]]:
    query = (
        select(
            Body.credit_code,
            Body.kind,
            Site.name,
            Room.name.label("room"),
            func.array_agg(Workstation.code).label("codes"),
        )
        .join(Site, Site.body_id == Body.id)
        .join(Room, Room.site_id == Site.id)
        .join(Workstation, Workstation.room_id == Room.id)
        .group_by(Body.legal_entity_id, Body.kind, Site.name, Room.name)
    )
    return {(_key(row), row.name, row.room): set(row.codes) for row in db.session.execute(query)}


def _cards() -> dict[str, set[tuple[str, str]]]:
    query = (
        select(Qualification.card_number, Body.credit_code, Body.kind, StaffMember.name)
        .join(StaffMember, StaffMember.id == Qualification.staff_id)
        .join(Body, Body.id == StaffMember.body_id)
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.card_number, set()).add((_key(row), row.name))
    return found
