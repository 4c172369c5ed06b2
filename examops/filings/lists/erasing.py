"""People on lists are kept as long as the list can count, then only their number is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from config.rulebook import Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.store import Store
from examops.filings.lists.findings import without_people
from examops.filings.lists.intake import erase_people, throw_file_away
from examops.filings.lists.models import FilingList
from examops.filings.tags import Tag

MOST = 200  # lists in one transaction


def erase_due(clock: Clock, rules: Rulebook, store: Store, *, actor: Actor) -> int:
    """Erase the people, findings about them and files of lists whose term is over; returns how many lists.

    What was counted stays, and the verdicts that rest on it judge the same again: they keep the number.
    """
    day = today(clock)
    due = _due(day, rules.value("filing.list_keep_months", day))
    for one in due:
        erase_people(one)
        throw_file_away(one, store)
        one.findings, one.erased_on = without_people(one.findings), day
        if one.state == "examining":
            one.state = "cancelled"
        record(Tag.FILING_LIST_ERASED, actor, one, words=one.name)
    db.session.flush()
    return len(due)


def _due(day: date, months: int) -> list[FilingList]:
    """The term counts from the list's own day, as its staleness does."""
    is_over = func.date(FilingList.as_of + func.make_interval(0, months)) < day
    query = select(FilingList).where(FilingList.erased_on.is_(None), is_over).order_by(FilingList.id)
    return list(db.session.execute(query.limit(MOST).with_for_update(skip_locked=True)).scalars())
