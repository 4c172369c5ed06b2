"""Cards of the file: what was ended on a page stays ended, whatever day the file still says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from examops.core.database import db
from examops.ops.setup.levels import Level, Run, words_of
from examops.ops.setup.plan import SetupItem
from examops.staff.models import Qualification, StaffMember

KEYS = ("card_number", "occupation_code")
CARDS = Level("证", Qualification, KEYS, lambda row: words_of(row.card_number, row.occupation_code))


def save_cards(
    run: Run, entries: Iterable[SetupItem], member: StaffMember, tenant: Mapping[str, Any], place: str
) -> None:
    ended = _ended(member)
    kept = [_as_ended(run, entry, ended[key], place) if (key := _key(entry)) in ended else entry for entry in entries]
    run.save_rows(CARDS, kept, {"staff_id": member.id}, tenant, place)


def _key(entry: SetupItem) -> tuple[Any, ...]:
    return tuple(entry.get(name) for name in KEYS)


def _ended(member: StaffMember) -> dict[tuple[Any, ...], Qualification]:
    """Ended on a page, and not entered anew since; by the columns that find a card."""
    query = select(Qualification).where(Qualification.staff_id == member.id).order_by(Qualification.id)
    newest = {tuple(getattr(row, name) for name in KEYS): row for row in db.session.execute(query).scalars()}
    return {key: row for key, row in newest.items() if row.end_reason}


def _as_ended(run: Run, entry: SetupItem, row: Qualification, place: str) -> SetupItem:
    """The entry without what the page decided; said where the file still has another day."""
    if entry.get("valid_until") != row.valid_until:
        run.outcome.warnings.append(
            f"{entry.path}: {words_of(place, CARDS.name(row))} 已在页面上结束，最后一天 {row.valid_until}"
            f"（{row.end_reason}），没有改；要重新算数的，按新证件登记，否则从文件里去掉"
        )
    return replace(entry, facts={name: entry.get(name) for name in KEYS})
