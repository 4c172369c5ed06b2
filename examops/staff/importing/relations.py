"""A sheet of relations between people on duty and candidates: who must step aside for whom, as a list somebody keeps.

It adds reasons to step aside and clears nobody: who has not looked at the list of a session stays "?".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Invalid
from examops.core.keys import Keyring
from examops.core.language import N_, join_messages
from examops.eligibility import persons_on_record, plain_name, read_id_number
from examops.eligibility.models import Candidate
from examops.organisations.models import Body
from examops.sheets.table import Table
from examops.staff.importing.sheets import SheetFault, SheetRow, named_rows
from examops.staff.labels import RELATIONS
from examops.staff.models import RecusalRelation, StaffMember
from examops.staff.tags import Tag

TITLES = {
    "staff": ("考务人员",),
    "team": ("考务人员班组", "班组"),
    "candidate": ("考生", "考生姓名"),
    "number": ("考生身份证号", "身份证号"),
    "relation": ("关系",),
    "valid_from": ("起日", "起"),
    "valid_until": ("止日", "止"),
}
RELATION_OF = {word: code for code, word in RELATIONS.items()}


@dataclass(frozen=True)
class RelationInSheet:
    member: StaffMember
    candidate: Candidate
    relation: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class RelationsSheet:
    relations: list[RelationInSheet]
    faults: list[SheetFault]


def read_relations(table: Table, body: Body, ring: Keyring, day: date) -> RelationsSheet:
    """Every fault at once. Raises :class:`Invalid` for a header that does not fit, and for no rows."""
    rows = named_rows(table, TITLES, ("staff", "candidate", "number", "relation"))
    if not rows:
        raise Invalid(N_("表头下面没有关系"), advice=N_("一行写一位考务人员和一位考生"))
    staff, candidates = _staff(body), _candidates(rows, body, ring, day)
    found: list[RelationInSheet] = []
    faults: list[SheetFault] = []
    for row in rows:
        relation, wrong = _relation(row, staff, candidates, day)
        faults += wrong
        found += [relation] if relation else []
    return RelationsSheet(found, faults)


def save_relations(sheet: RelationsSheet, body: Body, *, actor: Actor, clock: Clock) -> int:
    """All of them or none; what stands already stays with whoever declared it first. Answers how many were added."""
    if sheet.faults:
        sentences = [fault.sentence for fault in sheet.faults]
        raise Invalid(N_("{faults}"), advice=N_("在表里改好，再导入一次"), faults=join_messages(N_("；"), sentences))
    added = 0
    for one in sheet.relations:
        values = {
            **owner_of(one.candidate),
            "staff_id": one.member.id,
            "candidate_id": one.candidate.id,
            "relation": one.relation,
            "source": "imported",
            "declared_by": actor.name,
            "declared_by_uid": actor.uid,
            "declared_at": clock.now(),
            "valid_from": one.valid_from,
            "valid_until": one.valid_until,
        }
        query = insert(RecusalRelation).values(**values).on_conflict_do_nothing().returning(RecusalRelation.id)
        added += db.session.execute(query).first() is not None
    record(Tag.RELATIONS_IMPORTED, actor, body, words=body.name, at=clock.now(), added=added)
    return added


def _staff(body: Body) -> dict[str, list[StaffMember]]:
    query = select(StaffMember).where(StaffMember.body_id == body.id, StaffMember.is_active).order_by(StaffMember.id)
    found: dict[str, list[StaffMember]] = {}
    for member in db.session.execute(query).scalars():
        found.setdefault(member.name, []).append(member)
    return found


def _candidates(rows: list[SheetRow], body: Body, ring: Keyring, day: date) -> dict[str, Candidate]:
    """ID number → the candidate of this body."""
    readings = {row.text("number"): read_id_number(row.text("number"), on=day) for row in rows}
    persons = persons_on_record({one.number for one in readings.values() if one.is_sound}, ring)
    query = select(Candidate).where(Candidate.body_id == body.id, Candidate.person_id.in_(persons.values()))
    by_person = {one.person_id: one for one in db.session.execute(query).scalars()}
    found = {text: by_person.get(persons.get(one.number, 0)) for text, one in readings.items() if one.is_sound}
    return {text: candidate for text, candidate in found.items() if candidate is not None}


def _relation(
    row: SheetRow, staff: Mapping[str, list[StaffMember]], candidates: Mapping[str, Candidate], day: date
) -> tuple[RelationInSheet | None, list[SheetFault]]:
    faults: list[SheetFault] = []
    members = [one for one in staff.get(row.text("staff"), []) if not row.text("team") or one.team == row.text("team")]
    if not members:
        faults.append(row.fault("staff", N_("本机构没有这位考务人员：先在人员页登记")))
    if len(members) > 1:
        faults.append(row.fault("staff", N_("有几位同名，在“考务人员班组”一列写班组")))
    candidate = _candidate(row, candidates, day, faults)
    relation = RELATION_OF.get(row.text("relation"))
    if relation is None:
        faults.append(row.fault("relation", N_("没有这种关系：写 {kinds}"), kinds="、".join(RELATIONS.values())))
    days = _days(row, faults)
    if faults or candidate is None or relation is None:
        return None, faults
    return RelationInSheet(members[0], candidate, relation, *days), []


def _candidate(
    row: SheetRow, candidates: Mapping[str, Candidate], day: date, faults: list[SheetFault]
) -> Candidate | None:
    number = row.text("number")
    if not number or not read_id_number(number, on=day).is_sound:
        faults.append(row.fault("number", N_("身份证号不对：按证件上的 18 位写")))
        return None
    found = candidates.get(number)
    if found is None:
        faults.append(row.fault("number", N_("本机构的名单里没有这位考生：先导入名单")))
    elif plain_name(found.name) != plain_name(row.text("candidate")):
        faults.append(row.fault("candidate", N_("姓名和名单里这个身份证号的不同")))
    return found


def _days(row: SheetRow, faults: list[SheetFault]) -> tuple[date | None, date | None]:
    days: list[date | None] = []
    for name in ("valid_from", "valid_until"):
        try:
            days.append(row.day(name))
        except ValueError:
            days.append(None)
            faults.append(row.fault(name, N_("日期的写法不对：写成 2026-11-23")))
    if days[0] and days[1] and days[1] < days[0]:
        faults.append(row.fault("valid_until", N_("止日早于起日：改其中一个")))
    return days[0], days[1]
