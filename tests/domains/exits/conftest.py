"""A filed body with what it was filed on, and the people who act on its exit cases."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from examops.core.actor import Actor
from examops.core.clock import today
from examops.core.database import db
from examops.exits.acting import Decision, decide, state_case, tell_body
from examops.exits.history import acts_of, seen_of
from examops.exits.models import ExitCase
from examops.exits.opening import Read, open_case
from examops.filings.models import Filing, FilingFact, FilingOccupation
from examops.organisations.models import Body
from tests.factories import DAY, ELECTRICIAN, Factory

FILED_ON = date(2026, 3, 2)
FACTS: dict[tuple[str, str], Any] = {
    ("", "is_registered"): True,
    ("", "has_good_credit"): True,
    ("", "insured_local"): 300,
    ("", "managers"): 1,
    (ELECTRICIAN, "covered_workstations"): 10,
    (ELECTRICIAN, "examiners"): 3,
    (ELECTRICIAN, "applicants"): 50,
}
FACT = Read("10 月 12 日场次两名考生由他人代考", "检查记录 2026-17", date(2026, 11, 20))


def filed_filing(make: Factory, body: Body, facts: dict[tuple[str, str], Any], **columns: Any) -> Filing:
    """A filing that was decided, with facts that an office has looked up."""
    people = {"submitted_by": uuid.uuid4(), "reviewed_by": uuid.uuid4(), "decided_by": uuid.uuid4()}
    at = {"submitted_at": DAY, "reviewed_at": DAY, "decided_at": DAY}
    told = {"number": f"BA2026-F{body.id:05d}", "kind": "new", "body_kind": body.kind, "state": "draft"} | columns
    told |= {"created_at": DAY}
    filing = make.save(Filing(body_id=body.id, district=body.district, **told))
    own = {"body_id": body.id, "district": body.district, "filing_id": filing.id}
    row = FilingOccupation(**own, occupation_code=ELECTRICIAN, edition="2015", levels=["4"], standard="国家标准")
    make.save(row, *[fact_of(own, subject, key, value) for (subject, key), value in facts.items()])
    filing.state = "filed"
    for name, value in {**people, **at}.items():
        setattr(filing, name, value)
    return make.save(filing)


def fact_of(own: dict[str, Any], subject: str, key: str, value: Any, as_of: date = date(2026, 10, 31)) -> FilingFact:
    told = {"source": "official", "seen_by": "市局经办", "looked_up_in": "社保系统", "as_of": as_of}
    by = {"entered_by": uuid.uuid4(), "entered_by_name": "市局经办"}
    return FilingFact(**own, step="x", subject=subject, key=key, value={"value": value}, **told, **by)


@dataclass
class Exit:
    """``people``: name → (account, actor); the city has two officers, ``city`` and ``other``."""

    body: Body
    people: dict[str, tuple[Any, Actor]]
    make: Factory
    clock: Any
    filing: Filing | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return self.people[name][1]

    def account(self, name: str) -> Any:
        return self.people[name][0]

    def opened(self, ground: str = "misconduct", by: str = "district") -> ExitCase:
        case = open_case(self.body, ground, [FACT], actor=self.actor(by), clock=self.clock)
        db.session.commit()
        return case

    def heard(self, ground: str = "misconduct") -> ExitCase:
        """Opened and told by the district, stated by the body."""
        case = self.opened(ground)
        self.do(tell_body, case, "district")
        self.do(state_case, case, "coordinator", "两人确由他人代考，已处理")
        return case

    def do(self, act: Any, case: ExitCase, by: str, *given: Any) -> Any:
        done = act(case, *given, seen_of(acts_of(case)), actor=self.actor(by), clock=self.clock)
        db.session.commit()
        return done

    def decided(self, outcome: str, ground: str = "misconduct", **more: Any) -> ExitCase:
        case = self.heard(ground)
        self.do(decide, case, "city", Decision(outcome, "事实清楚", **more))
        return case

    @property
    def today(self) -> date:
        return today(self.clock)


@pytest.fixture
def exit_of(make: Factory, clock: Any) -> Exit:
    body = make.body(filed_on=FILED_ON, telephone="13800000001")
    make.body_occupation(body, levels=("4",))
    accounts = {
        "coordinator": make.user("coordinator", body),
        "district": make.user("district_bureau", district=body.district),
        "city": make.user("city_bureau"),
        "other": make.user("city_bureau"),
    }
    roles = {"coordinator": "coordinator", "district": "district_bureau", "city": "city_bureau", "other": "city_bureau"}
    people = {key: (one, Actor("user", one.uid, one.name, roles[key])) for key, one in accounts.items()}
    return Exit(body, people, make, clock)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue as if the city had confirmed every value."""
    from examops.catalogue import FilingAnswer
    from examops.filings import gathering

    monkeypatch.setattr(gathering, "may_be_filed", lambda *_args: FilingAnswer(()))


@pytest.fixture
def judged(exit_of: Exit, settled: None) -> Exit:
    """With a filing to judge again."""
    exit_of.filing = filed_filing(exit_of.make, exit_of.body, FACTS)
    return exit_of
