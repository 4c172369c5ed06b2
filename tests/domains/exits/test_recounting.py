"""Terms of exit cases follow the calendar as those of filings do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from config.calendar import Calendar, Year, calendar
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.transaction import transaction
from examops.exits.acting import tell_body
from examops.exits.invariants import terms_by_another_calendar
from examops.exits.recounting import recount_terms
from examops.exits.tags import Tag
from examops.filings import clocks
from examops.offices.contacts import save_contact
from examops.outbox.models import OutboxNotice
from tests.domains.exits.conftest import Exit

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
FREE = [date(2027, 1, 4) + timedelta(days=number) for number in range(5)]
WEEK_OFF = Year("law", "国办发明电〔2026〕0号", frozenset(FREE), frozenset())


def test_the_hearing_gets_longer_with_the_holidays_and_the_body_is_told(exit_of: Exit, monkeypatch) -> None:
    def known(year: Year | None = None) -> None:
        years = {2026: calendar().year(2026)} | ({2027: year} if year else {})
        monkeypatch.setattr(clocks, "working_days", Calendar(years).with_weekends_beyond)

    known()
    with transaction():
        person, actor = exit_of.account("coordinator"), exit_of.actor("coordinator")
        save_contact(person.id, "lt@example.cn", "", actor=actor, clock=exit_of.clock)
    exit_of.clock.instant = datetime(2026, 12, 28, 2, 0, tzinfo=UTC)
    case = exit_of.opened()
    exit_of.do(tell_body, case, "district")
    was = case.hearing_until
    known(WEEK_OFF)
    assert terms_by_another_calendar()
    with transaction():
        moved = recount_terms(exit_of.clock), recount_terms(exit_of.clock)
    db.session.refresh(case)
    assert moved == (1, 0)
    assert case.hearing_until == case.due_on == was + timedelta(days=7)
    assert not terms_by_another_calendar()
    assert db.session.execute(select(AuditEntry).where(AuditEntry.tag == Tag.RECOUNTED)).scalars().one()
    told = select(OutboxNotice).where(OutboxNotice.key.contains(":term:"))
    assert [f"改为 {case.hearing_until}" in one.payload["text"] for one in db.session.execute(told).scalars()]
