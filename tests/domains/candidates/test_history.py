"""A candidate's page: everything the body knows about one person, and who saw which paper on which day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.candidates import history
from examops.checkin.models import Sitting
from examops.core.actor import Actor
from examops.eligibility.models import Credential, Employment, StoredVerdict
from examops.sessions.booking.tickets import issue_ticket
from tests.factories import DAY, ELECTRICIAN, WELDER, Factory

LINE = {"outcome": "pass", "clause": "五级证书满 3 年", "found": "3 年 4 个月", "limit": "3 年", "code": "x"}


@pytest.fixture
def person(make: Factory, clock):
    """陈小明 of 华岭, seated in a session, with a spell of work and a certificate that nobody has seen."""
    body = make.body()
    batch = make.batch(body)
    room = make.room(make.site(body), name="A 栋实训室")
    session, turns = make.session_with_turns(batch, room, starts_at=DAY.replace(day=20))
    candidate = make.candidate(body, name="陈小明", telephone="13800138000")
    owner = {"body_id": body.id, "district": body.district}
    verdict = make.save(
        StoredVerdict(
            **owner,
            candidate_id=candidate.id,
            occupation_code=ELECTRICIAN,
            level="4",
            cut_off_on=date(2026, 11, 25),
            outcome="ok",
            lines=[LINE],
            inputs={},
        )
    )
    application = make.application(batch, candidate, verdict_id=verdict.id)
    booking = make.booking(turns[0], application, "completed")
    make.save(
        Sitting(
            **owner,
            booking_id=booking.id,
            session_id=session.id,
            turn_id=turns[0].id,
            workstation_id=make.stations(room)[0].id,
            entered_at=DAY.replace(day=20, hour=0, minute=51),
            left_at=DAY.replace(day=20, hour=2, minute=5),
            admitted_by="监考",
        )
    )
    issue_ticket(application, clock=clock, actor=Actor.system("test"))
    papers = [
        make.save(
            Employment(
                **owner,
                candidate_id=candidate.id,
                kind="agency",
                employer="顺德人力公司",
                host="华岭",
                started_on=date(2021, 3, 1),
                source="typed",
                as_of=date(2026, 11, 1),
            )
        ),
        make.save(
            Credential(
                **owner,
                candidate_id=candidate.id,
                kind="certificate",
                occupation_code=ELECTRICIAN,
                level="5",
                number="4419202012345678",
                dated_on=date(2022, 6, 1),
                source="typed",
                as_of=date(2026, 11, 1),
            )
        ),
    ]
    return body, candidate, application, session, papers


def test_applications_verdicts_bookings_check_ins_and_tickets_stand_on_one_page(person, make, sign_in) -> None:
    body, candidate, application, session, _ = person
    page = sign_in(make.user("coordinator", body)).get(f"/candidates/{candidate.uid}").text

    known = ["陈小明", candidate.id_masked, "13800138000", application.number, "2026 第 4 批", "五级证书满 3 年"]
    known += [session.number, "A 栋实训室", "11-20 周五 08:51", "11-20 周五 10:05", "已完成", "准考证号 20264"]
    assert [words for words in known if words not in page] == []
    looks = select(AuditEntry.subject_uid).where(AuditEntry.tag == "candidate:history_viewed")
    assert list(make.session.execute(looks).scalars()) == [candidate.uid]


def test_what_another_body_knows_about_the_person_is_not_there(person, make, sign_in) -> None:
    body, candidate, *_ = person
    other = make.body()
    elsewhere = make.candidate(other, id_number="440604199001019998")
    elsewhere.person_id = candidate.person_id
    make.save(elsewhere)
    foreign = make.application(make.batch(other, name="别处的批次"), elsewhere, occupation_code=WELDER)
    foreign_uid, number = elsewhere.uid, foreign.number
    client = sign_in(make.user("coordinator", body))

    page = client.get(f"/candidates/{candidate.uid}").text
    assert number not in page
    assert "别处的批次" not in page
    assert client.get(f"/candidates/{foreign_uid}").status_code == 404


@pytest.mark.parametrize("kind", ["employment", "credential"])
def test_each_paper_is_confirmed_by_itself_with_reader_and_day(person, make, sign_in, kind) -> None:
    body, candidate, _, _, papers = person
    at = ("employment", "credential").index(kind)
    first, second = make.user("coordinator", body, name="黄晓敏"), make.user("coordinator", body, name="何晓敏")
    paper, other = papers[at], papers[1 - at]
    address = f"/candidates/{candidate.uid}/{kind}/{paper.uid}/seen"
    page = f"/candidates/{candidate.uid}"
    assert "2 份没有人见过原件" in sign_in(first).get(page).text

    for user in (first, second):
        assert sign_in(user).post(address).status_code == 302
    make.session.rollback()
    make.session.refresh(paper)
    make.session.refresh(other)
    assert (paper.source, paper.seen_by, paper.as_of) == ("document", "黄晓敏", date(2026, 11, 23))
    assert (other.source, other.seen_by) == ("typed", "")
    seen = select(AuditEntry.actor_uid).where(AuditEntry.tag == "candidate:original_seen")
    assert list(make.session.execute(seen).scalars()) == [first.uid]
    shown = sign_in(second).get(page).text
    assert "黄晓敏 11-23 周一" in shown
    assert "1 份没有人见过原件" in shown


def test_a_paper_of_somebody_else_is_not_found(person, make, sign_in) -> None:
    body, _, _, _, papers = person
    other = make.candidate(body)
    answer = sign_in(make.user("coordinator", body)).post(f"/candidates/{other.uid}/employment/{papers[0].uid}/seen")

    assert answer.status_code == 404
    assert "刷新考生页面再看" in answer.text


def test_older_applications_come_on_further_pages(person, make, sign_in, monkeypatch) -> None:
    body, candidate, application, *_ = person
    monkeypatch.setattr(history, "PAGE", 1)
    newer = make.application(make.batch(body), candidate, occupation_code=WELDER)
    client = sign_in(make.user("coordinator", body))
    first = client.get(f"/candidates/{candidate.uid}").text
    second = client.get(f"/candidates/{candidate.uid}?before={newer.id}").text

    assert (newer.number in first, application.number in first) == (True, False)
    assert (newer.number in second, application.number in second) == (False, True)
