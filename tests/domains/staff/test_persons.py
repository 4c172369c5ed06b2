"""Who is who among people on duty: by account, by ID number, and what each reader is shown of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.scope import Scope, set_scope
from examops.organisations.models import Body
from examops.sessions.planning.conflicts import find_clashes
from examops.sessions.planning.drafting import draft_session
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan
from examops.staff.models import StaffMember
from tests.domains.eligibility.people import an_id
from tests.factories import DAY, Factory

NUMBER, OTHER = an_id(born="19800101"), an_id(born="19850202")


@pytest.fixture
def registered(make: Factory):
    """The same human being at two bodies, and a coordinator of each; nobody knows yet that it is one."""
    first, second = make.body(district="440606"), make.body(district="440604")
    members = [make.staff(first, name="邓辉甲"), make.staff(second, name="邓辉乙")]
    return [first, second], members, [make.user("coordinator", body) for body in (first, second)]


def enter(client, member: StaffMember, number: str):
    """The answer; the notice that it leaves for the next page is read away."""
    answer = client.post(f"/staff/{member.uid}/id-number", data={"number": number})
    client.get("/staff/")
    return answer


def person_of(make: Factory, member: StaffMember) -> int:
    make.session.rollback()
    make.session.refresh(member)
    return member.person_id


def test_the_same_number_at_two_bodies_is_one_person_and_the_page_shows_it(registered, make, sign_in) -> None:
    bodies, members, users = registered
    before = sign_in(users[0]).get("/staff/").text
    for user, member in zip(users, members, strict=True):
        assert enter(sign_in(user), member, NUMBER).status_code == 302

    page = sign_in(users[0]).get("/staff/").text
    assert person_of(make, members[0]) == person_of(make, members[1])
    assert ("没有登记" in before, "登记身份证号后才知道" in before) == (True, True)
    assert f"{NUMBER[:4]}**********{NUMBER[-4:]}" in page
    assert "另有 1 家机构登记了同一人" in page
    assert NUMBER not in page
    assert bodies[1].short_name not in page, "a body is not told which other one it is"
    assert members[1].name not in page


def test_the_city_sees_at_which_bodies_somebody_is_registered(registered, make, sign_in) -> None:
    bodies, members, users = registered
    for user, member in zip(users, members, strict=True):
        enter(sign_in(user), member, NUMBER)
    client = sign_in(make.user("city_centre"))
    page = client.get("/staff/").text

    assert page.count(bodies[0].short_name) == page.count(bodies[1].short_name) == 2
    assert ("邓辉甲" in page, "登记</button>" in page) == (False, False)
    assert enter(client, members[0], OTHER).status_code == 403


def test_a_candidate_of_the_register_is_the_same_person(registered, make, sign_in) -> None:
    bodies, members, users = registered
    candidate = make.candidate(bodies[1], id_number=NUMBER)
    enter(sign_in(users[0]), members[0], NUMBER)

    assert person_of(make, members[0]) == candidate.person_id


@pytest.mark.parametrize("wrong", [NUMBER[:-1] + "0", "12345", "440606800101001", "王"])
def test_a_wrong_number_is_refused_with_what_to_do(registered, make, sign_in, wrong: str) -> None:
    _, members, users = registered
    before = person_of(make, members[0])
    answer = enter(sign_in(users[0]), members[0], wrong)

    assert answer.status_code == 422
    assert "按证件上的 18 位重新填写" in answer.text
    assert person_of(make, members[0]) == before


def test_a_mistyped_number_is_corrected(registered, make, sign_in) -> None:
    _, members, users = registered
    enter(sign_in(users[1]), members[1], OTHER)
    enter(sign_in(users[0]), members[0], OTHER)
    assert person_of(make, members[0]) == person_of(make, members[1])
    assert enter(sign_in(users[0]), members[0], NUMBER).status_code == 302

    assert person_of(make, members[0]) != person_of(make, members[1])


def test_a_member_of_another_body_is_not_found(registered, sign_in) -> None:
    _, members, users = registered
    assert enter(sign_in(users[0]), members[1], NUMBER).status_code == 404


def test_two_duties_at_one_time_are_not_made_one_person(registered, make, sign_in) -> None:
    bodies, members, users = registered
    for body, member in zip(bodies, members, strict=True):
        session, _ = make.session_with_turns(make.batch(body), make.room(make.site(body), stations=1))
        make.duty(session, member)
    enter(sign_in(users[0]), members[0], NUMBER)

    answer = enter(sign_in(users[1]), members[1], NUMBER)

    assert answer.status_code == 409
    assert "先在其中一个场次换人" in answer.text
    assert person_of(make, members[0]) != person_of(make, members[1])


def test_one_account_with_two_numbers_is_asked_about(make, sign_in) -> None:
    user, first, second = make.user("examiner"), make.body(), make.body()
    members = [make.staff(body, user_id=user.id) for body in (first, second)]
    users = [make.user("coordinator", body) for body in (first, second)]
    assert enter(sign_in(users[0]), members[0], NUMBER).status_code == 302

    answer = enter(sign_in(users[1]), members[1], OTHER)

    assert answer.status_code == 409
    assert "这个账号在另一家机构登记的是另一个身份证号" in answer.text
    assert person_of(make, members[0]) == person_of(make, members[1])


def test_the_number_itself_stands_in_no_entry_of_the_log(registered, make, sign_in) -> None:
    _, members, users = registered
    enter(sign_in(users[0]), members[0], NUMBER)
    query = select(AuditEntry).where(AuditEntry.tag == "staff_member:identified")
    entry = db.session.execute(query).scalar_one()

    assert entry.subject_uid == members[0].uid
    assert NUMBER not in f"{entry.payload} {entry.subject_words}"


def test_the_plan_names_who_is_on_duty_at_another_body_but_not_where(registered, make, sign_in, clock) -> None:
    bodies, members, users = registered
    for user, member in zip(users, members, strict=True):
        enter(sign_in(user), member, NUMBER)
    away, _ = make.session_with_turns(make.batch(bodies[1]), make.room(make.site(bodies[1]), stations=1))
    make.duty(away, members[1])
    free = make.staff(bodies[0], name="冯空闲")
    batch, room = make.batch(bodies[0]), make.room(make.site(bodies[0]), stations=1)
    group = GroupPlan("6-31-01-03", "4", "skill", DAY, 1, 30, 0)
    plan = SessionPlan(batch.uid, room.uid, [group], [Duty(members[0].uid, "examiner")])
    elsewhere = make.session.get_one(Body, bodies[1].id).short_name
    set_scope(Scope(bodies=(bodies[0].id,)))
    db.session.rollback()

    (clash,) = find_clashes(draft_session(plan, rulebook()))

    assert clash.words == "邓辉甲 在这段时间已在另一家机构当值"
    assert clash.session is None
    assert free.name in clash.advice
    assert away.number not in clash.words + clash.advice
    assert elsewhere not in clash.words + clash.advice
