"""Terms that run into a year whose holidays were not announced are counted anew when they are, and no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from config.calendar import Calendar, Year, calendar
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.transaction import transaction
from examops.filings import clocks
from examops.filings.invariants import terms_by_another_calendar
from examops.filings.recounting import outdated_terms, recount_term
from examops.filings.tags import Tag
from examops.filings.telling import save_contact
from examops.outbox.models import OutboxNotice
from tests.domains.filings.conftest import Case

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
NOW = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)  # a Monday
COMMENT = {"rule": "filing.enterprise_promise", "subject": "", "text": "没有盖章"}
FREE = [date(2027, 1, 4) + timedelta(days=number) for number in range(5)]
WEEK_OFF = Year("law", "国办发明电〔2026〕0号", frozenset(FREE), frozenset())
WORKED = Year("law", "国办发明电〔2026〕0号", frozenset(), frozenset({date(2027, 1, 2), date(2027, 1, 3)}))


@pytest.fixture
def known(monkeypatch) -> Callable[..., None]:
    """Have the calendar hold this year alone, or 2027 as well."""

    def enter(year: Year | None = None) -> None:
        years = {2026: calendar().year(2026)} | ({2027: year} if year else {})
        monkeypatch.setattr(clocks, "working_days", Calendar(years).with_weekends_beyond)

    enter()
    return enter


@pytest.fixture
def late(case: Case, known) -> Case:
    """Handed in on 28 December, when the holidays of 2027 are not known."""
    case.clock.instant = NOW
    case.fill()
    case.act("submitted", "coordinator")
    return case


def recounted(case: Case) -> int:
    with transaction():
        outdated = [row.id for row in outdated_terms()]
    with transaction():
        return sum(recount_term(filing_id, case.clock) for filing_id in outdated)


def due(case: Case) -> date:
    db.session.refresh(case.filing)
    return case.filing.due_on


def test_an_offices_term_follows_the_year_that_was_entered_and_is_logged_once(late: Case, known) -> None:
    assert due(late) == date(2027, 1, 4)
    assert recounted(late) == 0
    known(WEEK_OFF)
    assert terms_by_another_calendar()
    assert (recounted(late), recounted(late)) == (1, 0)
    assert due(late) == date(2027, 1, 11)
    assert not terms_by_another_calendar()
    (entry,) = db.session.execute(select(AuditEntry).where(AuditEntry.tag == Tag.FILING_RECOUNTED)).scalars()
    assert (entry.payload["before"], entry.payload["after"]) == ("2027-01-04", "2027-01-11")


def test_an_offices_term_ends_earlier_where_a_weekend_is_worked(late: Case, known) -> None:
    known(WORKED)
    assert recounted(late) == 1
    assert due(late) == date(2027, 1, 2)


def test_an_alarm_that_was_raised_by_the_old_day_is_raised_anew_by_the_new_one(late: Case, known) -> None:
    late.clock.instant = NOW.replace(year=2027, month=1, day=6)
    with transaction():
        clocks.raise_overdue(late.filing.id, late.clock)
    known(WEEK_OFF)
    assert recounted(late) == 1
    db.session.refresh(late.filing)
    assert late.filing.overdue_at is None


def test_a_bodys_term_gets_longer_and_it_is_told_but_never_shorter(late: Case, known) -> None:
    with transaction():
        save_contact(late.filing, "李婷", "lt@example.cn", "", actor=late.actor("coordinator"), clock=late.clock)
    late.act("returned", "district_bureau", comments=(COMMENT,))
    was = due(late)
    known(WORKED)
    assert (recounted(late), due(late)) == (0, was)
    assert not terms_by_another_calendar()
    known(WEEK_OFF)
    assert recounted(late) == 1
    assert due(late) > was
    told = select(OutboxNotice).where(OutboxNotice.kind == "filing_term")
    (notice,) = db.session.execute(told).scalars()
    assert f"由 {was} 改为 {due(late)}" in notice.payload["text"]


def test_a_term_that_was_counted_by_the_announced_year_stays(late: Case, known) -> None:
    known(WEEK_OFF)
    late.act("returned", "district_bureau", comments=(COMMENT,))
    was = due(late)
    assert (recounted(late), due(late)) == (0, was)
