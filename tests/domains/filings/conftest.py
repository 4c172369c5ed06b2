"""A body with a filing in each state, and the people who work on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.core.actor import Actor
from examops.core.clock import today
from examops.core.database import db
from examops.core.extensions import store
from examops.filings.acting import Act, act
from examops.filings.documents import mark_read, receive
from examops.filings.editing import Entry, add_occupation, begin, save_step
from examops.filings.gathering import dossier, lines_of
from examops.filings.judging import CONDITIONS, condition_of
from examops.filings.models import Filing, FilingStep
from examops.filings.rulings import Ruling, rule_on
from tests.factories import ELECTRICIAN

PDF = b"%PDF-1.4\n1 0 obj<</Type /Page>>endobj\ntrailer<<>>\n%%EOF\n"
PAPERS = ("incentives", "pay_rules", "assessment_unit", "development", "finance", "promise")
ENTERPRISE = {
    "entity": {"is_registered": True, "is_legal_person": True, "has_good_credit": True, "does_training": False},
    "size": {"industry": "industry", "employees": 300, "revenue": 2000, "assets": 900},
    "people": {"insured_local": 300, "managers": 1, "experts": 1, "supervisors": 1},
    f"occupation-{ELECTRICIAN}": {"covered_workstations": 10, "examiners": 3, "applicants": 50},
}
COUNTED = tuple(one.key for one in CONDITIONS if one.is_counted)


@dataclass
class Case:
    """``people``: role → (account, actor)."""

    body: Any
    filing: Filing
    people: dict[str, tuple[Any, Actor]]
    make: Any
    clock: Any

    def actor(self, role: str) -> Actor:
        return self.people[role][1]

    def account(self, role: str) -> Any:
        return self.people[role][0]

    def version(self, step: str) -> int:
        query = db.select(FilingStep.version).where(FilingStep.filing_id == self.filing.id, FilingStep.step == step)
        return db.session.execute(query).scalar_one()

    def save(self, step: str, values: dict[str, Any], document: Any = None, role: str = "coordinator") -> list[str]:
        entries = {key: Entry(value, document) for key, value in values.items()}
        day = today(self.clock)
        options = {"actor": self.actor(role), "clock": self.clock}
        changed = save_step(self.filing, step, self.version(step), entries, day, **options)
        db.session.commit()
        return changed

    def upload(self, kind: str, data: bytes = PDF) -> Any:
        document = receive(
            self.filing,
            kind,
            "",
            f"{kind}.pdf",
            data,
            actor=self.actor("coordinator"),
            store=store(),
            rules=rulebook(),
            day=today(self.clock),
        )
        db.session.commit()
        return document

    def read(self, document: Any, role: str = "district_centre", is_sound: bool = True, note: str = "") -> None:
        mark_read(self.filing, document, is_sound, note, actor=self.actor(role), clock=self.clock)
        db.session.commit()

    def occupation(self, code: str = ELECTRICIAN, levels: tuple[str, ...] = ("4",)) -> None:
        options = {"actor": self.actor("coordinator"), "clock": self.clock}
        add_occupation(
            self.filing, self.version("occupations"), catalogue().by_code[code], levels, "国家标准 2018", **options
        )
        db.session.commit()

    def act(self, name: str, role: str, seen: str | None = None, **more: Any) -> Any:
        known = dossier(self.filing).seen if seen is None else seen
        done = act(self.filing, Act(name, known, **more), actor=self.actor(role), clock=self.clock)
        db.session.commit()
        return done

    def rule(self, key: str, outcome: str = "yes", subject: str = "", role: str = "city_bureau") -> None:
        found = dossier(self.filing)
        lines = lines_of(found, today(self.clock), rulebook())
        seen = next(line.inputs for line in lines if (line.condition.key, line.subject) == (key, subject))
        counted = next((figure["digest"] for figure in seen.get("counted", {}).values()), "")
        rule_on(
            found, Ruling(key, subject, outcome, "看过现场和资料", counted), actor=self.actor(role), clock=self.clock
        )
        db.session.commit()

    def staffed(self) -> None:
        """Just the people, and just the workstations under an admitted camera, that the conditions count."""
        for kind in ("manager", "expert", "internal_supervisor"):
            self.make.staff(self.body, kind)
        for _one in range(3):
            self.make.staff(self.body)
        self.make.camera(self.make.room(self.make.site(self.body), stations=10))

    def fill(self, levels: tuple[str, ...] = ("4",)) -> None:
        """Everything that the body can do itself."""
        self.staffed()
        self.occupation(levels=levels)
        proof = self.upload("statistics")
        for step, values in ENTERPRISE.items():
            self.save(step, values, proof)
        for kind in PAPERS:
            self.upload(kind)

    def read_all(self) -> None:
        for document in dossier(self.filing).documents:
            self.read(document)

    def check_all(self, role: str = "district_bureau") -> None:
        """Somebody goes through everybody and everything that counts."""
        for key in COUNTED:
            each = condition_of(key).each
            self.rule(key, subject=ELECTRICIAN if each else "", role=role)

    def rule_all(self) -> None:
        self.check_all()
        self.rule("filing.enterprise_tie", subject=ELECTRICIAN, role="district_bureau")
        self.rule("filing.enterprise_selection")

    def to_city(self) -> None:
        """Filled in, read, ruled, reviewed: it waits for the city."""
        self.fill()
        self.act("submitted", "coordinator")
        self.read_all()
        self.rule_all()
        self.act("reviewed", "district_bureau")


def people_of(make: Any, body: Any) -> dict[str, tuple[Any, Actor]]:
    accounts = {
        "coordinator": make.user("coordinator", body),
        "district_centre": make.user("district_centre", district=body.district),
        "district_bureau": make.user("district_bureau", district=body.district),
        "city_centre": make.user("city_centre"),
        "city_bureau": make.user("city_bureau"),
    }
    return {role: (one, Actor("user", one.uid, one.name, role)) for role, one in accounts.items()}


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue as if the city had confirmed every value."""
    from examops.catalogue import FilingAnswer
    from examops.filings import gathering

    monkeypatch.setattr(gathering, "may_be_filed", lambda *_args: FilingAnswer(()))


@pytest.fixture
def case(make: Any, clock: Any, settled: None) -> Case:
    body = make.body(state="draft")
    people = people_of(make, body)
    filing = begin(body, "new", actor=people["coordinator"][1], clock=clock)
    db.session.commit()
    return Case(body, filing, people, make, clock)
