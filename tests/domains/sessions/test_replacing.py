"""Somebody on duty is replaced after the approval: by the rules of planning, told, on record, and only then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.calendar import calendar
from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.offices.models import AccountContact
from examops.outbox.models import OutboxNotice
from examops.registration.models import Application
from examops.sessions.models import SessionDuty, SessionGroup
from examops.sessions.replacing import ChecksWorse, NotFit, NotReplaceable, OnDutyHere, replace_duty
from examops.sessions.timed import begin_sessions
from examops.staff.models import Availability, Qualification, RecusalRelation, StaffMember
from tests.domains.sessions.test_gates import BODY, START, Exam, due, exam, sign_in
from tests.factories import Factory

__all__ = ["exam"]


def replace(exam: Exam, duty: SessionDuty, newcomer: StaffMember, reason: str = "突发疾病") -> SessionDuty:
    by = {"actor": BODY, "clock": exam.clock, "rules": rulebook(), "calendar": calendar()}
    with transaction():
        return replace_duty(exam.session, duty.uid, newcomer.uid, reason, **by).duty


def on_duty(exam: Exam) -> list[int]:
    """Inner numbers of those on duty, in the order of their rows."""
    query = select(SessionDuty.staff_id).where(SessionDuty.session_id == exam.session.id, ~SessionDuty.is_released)
    db.session.rollback()
    return list(db.session.execute(query.order_by(SessionDuty.id)).scalars())


def test_a_replacement_takes_role_and_groups_and_the_one_before_stays_on_record(exam, make) -> None:
    exam.approved()
    newcomer = make.staff(exam.body)
    gone = exam.duties[1]
    made = replace(exam, gone, newcomer)
    assert (made.role, made.serves, made.during) == (gone.role, gone.serves, exam.session.during)
    assert on_duty(exam) == [exam.duties[0].staff_id, exam.duties[2].staff_id, newcomer.id]
    db.session.refresh(gone)
    assert gone.is_released
    assert exam.state() == "approved"
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "session:person_replaced")).scalar_one()
    before = make.session.get_one(StaffMember, gone.staff_id).name
    told = {name: entry.payload[name] for name in ("before", "after", "role", "reason")}
    assert told == {"before": before, "after": newcomer.name, "role": "examiner", "reason": "突发疾病"}
    assert exam.checks()["须回避"] == "unclear", "whoever has come states their relations"


def test_the_newcomer_counts_once_they_have_stated_and_signed_in(exam, make) -> None:
    due(exam)
    made = replace(exam, exam.duties[1], make.staff(exam.body))
    sign_in(exam, make, exam.duties[0], exam.duties[2], made)
    assert (exam.run(begin_sessions), exam.state()) == (0, "closed")
    make.stated(exam.session)
    assert (exam.run(begin_sessions), exam.state()) == (1, "running")


@pytest.mark.parametrize(
    ("moves", "advice"),
    [((), "“修改”里换人"), (("declared",), "先退回"), (("declared", "cancelled"), "实际到岗")],
)
def test_only_between_approval_and_start(exam, make, moves, advice) -> None:
    for state in moves:
        exam.move(state)
    with pytest.raises(NotReplaceable) as refused:
        replace(exam, exam.duties[1], make.staff(exam.body))
    assert advice in refused.value.next_step
    assert refused.value.clause == "系统规则"


def test_a_running_session_keeps_its_people(exam, make) -> None:
    due(exam)
    sign_in(exam, make, *exam.duties)
    exam.run(begin_sessions)
    with pytest.raises(NotReplaceable):
        replace(exam, exam.duties[1], make.staff(exam.body))


def test_every_reason_against_somebody_is_told_with_its_clause(exam, make) -> None:
    exam.approved()
    newcomer = make.staff(exam.body, team="总装线")  # that of the candidates
    owner = {"body_id": exam.body.id, "district": exam.body.district}
    card = make.session.query(Qualification).filter_by(staff_id=newcomer.id).one()
    card.valid_until = START.date() - timedelta(days=1)  # holds while the session is planned, not on its day
    away = Range(START - timedelta(hours=3), START + timedelta(hours=1))
    said = {"is_free": False, "note": "", "is_own": True, "written_by": newcomer.name}
    make.save(card, Availability(**owner, staff_id=newcomer.id, during=away, **said))
    other, _ = make.session_with_turns(exam.batch, make.room(make.site(exam.body)), starts_at=START, minutes=60)
    make.duty(other, newcomer)
    with pytest.raises(NotFit) as refused:
        replace(exam, exam.duties[1], newcomer)
    told = refused.value.words
    for words in ("没有 2026-12-15 有效的", f"已在场次 {other.number}", "不能来", "须回避的关系"):
        assert words in told
    assert refused.value.clause == "考评人员管理办法；系统规则；考评人员管理办法 回避"
    assert newcomer.id not in on_duty(exam)


def test_somebody_of_another_body_or_inactive_or_here_already_does_not_come(exam, make) -> None:
    exam.approved()
    for stranger in (make.staff(make.body()), make.staff(exam.body, is_active=False)):
        with pytest.raises(NotFound):
            replace(exam, exam.duties[1], stranger)
    here = make.session.get_one(StaffMember, exam.duties[2].staff_id)
    with pytest.raises(OnDutyHere) as refused:
        replace(exam, exam.duties[1], here)
    assert refused.value.words == f"{here.name} 已经在本场任考评员，一人在一场只有一项职务"
    assert (refused.value.clause, "换给别人" in refused.value.next_step) == ("系统规则", True)


def test_somebody_on_duty_here_takes_another_duty_once_theirs_has_gone_to_somebody(exam, make, sign_in) -> None:
    exam.approved()
    leads, examines = exam.duties[0], exam.duties[1]
    here = make.session.get_one(StaffMember, examines.staff_id)
    client = sign_in(make.user("coordinator", exam.body))
    url = f"/sessions/{exam.session.uid}/duties/{leads.uid}/replace"
    page = client.get(url).text
    assert (f'value="{here.uid}" disabled' in page, "在本场任考评员，先把那项职务换给别人" in page) == (True, True)
    replace(exam, examines, make.staff(exam.body))
    assert f'value="{here.uid}">' in client.get(url).text
    assert replace(exam, leads, here).role == "leader"


def test_a_leader_of_technicians_is_replaced_by_a_senior_examiner_only(exam, make) -> None:
    group = make.session.query(SessionGroup).filter_by(session_id=exam.session.id).one()
    group.level = "2"
    make.save(group)
    make.filed(exam.body, level="2")
    exam.approved()
    with pytest.raises(ChecksWorse) as refused:
        replace(exam, exam.duties[0], make.staff(exam.body))
    assert "高级考评员任组长" in refused.value.words
    assert refused.value.clause
    senior = make.staff(exam.body, "senior_examiner")
    assert replace(exam, exam.duties[0], senior).role == "leader"


def test_who_was_replaced_has_gone_and_may_come_back(exam, make) -> None:
    exam.approved()
    gone = make.session.get_one(StaffMember, exam.duties[1].staff_id)
    made = replace(exam, exam.duties[1], make.staff(exam.body))
    with pytest.raises(NotFound):
        replace(exam, exam.duties[1], make.staff(exam.body))
    replace(exam, made, gone, "已经痊愈")
    assert gone.id in on_duty(exam)


def test_the_page_offers_who_can_come_and_says_why_others_cannot(exam: Exam, make: Factory, sign_in) -> None:
    exam.approved()
    coordinator = make.user("coordinator", exam.body)
    client = sign_in(coordinator)
    able, related = make.staff(exam.body, name="杜小满"), make.staff(exam.body, name="段文", team="总装线")
    make.staff(exam.body, "proctor", name="丁一")
    gone = make.session.get_one(StaffMember, exam.duties[1].staff_id)
    show = f"/sessions/{exam.session.uid}"
    url = f"{show}/duties/{exam.duties[1].uid}/replace"
    assert f'href="{url}"' in client.get(show).text
    page = client.get(url).text
    assert f'value="{able.uid}">' in page
    assert f'value="{related.uid}" disabled' in page
    assert "有须回避的关系，不能来" in page
    assert "丁一" not in page, "without the card of an examiner"
    missing = client.post(url, data={"staff": str(able.uid), "reason": ""})
    assert (missing.status_code, f'value="{able.uid}" checked' in missing.text) == (422, True)
    refused = client.post(url, data={"staff": str(related.uid), "reason": "高烧住院"})
    assert (refused.status_code, "高烧住院" in refused.text) == (409, True)
    assert "考评人员管理办法 回避" in refused.text
    answer = client.post(url, data={"staff": str(able.uid), "reason": "高烧住院"}, follow_redirects=True)
    assert "杜小满" in answer.text
    assert f"另外告诉：区人社局、杜小满、{gone.name}" in answer.text, "nobody here has an address"
    assert "高烧住院" in answer.text
    assert client.get(url).status_code == 404, "whoever was replaced has no duty here any more"
    office = sign_in(make.user("district_bureau", district="440606"))
    shown = office.get(show).text
    assert "换人：" in shown
    assert "高烧住院" in shown
    assert "/replace" not in shown, "the body replaces, the office is told"
    assert office.get(url).status_code == 403


def test_the_office_and_both_people_are_told_once(exam, make, clock) -> None:
    exam.approved()
    officer = make.user("district_bureau", district="440606")
    make.save(AccountContact(user_id=officer.id, email="bureau@example.cn"))
    newcomer = make.staff(exam.body, telephone="13800000002")
    gone = make.session.get_one(StaffMember, exam.duties[1].staff_id)
    gone.telephone = "13800000001"
    make.save(gone)
    replace(exam, exam.duties[1], newcomer, "高烧住院")
    with transaction(SYSTEM):
        query = select(OutboxNotice).where(OutboxNotice.kind == "duty_replaced").order_by(OutboxNotice.id)
        texts = {one.recipient: one.payload["text"] for one in db.session.execute(query).scalars()}
    assert set(texts) == {"bureau@example.cn", "13800000002", "13800000001"}
    assert "高烧住院" in texts["bureau@example.cn"]
    assert "高烧住院" not in texts["13800000002"] + texts["13800000001"]


def test_notices_are_chinese_whoever_acts(exam, make, sign_in) -> None:
    exam.approved()
    newcomer = make.staff(exam.body, telephone="13800000002")
    client = sign_in(make.user("coordinator", exam.body))
    url = f"/sessions/{exam.session.uid}/duties/{exam.duties[1].uid}/replace"
    form = {"staff": str(newcomer.uid), "reason": "高烧住院"}
    client.set_cookie("examops_language", "en")
    assert client.post(url, data=form).status_code == 302
    with transaction(SYSTEM):
        query = select(OutboxNotice).where(OutboxNotice.kind == "duty_replaced")
        (text,) = [one.payload["text"] for one in db.session.execute(query).scalars()]
    assert str(exam.session.title) in text


def test_the_week_says_that_somebody_is_to_be_replaced_here(exam, make, sign_in) -> None:
    exam.approved()
    client = sign_in(make.user("coordinator", exam.body))
    candidate = make.session.get_one(Application, exam.bookings[0].application_id).candidate_id
    owner = {"body_id": exam.body.id, "district": exam.body.district}
    relation = {"candidate_id": candidate, "relation": "relative"}
    make.save(RecusalRelation(**owner, staff_id=exam.duties[1].staff_id, **relation))
    assert "在场次页换人" in client.get("/sessions/week").text
    replace(exam, exam.duties[1], make.staff(exam.body), "声明须回避")
    assert "须换人" not in client.get("/sessions/week").text


def test_a_refusal_leaves_everything_as_it_was(exam, make) -> None:
    exam.approved()
    before = on_duty(exam)
    with pytest.raises(DomainError):
        replace(exam, exam.duties[1], make.staff(exam.body, "proctor"))
    assert on_duty(exam) == before


def test_a_card_that_ends_before_the_exam_is_told_when_it_ends_and_marked_in_the_session(exam, make, sign_in) -> None:
    exam.approved()
    member = make.session.get_one(StaffMember, exam.duties[1].staff_id)
    card = make.session.query(Qualification).filter_by(staff_id=member.id).one()
    client = sign_in(make.user("coordinator", exam.body))
    show = f"/sessions/{exam.session.uid}"
    assert "考试当日已过期" not in client.get(show).text
    url = f"/staff/{member.uid}/cards/{card.uid}/end"
    told = client.post(
        url, data={"last": f"{START.date() - timedelta(days=3)}", "reason": "解聘"}, follow_redirects=True
    )
    assert "在那以后还排了这个人当值" in told.text
    assert client.get(show).text.count("考试当日已过期") == 1
    spare = make.staff(exam.body)
    other = make.session.query(Qualification).filter_by(staff_id=spare.id).one()
    url = f"/staff/{spare.uid}/cards/{other.uid}/end"
    told = client.post(
        url, data={"last": f"{START.date() - timedelta(days=3)}", "reason": "解聘"}, follow_redirects=True
    )
    assert ("为止" in told.text, "在那以后还排了这个人当值" in told.text) == (True, False)
