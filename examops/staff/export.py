"""Workbooks of people on duty: everybody with their cards, and the blank sheets that an import reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.accounts import is_inside, shown_name
from examops.catalogue import LEVELS, find_occupation
from examops.core.database import db
from examops.core.language import N_, _
from examops.core.paging import of_own_body
from examops.organisations.models import Body
from examops.staff.cards import card_state, cards_of_members
from examops.staff.importing.blanks import BLANKS, SHEET
from examops.staff.labels import CARD_KINDS, CARD_STATES
from examops.staff.models import Qualification, StaffMember
from examops.web.workbooks import list_workbook

MOST = 20_000
COLUMNS = (
    (N_("机构"), 22),
    (N_("姓名"), 12),
    (N_("班组"), 16),
    (N_("电话"), 16),
    (N_("用人单位"), 20),
    (N_("教过的班级"), 20),
    (N_("在用"), 8),
    (N_("类别"), 12),
    (N_("证号"), 20),
    (N_("职业编码"), 14),
    (N_("职业"), 20),
    (N_("等级"), 16),
    (N_("起日"), 12),
    (N_("止日"), 12),
    (N_("状态"), 12),
)


def staff_workbook(day: date, rules: Rulebook) -> bytes:
    """One line for each card, a person without one on a line of their own; within the scope."""
    query = of_own_body(select(StaffMember), StaffMember.body_id).add_columns(Body.short_name)
    query = query.join(Body, Body.id == StaffMember.body_id).order_by(Body.short_name, StaffMember.name, StaffMember.id)
    rows = db.session.execute(query.limit(MOST)).all()
    cards = cards_of_members([row.StaffMember.id for row in rows])
    lines = (
        line
        for row in rows
        for line in _lines(row.StaffMember, row.short_name, cards.get(row.StaffMember.id, []), day, rules)
    )
    return list_workbook(_("考务人员"), COLUMNS, lines, frozen=2)


def blank_workbook(what: str) -> bytes:
    titles, example = BLANKS[what]
    return list_workbook(SHEET, [(title, 16) for title in titles], [example], frozen=2)


def _lines(
    member: StaffMember, body: str, cards: Sequence[Qualification], day: date, rules: Rulebook
) -> Iterator[Sequence[Any]]:
    own = (
        body,
        shown_name(member),
        member.team,
        member.telephone if is_inside(member.body_id) else "",
        member.employer,
        "、".join(member.teaches),
        member.is_active,
    )
    for card in cards:
        occupation = find_occupation(card.occupation_code) if card.occupation_code else None
        yield (
            *own,
            _(CARD_KINDS[card.kind]),
            card.card_number,
            card.occupation_code,
            _(occupation.name) if occupation else "",
            _("、").join(_(LEVELS[level]) for level in card.levels),
            card.valid_from,
            card.valid_until,
            _(CARD_STATES[card_state(card, day, rules)][1]),
        )
    if not cards:
        yield own
