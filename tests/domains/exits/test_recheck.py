"""The night: who is judged, what is found, what is drafted once and what is only listed, and what goes on when it is
cut or one body is odd."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotAllowed
from examops.core.transaction import transaction
from examops.exits import jobs
from examops.exits.acting import Decision, decide, state_case, tell_body
from examops.exits.history import facts_of
from examops.exits.models import ExitCase
from examops.exits.recheck import recheck, running
from examops.exits.recheck.models import RecheckFinding, RecheckStanding
from examops.exits.recheck.switches import Grounds, acting_rules, switch
from examops.exits.shown import shown_fact
from examops.filings import current_dossiers, dossier, lines_of
from examops.filings.models import FilingFact
from examops.outbox.models import OutboxNotice
from examops.staff.models import Qualification
from tests.domains.exits.conftest import FACTS, Exit, fact_of, filed_filing
from tests.factories import DAY, ELECTRICIAN, WELDER

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
INSURED = "capacity.insured_local_min"
PAPER = Grounds("佛人社〔2026〕12号", "试运行一个月无误", date(2026, 11, 23))


def switched_on(exit_of: Exit, *rules: str) -> None:
    with transaction():
        for rule in rules:
            switch(rule, True, 0, PAPER, actor=exit_of.actor("city"), clock=exit_of.clock)


def change(exit_of: Exit, key: str, value: Any, subject: str = "", as_of: date = date(2026, 10, 31)) -> None:
    """An office has looked it up again."""
    old = db.session.execute(
        select(FilingFact).where(
            FilingFact.body_id == exit_of.body.id,
            FilingFact.key == key,
            FilingFact.subject == subject,
            FilingFact.superseded_by.is_(None),
        )
    ).scalar_one()
    own = {"body_id": old.body_id, "district": old.district, "filing_id": old.filing_id}
    new = fact_of(own, subject, key, value, as_of)
    new.uid = uuid.uuid4()
    old.superseded_by = new.uid
    db.session.flush()
    exit_of.make.save(new)


def found() -> list[tuple[str, str, str]]:
    query = select(RecheckFinding).where(RecheckFinding.gone_on.is_(None)).order_by(RecheckFinding.id)
    return [(row.kind, row.rule, row.subject) for row in db.session.execute(query).scalars()]


def cases() -> list[ExitCase]:
    return list(db.session.execute(select(ExitCase).order_by(ExitCase.id)).scalars())


def next_night(exit_of: Exit) -> Any:
    exit_of.clock.instant += timedelta(days=1)
    return recheck(exit_of.clock)


def test_by_default_a_loss_is_only_listed(judged: Exit) -> None:
    assert (recheck(judged.clock).found, found()) == (0, [])
    change(judged, "insured_local", 299)
    change(judged, "applicants", 49, ELECTRICIAN)
    night = next_night(judged)
    assert (night.checked, night.found, night.drafted) == (1, 2, 0)
    assert found() == [
        ("lost", INSURED, ""),
        ("lost", "capacity.applicants_per_occupation_min", ELECTRICIAN),
    ]
    assert (cases(), acting_rules(judged.today, rulebook())) == ([], frozenset())


def test_a_rule_that_acts_drafts_once_with_facts_and_not_each_night_again(judged: Exit) -> None:
    change(judged, "insured_local", 299)
    change(judged, "applicants", 49, ELECTRICIAN)
    switched_on(judged, INSURED)
    assert recheck(judged.clock).drafted == 1
    assert [next_night(judged).drafted for _ in range(3)] == [0, 0, 0]
    (case,) = cases()
    assert (case.ground, case.state, case.opened_by, case.clock_owner) == (
        "condition_lost",
        "drafted",
        None,
        "district_bureau",
    )
    (fact,) = facts_of(case)
    assert (fact.rule, fact.outcome, fact.why, fact.clause) == (INSURED, "missing", "below", "市工作方案 一(二)")
    assert fact.inputs["facts"]["insured_local"] | {"as_of": ""} == {
        "value": 299,
        "source": "official",
        "as_of": "",
        "seen_by": "市局经办",
        "is_unsound": False,
    }
    assert fact.read_on == date(2026, 11, 23)


def test_a_rule_switched_on_later_drafts_what_was_listed_and_joins_the_open_draft(judged: Exit) -> None:
    change(judged, "insured_local", 299)
    change(judged, "applicants", 49, ELECTRICIAN)
    switched_on(judged, INSURED)
    recheck(judged.clock)
    with transaction():
        later = Grounds("佛人社〔2026〕13号", "再启用一条", date(2026, 11, 25))
        rule = "capacity.applicants_per_occupation_min"
        switch(rule, True, 0, later, actor=judged.actor("city"), clock=judged.clock)
    assert [next_night(judged).drafted, next_night(judged).drafted] == [0, 1]
    (case,) = cases()
    assert [one.rule for one in facts_of(case)] == [INSURED, "capacity.applicants_per_occupation_min"]


def test_what_was_dismissed_is_not_drafted_again_until_it_was_gone_in_between(judged: Exit) -> None:
    change(judged, "insured_local", 299)
    switched_on(judged, INSURED)
    recheck(judged.clock)
    (case,) = cases()
    judged.do(tell_body, case, "district")
    judged.do(state_case, case, "coordinator", "参保月底补齐")
    judged.do(decide, case, "city", Decision("dismissed", "给予时间"))
    assert next_night(judged).drafted == 0
    change(judged, "insured_local", 300)
    next_night(judged)
    assert found() == []
    change(judged, "insured_local", 298)
    assert next_night(judged).drafted == 1
    assert [one.state for one in cases()] == ["decided", "drafted"]


def test_old_figures_are_a_reminder_and_no_loss(judged: Exit) -> None:
    switched_on(judged, "filing.fact_months")
    judged.body.last_session_on = date(2027, 10, 1)
    judged.make.save(judged.body)
    judged.clock.instant = DAY + timedelta(days=365)
    night = recheck(judged.clock)
    assert {kind for kind, _rule, _subject in found()} == {"stale"}
    assert (night.drafted, night.reminded) == (0, 1)
    assert next_night(judged).reminded == 0
    (notice,) = db.session.execute(select(OutboxNotice)).scalars()
    assert (notice.kind, notice.recipient) == ("recheck_reminder", "13800000001")
    assert judged.body.name in notice.payload["text"]


def test_a_card_that_runs_out_is_a_loss_and_what_nobody_ever_entered_is_none(judged: Exit) -> None:
    for until in (date(2028, 1, 1), date(2028, 1, 1), date(2026, 11, 24)):
        member = judged.make.staff(judged.body)
        card = db.session.query(Qualification).filter_by(staff_id=member.id).one()
        card.valid_until = until
        judged.make.save(card)
    assert (recheck(judged.clock).found, next_night(judged).found) == (0, 0)  # its last day counts
    next_night(judged)
    assert found() == [("lost", "capacity.examiners_per_occupation_min", ELECTRICIAN)]


def test_the_idle_year_counts_from_the_last_finished_session(judged: Exit) -> None:
    switched_on(judged, "exit.idle_months", "exit.idle_warn_days")

    def idle() -> list[tuple[str, str, str]]:
        return [one for one in found() if one[0].startswith("idle")]

    make, body = judged.make, judged.body
    room, batch = make.room(make.site(body)), make.batch(body)
    make.session_with_turns(batch, room, starts_at=DAY - timedelta(days=100), state="finished")
    make.session_with_turns(batch, room, starts_at=DAY - timedelta(days=50), state="cancelled")
    recheck(judged.clock)
    assert idle() == []
    judged.clock.instant = DAY + timedelta(days=200)
    night = recheck(judged.clock)
    assert (idle(), night.reminded) == (
        [("idle_soon", "exit.idle_warn_days", "")],
        1,
    )
    judged.clock.instant = DAY + timedelta(days=266)
    assert recheck(judged.clock).drafted == 1
    (case,) = cases()
    (fact,) = facts_of(case)
    assert (case.ground, fact.inputs["last_session_on"]) == ("idle", "2026-08-15")
    assert ("idle_soon", "exit.idle_warn_days", "") not in found()


def test_a_body_from_paper_counts_from_the_day_it_was_entered(judged: Exit) -> None:
    """Its sessions of before are not known here, so nobody says that there were none."""
    switched_on(judged, "exit.idle_months")
    old = judged.make.body(filed_on=date(2021, 3, 1), created_at=DAY - timedelta(days=5))
    stated = judged.make.body(filed_on=date(2021, 3, 1), created_at=DAY, last_session_on=date(2025, 6, 1))
    assert recheck(judged.clock).drafted == 1
    (case,) = cases()
    assert case.body_id == stated.id
    judged.clock.instant = DAY + timedelta(days=361)
    recheck(judged.clock)
    case = next(one for one in cases() if one.body_id == old.id)
    (fact,) = facts_of(case)
    assert "自录入系统（2026-11-18）起没有组织过认定" in shown_fact(fact).found


def test_one_odd_body_never_stops_its_neighbours(judged: Exit, monkeypatch: pytest.MonkeyPatch) -> None:
    change(judged, "insured_local", "三百")
    make = judged.make
    neighbours = [make.body(filed_on=date(2026, 5, 1)) for _ in range(3)]
    settings = {"alarm_mailbox": "ops@example.cn"}
    monkeypatch.setattr("examops.exits.notices.settings", lambda: type("S", (), settings))
    night = recheck(judged.clock)
    assert (night.checked, night.failed) == (3, 1)
    rows = {row.body_id: row for row in db.session.execute(select(RecheckStanding)).scalars()}
    assert (rows[judged.body.id].state, rows[judged.body.id].fault) == ("failed", "TypeError")
    assert {rows[one.id].state for one in neighbours} == {"unjudged"}
    next_night(judged)
    db.session.refresh(rows[judged.body.id])
    assert rows[judged.body.id].failed_since == date(2026, 11, 23)
    (notice,) = db.session.execute(select(OutboxNotice)).scalars()  # once, not each night
    assert (notice.kind, notice.recipient) == ("recheck_failed", "ops@example.cn")
    change(judged, "insured_local", 300)
    next_night(judged)
    db.session.refresh(rows[judged.body.id])
    assert (rows[judged.body.id].state, rows[judged.body.id].failed_since) == ("checked", None)


def test_a_night_that_is_cut_goes_on_where_it_was(judged: Exit, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        judged.make.body(filed_on=date(2026, 5, 1))
    small = rulebook().value
    monkeypatch.setattr(
        type(rulebook()),
        "value",
        lambda self, key, day: 2 if key == "exit.batch_bodies" else small.__func__(self, key, day),  # type: ignore[attr-defined]
    )
    whole, batches = running.recheck_batch, []

    def cut(frame, night):  # type: ignore[no-untyped-def]
        batches.append(1)
        if len(batches) == 2:
            whole(frame, night)
            raise KeyboardInterrupt
        return whole(frame, night)

    monkeypatch.setattr(running, "recheck_batch", cut)
    with pytest.raises(KeyboardInterrupt):
        recheck(judged.clock)
    assert db.session.query(RecheckStanding).count() == 2  # of the batch that was cut nothing is there
    night = recheck(judged.clock)
    assert (night.checked, db.session.query(RecheckStanding).count()) == (2, 4)
    assert recheck(judged.clock).checked == 0


def test_only_filed_bodies_are_judged_by_the_job_and_it_says_what_it_did(judged: Exit) -> None:
    judged.make.body(state="suspended", filed_on=date(2026, 5, 1))
    assert "核对 1 家" in str(jobs.recheck())
    assert jobs.recheck() == ""
    assert jobs.follow_terms() == ""


def test_many_bodies_at_once_are_judged_as_each_by_its_own_filing(judged: Exit) -> None:
    """The same lines, by the same judge, as the page of the filing shows."""
    assert judged.filing is not None
    other = judged.make.body(filed_on=date(2026, 5, 1))
    judged.make.body_occupation(other, levels=("4",))
    filings = {judged.body.id: judged.filing, other.id: filed_filing(judged.make, other, FACTS)}
    at_once = current_dossiers(list(filings))
    for body_id, filing in filings.items():
        alone = lines_of(dossier(filing), judged.today, rulebook())
        assert lines_of(at_once[body_id], judged.today, rulebook()) == alone


def test_amendments_are_laid_over_the_filing_and_a_renewal_begins_anew(judged: Exit) -> None:
    make, body = judged.make, judged.body
    make.body_occupation(body, WELDER, ("5",))
    filed_filing(make, body, {("", "insured_local"): 320, (WELDER, "examiners"): 4}, kind="amendment", number="A1")
    found_now = current_dossiers([body.id])[body.id]
    assert (found_now.filing, found_now.facts["", "insured_local"].value["value"]) == (judged.filing, 320)
    assert {row.occupation_code: row.levels for row in found_now.occupations} == {ELECTRICIAN: ["4"], WELDER: ["5"]}
    assert found_now.facts["", "managers"].value["value"] == 1
    renewal = filed_filing(make, body, {("", "insured_local"): 350}, kind="renewal", number="R1")
    found_now = current_dossiers([body.id])[body.id]
    assert (found_now.filing, set(found_now.facts)) == (renewal, {("", "insured_local")})


def test_a_switch_is_the_city_bureaus_with_paper_from_a_day_on(judged: Exit) -> None:
    by: dict[str, Any] = {"actor": judged.actor("city"), "clock": judged.clock}
    switch(INSURED, True, 0, Grounds("文", "理由", date(2026, 12, 1)), **by)
    assert acting_rules(date(2026, 11, 30), rulebook()) == frozenset()
    assert acting_rules(date(2026, 12, 1), rulebook()) == {INSURED}
    with pytest.raises(Conflict):
        switch(INSURED, False, 0, PAPER, **by)
    switch(INSURED, False, 1, Grounds("文", "误报太多", date(2026, 12, 5)), **by)
    assert acting_rules(date(2026, 12, 5), rulebook()) == frozenset()
    for rule, day in (("no.such_rule", date(2026, 12, 1)), (INSURED, date(2026, 11, 22))):
        with pytest.raises(Invalid):
            switch(rule, True, 2, Grounds("文", "理由", day), **by)
    with pytest.raises(NotAllowed):
        switch(INSURED, True, 2, PAPER, actor=judged.actor("district"), clock=judged.clock)
