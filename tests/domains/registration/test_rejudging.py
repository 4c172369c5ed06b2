"""After a correction: both verdicts stay, who was wronged is listed masked, nobody's application is touched."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.eligibility.facts import Certificate, Schooling, Source
from examops.eligibility.invariants import verdicts_that_changed
from examops.eligibility.models import StoredVerdict
from examops.eligibility.rules import judge, stored_inputs
from examops.registration.models import Application, Roster, RosterRow
from examops.registration.rejudging import refused_rows, rejudge_verdicts, report
from tests.domains.eligibility.people import an_id, context, facts, own, seen
from tests.factories import Factory

CARER, LATHE = "4-10-01-05", "6-18-01-01"
OLD_BOOK = rulebook().known_on(None)


def four_years():
    return facts(own(), kind="employee", certificates=(), work_since=seen(date(2022, 1, 25)))


def graduate():
    """Three years of work in all, one of them after the certificate."""
    held = Certificate("3", "", "", date(2025, 6, 1), Source.DOCUMENT)
    school = Schooling("某校", "technician_college", "", True, None, date(2023, 6, 30), False, Source.DOCUMENT)
    return facts(own(), kind="employee", certificates=(held,), schooling=(school,), work_since=seen(date(2023, 11, 25)))


def milling_certificate():
    held = Certificate("4", "6-18-01-02", "", date(2018, 1, 1), Source.DOCUMENT)
    return facts(own(), kind="employee", certificates=(held,), work_since=seen(date(2015, 1, 1)))


@pytest.fixture
def stored(make: Factory):
    """A verdict as stored before the correction, of somebody wrongly refused or let in."""

    def store(person, occupation, level):
        body = make.body()
        candidate = make.candidate(body, id_number=an_id())
        where = context(occupation_code=occupation, level=level)
        verdict = judge(person, where, OLD_BOOK)
        inputs = stored_inputs(replace(person, id_number=""), where)
        del inputs["context"]["rules_known_on"]
        row = make.save(
            StoredVerdict(
                body_id=candidate.body_id,
                district=candidate.district,
                candidate_id=candidate.id,
                occupation_code=occupation,
                level=level,
                cut_off_on=where.cut_off,
                inputs=inputs,
                **verdict.to_json(),
            )
        )
        return make.application(make.batch(body), candidate, verdict_id=row.id), row

    return store


def verdicts():
    return list(db.session.execute(select(StoredVerdict).order_by(StoredVerdict.id)).scalars())


def test_who_was_wrongly_refused_gets_a_second_verdict_and_is_listed(stored, job_app):
    application, old = stored(four_years(), CARER, "4")
    db.session.remove()
    with job_app.app_context():
        found = rejudge_verdicts(rulebook(), keyring())
        shown = "".join(report(found))

        assert [(one.judged.before, one.judged.after) for one in found] == [("no", "ok")]
        assert f"报名 {application.number}：不符合 → 可报名" in shown
        assert f"standard.{CARER}.2019.level_4@2026-11-29" in shown
        assert "原被误拒或多要材料：1 人" in shown
        with transaction(SYSTEM):
            first, second = verdicts()
            assert (first.uid, first.outcome, second.outcome) == (old.uid, "no", "ok")
            assert second.inputs["judged_again"] == str(old.uid)
            assert second.inputs["facts"]["id_number"] == ""
            assert db.session.get(Application, application.id).verdict_id == first.id
            assert verdicts_that_changed(keyring()) == []
        assert rejudge_verdicts(rulebook(), keyring()) == []


def test_who_was_wrongly_let_in_is_listed_masked(stored, job_app):
    application, _ = stored(milling_certificate(), LATHE, "3")
    db.session.remove()
    with job_app.app_context():
        shown = "".join(report(rejudge_verdicts(rulebook(), keyring())))

    assert "原被误放：1 人" in shown
    assert f"4406**********0018 {LATHE} 三级" in shown.replace(an_id()[-4:], "0018")
    assert an_id() not in shown
    assert f"报名 {application.number}：可报名 → 待核实" in shown


def test_a_verdict_that_no_correction_touches_stays_alone(stored, job_app):
    person = facts(own(), kind="employee")
    stored(person, "4-10-01-03", "4")
    db.session.remove()
    with job_app.app_context():
        assert rejudge_verdicts(rulebook(), keyring()) == []
        with transaction(SYSTEM):
            assert len(verdicts()) == 1


def test_a_row_of_a_roster_that_was_refused_is_listed_and_stays_as_it_is(make: Factory, job_app):
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    batch = make.batch(body, level="2")
    number, ring = an_id(), keyring()
    hashed = ring.lookup(number, "id-number")
    whose = {"body_id": body.id, "district": body.district}
    roster = make.save(
        Roster(**whose, batch_id=batch.id, name="名单.xlsx", content_digest=b"", document_key="", state="examined")
    )
    row = make.save(
        RosterRow(
            **whose,
            roster_id=roster.id,
            row_number=7,
            name="陈小明",
            id_masked="4406**********0018",
            id_hash=hashed,
            id_sealed=ring.seal(number, "person.id_sealed." + hashed.hex()),
            problems=[],
            lines=[],
            reasons=[],
            cells={"occupation": "6-31-01-03", "level": 2},
            facts=replace(graduate(), id_number="").to_json(),
            outcome="no",
        )
    )
    db.session.remove()
    with job_app.app_context():
        found = refused_rows(rulebook(), keyring())
        shown = "".join(report(found))
        with transaction(SYSTEM):
            assert db.session.get(RosterRow, row.id).outcome == "no"

    assert "陈*明 4406**********0018" in shown
    assert "名单 名单.xlsx 第 7 行：不符合 →" in shown
