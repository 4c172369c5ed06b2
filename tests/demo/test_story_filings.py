"""The story's filings: every state is there, each came through the product's functions and judges the same again."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from config.rulebook import rulebook, use_decisions
from examops.app.domains import registry
from examops.core.clock import SHANGHAI, FixedClock
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.demo import DECISIONS
from examops.demo.story.accounts import make_accounts
from examops.demo.story.filing_cases import APPLICANTS, LATER
from examops.demo.story.filings import make_first_filings, make_later_filings
from examops.demo.story.paper import paper
from examops.demo.story.places import link_accounts, make_bodies
from examops.demo.story.seed import Story
from examops.exits.models import ExitAct, ExitCase
from examops.filings import dossier, lines_of
from examops.filings.lists import FilingList
from examops.filings.models import Filing, FilingDocument, FilingLetter, FilingVerdict
from examops.organisations import read_credit_code
from examops.organisations.directory import DirectoryCard
from examops.organisations.models import Body
from examops.specifications.models import FeeSchedule, PublishedRule, PublishedSpecification, Specification, WorkPlan

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def clock_of_story() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def people(app, job_app, settings, tmp_path, clock_of_story: FixedClock) -> Iterator[FixedClock]:
    """The bodies and people of the story; the fixture's clock says when it begins."""
    use_decisions(DECISIONS)
    with job_app.app_context():
        set_scope(SYSTEM)
        with transaction(SYSTEM):
            bodies = make_bodies()
            make_accounts(bodies, "demo-only", clock_of_story)
            story = Story(dataclasses.replace(settings, var=tmp_path), clock_of_story)
            link_accounts(story._make_facilities(bodies["华岭"], 18554).staff)
        yield clock_of_story
        db.session.remove()
    use_decisions(None)


@pytest.fixture
def made(people: FixedClock) -> FixedClock:
    """And the filings."""
    make_first_filings(people, "华岭")  # as at a start that was ended between two of them
    make_first_filings(people)
    assert set(db.session.execute(select(Filing.state)).scalars()) == {"filed"}
    make_later_filings(people)
    return people


@pytest.mark.parametrize("clock_of_story", [FixedClock(datetime(2027, 2, 6, 9, 30, tzinfo=SHANGHAI))])
def test_filings_begun_before_a_rule_and_judged_after_it_have_what_it_asks_for(people: FixedClock) -> None:
    """From 2027 on a filing needs a work plan: some were begun in December and handed in, or reviewed, in January."""
    make_first_filings(people)
    make_later_filings(people)
    states_are_shown()
    # The log is written at this machine's time, whatever the story's is.
    asked = [one for one in registry().invariants() if not one.name.startswith("audit-")]
    assert [one.name for one in asked if one.find(people)] == []


def test_every_state_is_shown_every_promise_holds_and_a_second_start_adds_nothing(made: FixedClock) -> None:
    make_first_filings(made)
    make_later_filings(made)
    states_are_shown()
    versions_are_shown()
    promises_hold(made)
    people_are_counted_by_lists()
    papers_are_read_by_others()


def states_are_shown() -> None:
    states = Counter(db.session.execute(select(Filing.state)).scalars())
    assert states == Counter(filed=4, draft=1, returned=1, submitted=1, district_reviewed=2, refused=1, withdrawn=1)
    bodies = dict(db.session.execute(select(Body.short_name, Body.state)).all())
    assert {name: bodies[name] for name in ("华岭", "远航", "匠才", "明德")} == dict.fromkeys(
        ("华岭", "远航", "匠才"), "filed"
    ) | {"明德": "suspended"}
    assert set(bodies.values()) == {"filed", "suspended", "draft"}
    (case,) = db.session.execute(select(ExitCase)).scalars()
    acts = db.session.execute(select(ExitAct.act).order_by(ExitAct.id)).scalars().all()
    assert (case.state, case.decision, acts) == ("decided", "suspended", ["opened", "told", "stated", "decided"])
    standing = dict(db.session.execute(select(DirectoryCard.name, DirectoryCard.standing)).all())
    assert sorted(standing.values()) == ["filed", "filed", "filed", "suspended"]


def versions_are_shown() -> None:
    """A specification in force that the directory shows, one under review with its work plan, a draft of another, and
    what filed bodies have published."""
    own = db.session.execute(
        select(Body.short_name, Specification).join(Specification, Specification.body_id == Body.id)
    ).all()
    assert {(name, row.state, *sorted(row.levels)) for name, row in own} == {
        ("华岭", "filed", "5"),
        ("容威", "submitted", "3", "4"),
        ("华岭", "draft", "4", "5"),
    }
    (shown,) = db.session.execute(select(PublishedSpecification)).scalars()
    assert (shown.name, shown.document_format, shown.valid.upper) == ("华岭车工评价规范", "pdf", None)
    assert [(row.state, len(row.lines)) for row in db.session.execute(select(WorkPlan)).scalars()] == [("submitted", 4)]
    rules = db.session.execute(
        select(Body.short_name, func.count())
        .join(PublishedRule, PublishedRule.body_id == Body.id)
        .group_by(Body.short_name)
    )
    assert dict(rules.all()) == {"华岭": 4, "远航": 3, "匠才": 4}
    assert db.session.scalar(select(func.count(FeeSchedule.id))) == 3


def promises_hold(made: FixedClock) -> None:
    """As ``examops check`` asks: decided filings judge the same again, nobody decided what was theirs."""
    faults = {one.name: one.find(made) for one in registry().invariants()}
    assert {name: found for name, found in faults.items() if found} == {}
    judged = dict(db.session.execute(select(FilingVerdict.moment, func.count()).group_by(FilingVerdict.moment)).all())
    assert judged["decided"] > 80


def people_are_counted_by_lists() -> None:
    """Of the filing at the city everybody is met by lists that were read; that at the district waits for its reader."""
    kept = list(db.session.execute(select(FilingList).order_by(FilingList.id)).scalars())
    assert Counter((one.kind, one.counted, bool(one.read_by)) for one in kept) == Counter(
        {
            ("insured", 586, False): 1,
            ("applicants", 68, False): 1,
            ("applicants", 73, False): 1,
            ("insured", 791, True): 1,
            ("applicants", 142, True): 1,
        }
    )
    day = date(2026, 12, 1)  # from which a stated number does not count
    for one in kept:
        found = dossier(db.session.get_one(Filing, one.filing_id))
        lines = [line for line in lines_of(found, day, rulebook()) if line.condition.is_listed]
        assert {str(line.judged.why) for line in lines} == {"" if one.read_by else "unread"}


def papers_are_read_by_others() -> None:
    """Each by another named person, and the letters are out."""
    papers = list(db.session.execute(select(FilingDocument)).scalars())
    read = [one for one in papers if one.read_by]
    assert len(papers) > 90
    assert len(read) > 80
    assert all(one.read_by != one.uploaded_by and one.read_by_name != one.uploaded_by_name for one in read)
    assert {one.note for one in papers if one.is_sound is False} == {
        case.unsound["venue"] for case in LATER if case.unsound
    }
    assert store().get("documents", papers[0].object_key).startswith(b"%PDF-1.4")
    days = list(db.session.execute(select(FilingLetter.content["day"].astext).order_by(FilingLetter.id)).scalars())
    assert days[-5:] == sorted(days[-5:])  # numbered in the order in which they went out
    letters = Counter(db.session.execute(select(FilingLetter.kind)).scalars())
    assert letters == Counter(accepted=7, filed=4, supplement=1, refused=1)


def test_a_drawn_paper_is_a_whole_pdf() -> None:
    data = paper("承诺书", ["一、" + "长" * 90], "佛山市演示有限公司", "2026年11月26日")
    objects = [int(place) for place in re.findall(rb"^(\d{10}) 00000 n $", data, re.MULTILINE)]
    assert [data[place:].split(b" ", 1)[0] for place in objects] == [b"1", b"2", b"3", b"4", b"5"]
    table = int(re.search(rb"startxref\n(\d+)", data)[1])
    assert data[table:].startswith(b"xref")
    assert data.count("长".encode("utf-16-be").hex().encode()) == 90
    assert len(data) < 5000


def test_the_applicants_credit_codes_are_sound() -> None:
    assert [read_credit_code(one.credit_code).warning for one in APPLICANTS] == [""] * len(APPLICANTS)
