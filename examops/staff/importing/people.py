"""A sheet of people with their cards, one card a row: what it would add and change, and then does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from config.levels import LETTERS
from config.rulebook import Rulebook
from examops.audit import record
from examops.catalogue import LEVELS
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.language import N_, join_messages
from examops.organisations.models import Body
from examops.sheets.table import Table
from examops.staff.cards import CardEntry, add_card, card_faults, cards_of_members, change_card, same_card, term_end
from examops.staff.importing.sheets import SheetFault, SheetRow, named_rows
from examops.staff.inputs import code_of
from examops.staff.labels import CARD_KINDS
from examops.staff.members import BAD_TELEPHONE, MemberEntry, add_member, change_member, is_telephone
from examops.staff.models import Qualification, StaffMember
from examops.staff.tags import Tag

TITLES = {
    "name": ("姓名",),
    "team": ("班组", "部门"),
    "telephone": ("电话", "手机"),
    "employer": ("用人单位", "单位"),
    "teaches": ("教过的班级", "授课班级"),
    "kind": ("类别",),
    "number": ("证号", "文号", "证号或任命文号"),
    "occupation": ("职业", "职业编码"),
    "levels": ("等级",),
    "valid_from": ("起日", "起"),
    "valid_until": ("止日", "止"),
}
KIND_OF = {word: code for code, word in CARD_KINDS.items()} | {
    "专职管理人员": "manager",
    "考务": "exam_affairs",
    "监考员": "proctor",
    "监考人员": "proctor",
    "考评人员": "examiner",
    "内部督导员": "internal_supervisor",
    "内部质量督导员": "internal_supervisor",
    "内部质量督导人员": "internal_supervisor",
    "外部督导员": "supervisor",
    "外部质量督导员": "supervisor",
}
LEVEL_OF = {word: letter for letter, word in LEVELS.items()} | {letter: letter for letter in LETTERS}
MARKS = re.compile(r"[、,，;；/\s]+")


@dataclass
class PersonInSheet:
    """``member`` is the row that is there already, None for somebody new."""

    entry: MemberEntry
    member: StaffMember | None
    changes: bool
    cards: list[tuple[CardEntry, Qualification | None]] = field(default_factory=list)


@dataclass(frozen=True)
class PeopleSheet:
    people: list[PersonInSheet]
    faults: list[SheetFault]

    @property
    def counts(self) -> dict[str, int]:
        """People new and changed, cards new and changed."""
        cards = [(card, known) for one in self.people for card, known in one.cards]
        return {
            "new_people": sum(one.member is None for one in self.people),
            "changed_people": sum(one.member is not None and one.changes for one in self.people),
            "new_cards": sum(known is None for _card, known in cards),
            "changed_cards": sum(known is not None and _differs(card, known) for card, known in cards),
        }


def read_people(table: Table, body: Body, rules: Rulebook) -> PeopleSheet:
    """Every fault at once. Raises :class:`Invalid` for a header that does not fit."""
    rows = named_rows(table, TITLES, ("name",))
    known, cards = _known(body)
    people: dict[tuple[str, str], PersonInSheet] = {}
    faults: list[SheetFault] = []
    for row in rows:
        found, member = _member(row, known)
        if not is_telephone(row.text("telephone")):
            faults.append(row.fault("telephone", BAD_TELEPHONE))
        card, wrong = _card(row, rules)
        faults += [*found, *wrong]
        if found:
            continue
        person = _person(row, member, people)
        if card is not None:
            own = cards.get(member.id, []) if member else []
            if any(_same(card, other) for other, _known in person.cards):
                faults.append(row.fault("number", N_("同一个人的同一张证在表里出现两次，留一行")))
            person.cards.append((card, same_card(own, card)))
            faults += _ended(row, person.cards[-1][1])
    if not rows:
        raise Invalid(N_("表头下面没有人"), advice=N_("一行写一个人的一张证"))
    return PeopleSheet(list(people.values()), faults)


def save_people(sheet: PeopleSheet, body: Body, *, actor: Actor, clock: Clock) -> dict[str, int]:
    """All of it or nothing. Raises :class:`Invalid` with every fault."""
    if sheet.faults:
        sentences = [fault.sentence for fault in sheet.faults]
        raise Invalid(N_("{faults}"), advice=N_("在表里改好，再导入一次"), faults=join_messages(N_("；"), sentences))
    counts = sheet.counts
    for one in sheet.people:
        member = one.member or add_member(body, one.entry, actor=actor, clock=clock)
        change_member(member, one.entry, actor=actor, clock=clock)
        for card, known in one.cards:
            if known is None:
                add_card(member, card, actor=actor, clock=clock)
            elif _differs(card, known):
                change_card(member, known, card, actor=actor, clock=clock)
    record(Tag.STAFF_IMPORTED, actor, body, words=body.name, at=clock.now(), **counts)
    return counts


def _known(body: Body) -> tuple[dict[str, list[StaffMember]], Mapping[int, list[Qualification]]]:
    query = select(StaffMember).where(StaffMember.body_id == body.id).order_by(StaffMember.id)
    found: dict[str, list[StaffMember]] = {}
    for member in db.session.execute(query).scalars():
        found.setdefault(member.name, []).append(member)
    return found, cards_of_members([one.id for members in found.values() for one in members])


def _member(row: SheetRow, known: Mapping[str, list[StaffMember]]) -> tuple[list[SheetFault], StaffMember | None]:
    """Who it is: by name, and by team where two have the same name."""
    name, team = row.text("name"), row.text("team")
    if not name:
        return [row.fault("name", N_("没有写姓名"))], None
    same = known.get(name, [])
    if len(same) > 1:
        same = [one for one in same if one.team == team]
        if len(same) != 1:
            return [row.fault("team", N_("有几位同名，按现在登记的班组写，才知道是谁"))], None
    return [], same[0] if same else None


def _person(row: SheetRow, member: StaffMember | None, people: dict[tuple[str, str], PersonInSheet]) -> PersonInSheet:
    """One person for all rows of the same name and team; what a later row leaves empty stays."""
    key = _key(row, member, people)
    before = people[key].entry if key in people else _entry_of(member)
    given = {name: row.text(name) or getattr(before, name) for name in ("name", "team", "telephone", "employer")}
    classes = tuple(filter(None, MARKS.split(row.text("teaches")))) or before.teaches
    entry = MemberEntry(**given, teaches=classes, is_active=True)
    cards = people[key].cards if key in people else []
    people[key] = PersonInSheet(entry, member, member is not None and entry != _entry_of(member), cards)
    return people[key]


def _key(row: SheetRow, member: StaffMember | None, people: Mapping[tuple[str, str], PersonInSheet]) -> tuple[str, str]:
    """A row without a team belongs to the one person of that name above it."""
    name, team = row.text("name"), row.text("team")
    if member is not None:
        return name, member.team
    same = [key for key in people if key[0] == name]
    return same[0] if not team and len(same) == 1 else (name, team)


def _entry_of(member: StaffMember | None) -> MemberEntry:
    if member is None:
        return MemberEntry("")
    return MemberEntry(
        member.name, member.team, member.telephone, member.employer, tuple(member.teaches), member.is_active
    )


def _card(row: SheetRow, rules: Rulebook) -> tuple[CardEntry | None, list[SheetFault]]:
    """The card of the row, None for a row without one, and what is wrong with it."""
    if not row.text("kind"):
        stray = [name for name in ("number", "occupation", "levels", "valid_from") if row.text(name)]
        return None, [row.fault("kind", N_("写了证件却没有写类别"))] if stray else []
    faults: list[SheetFault] = []
    kind = KIND_OF.get(row.text("kind"))
    if kind is None:
        faults.append(row.fault("kind", N_("没有这个类别：写 {kinds}"), kinds="、".join(CARD_KINDS.values())))
    values: dict[str, Any] = {"levels": tuple(_levels(row, faults))}
    for name in ("valid_from", "valid_until"):
        try:
            values[name] = row.day(name)
        except ValueError:
            faults.append(row.fault(name, N_("日期的写法不对：写成 2026-11-23")))
    if not row.text("valid_from"):
        faults.append(row.fault("valid_from", N_("没有写起日")))
    if kind is None:
        return None, faults
    # A day that is missing or wrong has been told: the other columns are looked at all the same.
    start = values.get("valid_from") or date.min
    ends = values.get("valid_until") or (date.max if start == date.min else term_end(start, rules))
    code = code_of(row.text("occupation"))
    entry = CardEntry(kind, row.text("number"), code, values["levels"], start, ends)
    faults += [row.fault(name, words) for name, words in card_faults(entry).items() if not _told(name, faults, row)]
    return (entry if start > date.min and "valid_until" in values else None), faults


def _told(name: str, faults: list[SheetFault], row: SheetRow) -> bool:
    return any(fault.column == row.columns.get(name) for fault in faults)


def _levels(row: SheetRow, faults: list[SheetFault]) -> Iterator[str]:
    for word in filter(None, MARKS.split(row.text("levels"))):
        if word in LEVEL_OF:
            yield LEVEL_OF[word]
        else:
            faults.append(row.fault("levels", N_("没有这个等级“{word}”：写 五级、四级、三级…，用顿号隔开"), word=word))


def _ended(row: SheetRow, known: Qualification | None) -> list[SheetFault]:
    if known is None or not known.end_reason:
        return []
    return [row.fault("number", N_("这张证已经提前结束；重新发的证写新证号"))]


def _same(card: CardEntry, other: CardEntry) -> bool:
    same = (card.kind, card.occupation_code, card.number) == (other.kind, other.occupation_code, other.number)
    return same and (bool(card.number) or card.valid_from == other.valid_from)


def _differs(card: CardEntry, known: Qualification) -> bool:
    return any(getattr(known, name) != value for name, value in card.values().items())
