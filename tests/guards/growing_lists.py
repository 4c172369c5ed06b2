"""What grows in the lists of bodies and offices: bodies with filings, exits, papers, people of the city, accounts."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from examops.footage.trials.models import FitnessTrial
from examops.offices.models import Deputy
from examops.organisations.models import Body
from examops.outbox.models import OutboxNotice
from examops.sessions.models import ExamSession
from examops.sites.lending_models import SiteUse
from examops.sites.models import Room, Site, WorkstationOutage
from tests.factories import DAY, Factory
from tests.guards.place import availability_of


def grow_lists(make: Factory, body: Body, site: Site, room: Room, session: ExamSession, times: int) -> None:
    """One more of everything: of ``body``, which looks at its own lists, and of another one."""
    other = make.body()
    _filings(make, other)
    make.opening_request()
    make.exit_case(other)
    make.exit_case(other, "idle", "winding_down")
    for one in (body, other):
        make.specification(one, since=DAY - timedelta(days=100 - times))
        make.work_plan(one, since=DAY - timedelta(days=100 - times))
    make.published_rule(other)
    make.city_duty(session, make.city_person())
    _accounts(make, body)
    _of_site(make, body, other, site, room)
    told = {"payload": {"subject": "通知", "text": "x"}, "first_due": DAY, "next_try": DAY}
    make.save(OutboxNotice(recipient="a@example.cn", channel="email", kind="filing", key=str(uuid.uuid4()), **told))


def _filings(make: Factory, body: Body) -> None:
    filing = make.filing(body)
    told: dict[str, Any] = {"submitted_at": DAY, "due_on": DAY.date(), "clock_owner": "coordinator"}
    for name, value in {"state": "returned", **told}.items():
        setattr(filing, name, value)
    make.save(filing)
    make.filing_letter(filing)


def _accounts(make: Factory, body: Body) -> None:
    for role in ("proctor", "examiner"):
        make.user(role, body)
    availability_of(make, make.staff(body))
    officer, away = (make.user("city_bureau") for _ in range(2))
    during = Range(DAY, DAY + timedelta(days=3))
    named = {"entered_by": away.uid, "entered_by_name": away.name}
    make.save(Deputy(officer_id=officer.id, for_id=away.id, during=during, role="city_bureau", **named))


def _of_site(make: Factory, body: Body, other: Body, site: Site, room: Room) -> None:
    owner = {"body_id": body.id, "district": body.district}
    station = make.stations(room)[0]
    later = Range(DAY + timedelta(days=30), None)
    make.save(WorkstationOutage(**owner, workstation_id=station.id, during=later, reason="检修"))
    entered = {"entered_by_name": "李小婷", "entered_at": DAY, "agreement": "借用协议"}
    lent = Range(DAY - timedelta(days=3), DAY + timedelta(days=2))
    make.save(SiteUse(**owner, site_id=site.id, guest_body_id=other.id, during=lent, **entered))
    asked = {"seconds": 60, "asked_by": "李婷", "asked_at": DAY, "due_at": DAY + timedelta(minutes=10)}
    camera = make.camera(room)
    make.save(FitnessTrial(**owner, number=f"SY{uuid.uuid4()}", camera_id=camera.id, **asked))
