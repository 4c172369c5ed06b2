"""By what a session is examined: the body's specification, the city's decision, the standard; and its work plan."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from config.calendar import calendar
from config.rulebook import Entry, Rulebook, rulebook
from examops.catalogue import Decided
from examops.catalogue.models import CatalogueDecision
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.transaction import transaction
from examops.registration.models import BatchOccupation
from examops.sessions.capacity.resources import recount
from examops.sessions.capacity.standards import Standard
from examops.sessions.capacity.terms import OwnTerms, Terms
from examops.sessions.checks.work_plan import RULE
from examops.sessions.declarations.gate import NotDeclarable, session_checks
from examops.sessions.models import ExamSession, Turn
from examops.sessions.states import SessionState
from examops.sessions.transitions import move_session
from tests.factories import DAY, ELECTRICIAN, Factory
from tests.statements import counted

BODY = Actor("user", None, "李婷", "coordinator")
START = datetime(2026, 12, 15, 1, 0, tzinfo=UTC)
NUMBER = "佛人社〔2026〕12号"
CITED = f"按市 {NUMBER}文"


def decided(key: str, value: Any, since: date = date(2026, 12, 1), **more: Any) -> Decided:
    told = {"revision": 1, "kind": "changed", "valid_until": None, "code": ELECTRICIAN} | more
    return Decided(
        told["code"],
        key,
        told["revision"],
        told["kind"],
        {"value": value},
        "x",
        NUMBER,
        "r",
        since,
        told["valid_until"],
        DAY,
    )


def own(**more: Any) -> OwnTerms:
    told = {"parts": ("theory", "skill"), "minutes": {"theory": 80, "skill": 120}, "pass_mark": 70} | more
    return OwnTerms(str(uuid.UUID(int=1)), "华岭电工评价规范", 2, "h" * 64, "4", DAY.date(), **told)


DAY_OF_START, ALL = date(2026, 12, 15), "skill_minutes.4"
TERMS: list[tuple[str, Terms, str, date, int, str]] = [
    ("nothing", Terms(), "skill", DAY_OF_START, 60, "国家职业标准"),
    ("a decision", Terms(decisions=(decided(ALL, 150),)), "skill", DAY_OF_START, 150, CITED),
    ("confirmed", Terms(decisions=(decided(ALL, 60, kind="confirmed"),)), "skill", DAY_OF_START, 60, CITED),
    ("before its day", Terms(decisions=(decided(ALL, 150),)), "skill", date(2026, 11, 30), 60, "国家职业标准"),
    (
        "after its last day",
        Terms(decisions=(decided(ALL, 150, valid_until=date(2026, 12, 14)),)),
        "skill",
        DAY_OF_START,
        60,
        "国家职业标准",
    ),
    (
        "given back",
        Terms(decisions=(decided(ALL, 150), decided(ALL, 60, revision=2, kind="withdrawn"))),
        "skill",
        DAY_OF_START,
        60,
        "国家职业标准",
    ),
    (
        "of another part",
        Terms(decisions=(decided("theory_minutes.4", 150),)),
        "skill",
        DAY_OF_START,
        60,
        "国家职业标准",
    ),
    ("a specification", Terms(own()), "skill", DAY_OF_START, 120, "华岭电工评价规范（第2版） 四级 考核时间"),
    ("over a decision", Terms(own(), (decided(ALL, 150),)), "skill", DAY_OF_START, 120, "华岭电工评价规范（第2版）"),
    ("that says no minutes", Terms(own(minutes={}), (decided(ALL, 150),)), "skill", DAY_OF_START, 150, CITED),
]


def test_the_first_that_says_it_counts_on_the_day_of_the_session() -> None:
    rules = rulebook()
    for name, terms, part, day, minutes, clause in TERMS:
        found, rule = Standard(ELECTRICIAN, "2018", "4", terms).minutes_min(part, rules, day)
        assert (name, found) == (name, minutes)
        assert clause in rule.clause, name
    ratio = Standard(ELECTRICIAN, "2018", "4", Terms(decisions=(decided("candidates_per_examiner.4", 3),)))
    assert (ratio.candidates_per_examiner(rules, DAY_OF_START).value, ratio.parts(rules, DAY_OF_START)) == (3, None)
    only = Standard(ELECTRICIAN, "2018", "4", Terms(decisions=(decided("parts.4", ["skill"]),)))
    assert [(one[0], one[1].clause) for one in [only.parts(rules, DAY_OF_START)] if one] == [(("skill",), CITED)]
    assert Standard(ELECTRICIAN, "2018", "4", Terms(own())).pass_mark(rules, DAY_OF_START).value == 70
    fitter = Standard("6-20-01-01", "2020", "4")  # in the rulebook; the chef's in the catalogue's own file
    assert fitter.minutes_min("skill", rules, DAY_OF_START)[1].clause == "钳工标准 2020 版"
    chef = Standard("4-03-02-01", "2018", "4")
    assert (
        chef.minutes_min("skill", rules, DAY_OF_START)[0],
        chef.candidates_per_examiner(rules, DAY_OF_START).value,
    ) == (
        120,
        10,
    )


@pytest.fixture
def ground(make: Factory):
    """An enterprise's draft session of two turns of an hour that may be declared, and its batch."""
    body = make.body()
    site = make.site(body)
    room = make.room(site)
    make.camera(room)
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, room, 2, starts_at=START, minutes=60)
    make.panel(session)
    return body, site, batch, session, turns


def decide(make: Factory, key: str, value: Any, at: datetime = DAY) -> None:
    told = {"occupation_code": ELECTRICIAN, "key": key, "revision": 1, "kind": "changed", "base_hash": "x"}
    who = {"decided_by": uuid.uuid4(), "decided_by_name": "王", "document_number": NUMBER, "reason": "对照标准"}
    make.save(CatalogueDecision(**told, **who, value={"value": value}, valid_from=date(2026, 12, 1), created_at=at))


def checks(session: ExamSession, clock, rules: Rulebook | None = None) -> dict[str, tuple[str, str, str]]:
    found = session_checks(session, rules or rulebook(), calendar(), clock)
    return {one.word: (one.outcome, one.limit, one.clause) for one in found}


def statements(app, work) -> int:
    """How many of them the work sends, done for the second time."""
    work()
    with counted(app) as seen:
        work()
    return len(seen)


def test_what_the_city_decided_counts_for_checks_and_capacity(app, ground, make, clock) -> None:
    session = ground[3]
    before = checks(session, clock)
    assert before["每轮分钟"][0] == "pass"
    cost = statements(app, lambda: checks(session, clock))
    decide(make, "skill_minutes.4", 150)
    decide(make, "candidates_per_examiner.4", 2)
    decide(make, "parts.4", ["theory"])
    assert statements(app, lambda: checks(session, clock)) == cost
    after = checks(session, clock)
    assert after["每轮分钟"] == ("fail", "≥ 150 分钟", CITED)
    assert after["科目"] == ("fail", "只考 理论", CITED)
    assert "1:2" in after["考评员"][1]
    with transaction():
        recount(session, rulebook())
    turn = db.session.execute(select(Turn).where(Turn.session_id == session.id, Turn.number == 1)).scalar_one()
    assert (turn.capacity, turn.factors[0]["clause"]) == (6, CITED)
    with pytest.raises(NotDeclarable) as refused, transaction():
        move_session(session, SessionState("declared"), reason="", actor=BODY, clock=clock)
    assert CITED in refused.value.clause


def test_what_is_decided_after_a_session_began_leaves_it_as_it_was(ground, make, clock) -> None:
    session = ground[3]
    before = checks(session, clock)
    decide(make, "skill_minutes.4", 150, at=START + timedelta(minutes=1))
    assert checks(session, clock) == before


def test_a_specification_counts_in_the_version_that_the_batch_took(ground, make, clock, sign_in) -> None:
    body, _, batch, session, _ = ground
    first = make.specification(body, since=DAY - timedelta(days=9))
    offer = make.session.query(BatchOccupation).filter_by(batch_id=batch.id).one()
    offer.specification_id, offer.specified_at = first.id, DAY
    make.save(offer)
    levels = {"4": {**first.levels["4"], "minutes": {"theory": 90, "skill": 240}, "parts": ["theory"]}}
    make.specification(body, since=DAY + timedelta(days=1), levels=levels)
    found = checks(session, clock)
    assert found["每轮分钟"] == ("fail", "≥ 120 分钟", "测试电器电工评价规范（第1版） 四级 考核时间")
    assert "科目" not in found
    page = sign_in(make.user("coordinator", body)).get(f"/sessions/{session.uid}").text
    assert "60 分合格（测试电器电工评价规范（第1版） 四级 合格线）" in page
    with transaction():
        recount(session, rulebook())


DIFFERENCES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "备案工作方案", "第 {v} 版"),
    ({"level": "3"}, "与备案工作方案不同", "第 {v} 版：方案没有这个职业等级"),
    ({"parts": ["theory"]}, "与备案工作方案不同", "第 {v} 版：理论"),
    ({"site": str(uuid.UUID(int=9)), "site_name": "北楼考点"}, "与备案工作方案不同", "第 {v} 版：北楼考点"),
    ({"examiners": 5}, "与备案工作方案不同", "第 {v} 版：考评员 5 人"),
]


def test_a_difference_from_the_work_plan_is_told_and_refused_only_by_the_rule(ground, make, clock, sign_in) -> None:
    body, site, _, session, _ = ground
    assert not {"备案工作方案", "与备案工作方案不同"} & checks(session, clock).keys()
    line = {"occupation": ELECTRICIAN, "level": "4", "parts": ["theory", "skill"], "pass_mark": 60}
    line |= {"carry_over_months": 12, "site": str(site.uid), "site_name": site.name, "examiners": 3, "proctors": 2}
    for number, (change, word, limit) in enumerate(DIFFERENCES, start=1):
        make.work_plan(body, since=DAY + timedelta(minutes=number), lines=[line | change])
        outcome = "pass" if not change else "unclear"
        assert checks(session, clock)[word] == (outcome, limit.format(v=number), "市工作方案 四(四)")
    page = sign_in(make.user("district_bureau", district=body.district)).get(f"/sessions/{session.uid}").text
    assert "与备案工作方案不同" in page
    assert "考评员 5 人" in page
    strict = replace(rulebook()[RULE].on_latest(), value="refuse")
    rules = Rulebook({**rulebook(), RULE: Entry(RULE, (strict,))})
    assert checks(session, clock, rules)["与备案工作方案不同"][0] == "fail"
    make.work_plan(body, since=START + timedelta(days=1), lines=[line])  # later than the session
    assert "考评员 5 人" in checks(session, clock)["与备案工作方案不同"][1]
