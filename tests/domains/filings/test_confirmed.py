"""A level whose values are examples: confirmed one by one, filed, and then decided otherwise from a later day on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from config.occupations import catalogue
from examops.catalogue.decisions import current_values
from examops.catalogue.forms import seen_mark
from examops.core.clock import today
from examops.core.database import db
from examops.exits.recheck import recheck
from examops.exits.recheck.models import RecheckFinding
from examops.filings.editing import begin
from examops.filings.refusals import NotMet
from tests.domains.filings.conftest import Case, people_of
from tests.factories import DAY, ELECTRICIAN

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
SHOW = f"/occupations/{ELECTRICIAN}"
EXAMPLES = ("parts.4", "theory_minutes.4", "skill_minutes.4", "candidates_per_examiner.4")
FIRST, LATER = "佛人社〔2026〕12号", "佛人社〔2026〕20号"


@pytest.fixture
def waiting(make: Any, clock: Any) -> Case:
    """A filing that lacks nothing but what the city has not confirmed: nothing of the catalogue is pretended."""
    body = make.body(state="draft")
    people = people_of(make, body)
    filing = begin(body, "new", actor=people["coordinator"][1], clock=clock)
    db.session.commit()
    case = Case(body, filing, people, make, clock)
    case.fill()
    return case


@pytest.fixture
def decide(app: Any, clock: Any, sign_in: Any, waiting: Case) -> Any:
    """The city's page about one value, with what an officer has before their eyes."""
    city = sign_in(waiting.account("city_bureau"))

    def decide(key: str, act: str, number: str, days: int = 0, **more: Any) -> None:
        with app.app_context():
            seen = seen_mark(current_values(catalogue().by_code[ELECTRICIAN], today(clock))[key])
        since = (today(clock) + timedelta(days=days)).isoformat()
        grounds = {"document_number": number, "reason": "已对照标准原文", "valid_from": since}
        answer = city.post(f"{SHOW}/{key}", data={"act": act, "seen": seen, **grounds, **more})
        assert answer.status_code == 302, answer.text

    return decide


def is_open(client: Any) -> bool:
    """Whether the city's page opens level 4 for filing."""
    page = client.get(SHOW).text
    row = page[page.index("四级 / 中级工") :]
    return "可以备案" in row[: row.index("</tr>")]


def hand_over(case: Case) -> None:
    """Handed in, read, ruled on and reviewed: only the city's decision is to come."""
    case.act("submitted", "coordinator")
    case.read_all()
    case.rule_all()
    case.act("reviewed", "district_bureau")


def looked_at(clock: Any) -> set[str]:
    """The rules that the nightly check says are not met any more."""
    recheck(clock)
    return set(db.session.execute(select(RecheckFinding.rule)).scalars())


def test_an_example_may_be_filed_once_each_of_its_values_is_confirmed(waiting, decide, sign_in) -> None:
    city = sign_in(waiting.account("city_bureau"))
    hand_over(waiting)
    for key in EXAMPLES:
        assert not is_open(city)
        with pytest.raises(NotMet):
            waiting.act("filed", "city_bureau")
        db.session.rollback()
        decide(key, "confirmed", FIRST)
    assert is_open(city)
    waiting.act("filed", "city_bureau")


def test_what_is_decided_later_counts_from_its_day_and_leaves_the_filing_as_it_was_decided(
    waiting, decide, make, clock, sign_in, client
) -> None:
    for key in EXAMPLES:
        decide(key, "confirmed", FIRST)
    hand_over(waiting)
    waiting.act("filed", "city_bureau")
    batch, room = make.batch(waiting.body), make.room(make.site(waiting.body))
    early, _ = make.session_with_turns(batch, room, starts_at=DAY + timedelta(days=5), minutes=60)
    late, _ = make.session_with_turns(batch, room, starts_at=DAY + timedelta(days=20), minutes=60)
    desk, city = sign_in(waiting.account("coordinator")), sign_in(waiting.account("city_bureau"))

    decide("skill_minutes.4", "changed", LATER, days=10, value="120")
    decide("levels", "changed", LATER, days=10, choice=["5", "3"])

    def told() -> tuple[bool, ...]:
        pages = [desk.get(f"/sessions/{one.uid}").text for one in (early, late)]
        filing = desk.get(f"/filings/{waiting.filing.uid}").text
        return (
            *(f"按市 {LATER}文" in page for page in pages),
            "缺或不符合 0" in filing,
            waiting.body.name in client.get("/directory").text,
            is_open(city) if "四级 / 中级工" in city.get(SHOW).text.split("<h2>职业</h2>")[0] else False,
            "filing.catalogue" in looked_at(clock),
        )

    assert told() == (False, True, True, True, True, False)
    clock.instant += timedelta(days=11)
    assert told() == (False, True, True, True, False, True)
