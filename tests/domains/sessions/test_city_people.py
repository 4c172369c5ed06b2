"""People of the city have a home of their own, and are in one place at a time whoever plans them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import IntegrityError

from examops.core.clock import SHANGHAI
from examops.core.connections import role_url
from examops.core.database import db
from examops.core.scope import Scope, scoped
from examops.core.transaction import transaction
from examops.sessions.models import CityDuty, SessionDuty
from examops.sessions.refusals import PlanConflict
from examops.sessions.states import SessionState
from examops.sessions.transitions import move_session
from examops.staff.models import CityPerson, CityRecusal
from tests.domains.eligibility.people import an_id
from tests.domains.sessions.test_planning import ACTOR, TOMORROW, create, ground, plan_for
from tests.factories import DAY, Factory

pytestmark = pytest.mark.postgres
__all__ = ["ground"]
NUMBER = an_id(born="19700101")
FORM = {"kind": "expert", "name": "欧阳明", "number": NUMBER, "valid_from": "2026-01-01", "valid_until": "2028-12-31"}


@pytest.fixture
def office(make: Factory, sign_in):
    return sign_in(make.user("city_centre"))


def people() -> list[CityPerson]:
    db.session.rollback()
    with scoped(Scope(everything=True)):
        found = list(db.session.execute(select(CityPerson).order_by(CityPerson.id)).scalars())
        db.session.rollback()
    return found


def test_the_city_keeps_its_own_people_and_nobody_else_sees_them(office, make, sign_in) -> None:
    for change, words in (
        ({"number": "1"}, "身份证号不对"),
        ({"valid_until": "2025-01-01"}, "止日早于起日"),
        ({"name": ""}, "写姓名"),
    ):
        answer = office.post("/city-people", data=FORM | change)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert office.post("/city-people", data=FORM).status_code == 302
    again = office.post("/city-people", data=FORM)
    assert (again.status_code, "已经按这一类登记过" in again.text) == (409, True)
    person = people()[0]
    url = f"/city-people/{person.uid}"
    page = office.get("/city-people").text
    assert all(word in page for word in ("欧阳明", "市级专家", "有效"))
    assert NUMBER not in office.get(url).text
    assert office.post(url, data=FORM | {"name": "欧阳亮", "letter": "佛聘1号"}).status_code == 302
    assert office.post(f"{url}/end", data={"last": "2029-01-01", "reason": "退休"}).status_code == 422
    assert office.post(f"{url}/end", data={"last": "2026-06-30", "reason": "退休"}).status_code == 302
    person = people()[0]
    assert (person.name, person.letter, person.end_reason) == ("欧阳亮", "佛聘1号", "退休")
    body = make.body()
    for role, at in (("coordinator", body), ("district_bureau", None), ("supervisor", None)):
        user = make.user(role, at) if at else make.user(role, district=body.district)
        assert sign_in(user).get("/city-people").status_code == 403
    db.session.rollback()
    with scoped(Scope(bodies=(body.id,), districts=(body.district,))):
        assert db.session.execute(select(CityPerson)).first() is None
        assert db.session.execute(select(CityDuty)).first() is None
        db.session.rollback()


@pytest.fixture
def same(make: Factory, ground):
    """One of the body's examiners is a person of the city too."""
    staff = ground[3]
    return make.city_person("expert", person_id=staff[2].person_id, name="欧阳明")


def send(office, person: CityPerson, number: str):
    return office.post(f"/city-people/{person.uid}/duties", data={"session": number})


def test_who_is_on_duty_for_a_body_is_not_sent_elsewhere_then(office, make, ground, same, clock) -> None:
    own = create(plan_for(ground), clock)
    body = make.body()
    batch, room = make.batch(body), make.room(make.site(body), stations=1)
    other, _ = make.session_with_turns(batch, room, starts_at=TOMORROW)
    later, _ = make.session_with_turns(batch, room, starts_at=TOMORROW + timedelta(days=1))
    refused = send(office, same, other.number)
    assert (refused.status_code, own.number in refused.text) == (409, True)
    assert send(office, same, "2026-9999").status_code == 404
    assert send(office, same, later.number).status_code == 302
    page = office.get(f"/city-people/{same.uid}").text
    assert (later.number in page, "收回" in page) == (True, True)
    same.valid_until = (TOMORROW - timedelta(days=1)).date()
    make.save(same)
    answer = send(office, make.save(same), other.number)
    assert (answer.status_code, "不在任期内" in answer.text) == (409, True)


def test_who_is_sent_by_the_city_is_not_planned_and_the_body_learns_no_more(office, make, ground, same, clock) -> None:
    other = make.body()
    session, _ = make.session_with_turns(make.batch(other), make.room(make.site(other), stations=1), starts_at=TOMORROW)
    assert send(office, same, session.number).status_code == 302
    with pytest.raises(PlanConflict) as refused:
        create(plan_for(ground), clock)
    assert ground[3][2].name in refused.value.words
    assert session.number not in refused.value.words
    db.session.rollback()
    duty = make.session.query(CityDuty).one()
    taken_back = office.post(f"/city-people/{same.uid}/duties/{duty.uid}/release")
    assert taken_back.status_code == 302
    assert create(plan_for(ground), clock).number


def test_the_database_holds_them_apart_and_follows_a_session(make, ground, same) -> None:
    body, _, room, staff = ground
    session, _ = make.session_with_turns(make.batch(body), room, starts_at=DAY + timedelta(days=2))
    make.city_duty(session, same)
    with pytest.raises(IntegrityError, match="for the city and for a body"):
        make.duty(session, staff[2], "examiner")
    make.session.rollback()
    second = make.city_person("inspector", person_id=same.person_id)
    with pytest.raises(IntegrityError, match="no_overlap_city_duty"):
        make.city_duty(session, second)
    make.session.rollback()
    other, _ = make.session_with_turns(make.batch(body), make.room(make.site(body), stations=1), starts_at=DAY)
    duty = make.duty(other, staff[2], "examiner")
    assert duty.person_id == same.person_id


def test_a_cancelled_session_gives_the_citys_people_back(make, ground, same, clock) -> None:
    session = create(plan_for(ground, duties=()), clock)
    make.city_duty(session, same)
    with transaction():
        move_session(db.session.merge(session), SessionState.CANCELLED, reason="台风", actor=ACTOR, clock=clock)
    make.session.rollback()
    make.session.expire_all()
    assert make.session.query(CityDuty).one().is_released


def test_who_must_step_aside_or_cannot_come_is_not_sent_and_is_told_why(office, make, ground, same) -> None:
    body, batch, room, _staff = ground
    session, turns = make.session_with_turns(batch, room, starts_at=TOMORROW)
    url, sent = f"/city-people/{same.uid}", {"session": session.number}
    number = an_id(born="19900303")
    make.booking(turns[0], make.application(batch, make.candidate(body, number)))
    recusal = {"relation": "relative", "number": number, "about": "陈晓"}
    for form, words in (
        ({**recusal, "body": str(body.uid)}, "只写其中一样"),
        ({"relation": "relative"}, "只写其中一样"),
        ({**recusal, "number": "1"}, "身份证号不对"),
        ({**recusal, "about": ""}, "没有写考生姓名"),
    ):
        answer = office.post(f"{url}/recusals", data=form)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert office.post(f"{url}/recusals", data=recusal).status_code == 302
    refused = office.post(f"{url}/duties", data=sent)
    assert (refused.status_code, "要回避：陈晓，亲属" in refused.text) == (409, True)
    assert "系统规则 市里人员回避" in refused.text
    assert number not in office.get(url).text
    withdraw(office, url)
    assert office.post(f"{url}/recusals", data={"relation": "employed", "body": str(body.uid)}).status_code == 302
    refused = office.post(f"{url}/duties", data=sent)
    assert (refused.status_code, f"要回避：{body.name}，任职或曾任职" in refused.text) == (409, True)
    withdraw(office, url)
    day = TOMORROW.astimezone(SHANGHAI).date().isoformat()
    away = {"how": "busy", "begins": f"{day}T00:00", "ends": f"{day}T23:00", "note": "出差"}
    assert office.post(f"{url}/availability", data=away).status_code == 302
    refused = office.post(f"{url}/duties", data=sent)
    assert (refused.status_code, "那段时间不能来" in refused.text, "出差" in refused.text) == (409, True, True)
    withdraw(office, url)
    assert office.post(f"{url}/duties", data=sent).status_code == 302
    warned = office.post(f"{url}/availability", data=away, follow_redirects=True)
    assert "与此不合，请收回换人" in warned.text
    same.employer = body.name
    make.save(same)
    other, _turns = make.session_with_turns(batch, room, starts_at=TOMORROW + timedelta(days=2))
    refused = office.post(f"{url}/duties", data={"session": other.number})
    assert (refused.status_code, "工作单位（系统算出）" in refused.text) == (409, True)


def withdraw(client, url: str) -> None:
    """The one reason that the person's page lists."""
    uid = client.get(url).text.split("/reasons/")[1].split("/")[0]
    assert client.post(f"{url}/reasons/{uid}/withdraw").status_code == 302


def test_somebody_of_the_city_says_so_themselves_and_only_of_themselves(office, make, ground, same, sign_in) -> None:
    body, batch, room, _staff = ground
    user = make.user("supervisor", district=body.district)
    own = sign_in(user)
    assert "还没有关联市里人员" in own.get("/my-city/").text
    assert own.post("/my-city/recusals", data={"relation": "employed", "body": str(body.uid)}).status_code == 404
    same.user_id = user.id
    make.save(same)
    assert own.post("/my-city/recusals", data={"relation": "interest", "body": str(body.uid)}).status_code == 302
    session, _ = make.session_with_turns(batch, room, starts_at=TOMORROW)
    office = sign_in(make.user("city_centre"))
    refused = office.post(f"/city-people/{same.uid}/duties", data={"session": session.number})
    assert (refused.status_code, "其他利害关系（本人写的）" in refused.text) == (409, True)
    reason = office.get(f"/city-people/{same.uid}").text.split("/reasons/")[1].split("/")[0]
    stranger = sign_in(make.user("supervisor", district=body.district))
    assert stranger.post(f"/my-city/{reason}/withdraw").status_code == 404
    own = sign_in(user)
    assert body.name in own.get("/my-city/").text
    assert own.post(f"/my-city/{reason}/withdraw").status_code == 302
    narrow = Scope(bodies=(body.id,), districts=(body.district,))
    db.session.rollback()
    with scoped(narrow):
        assert db.session.execute(select(CityRecusal)).first() is None
        db.session.rollback()


@pytest.mark.race
def test_city_and_body_at_the_same_instant_end_with_one_duty(make, ground, same, settings) -> None:
    body, _, room, staff = ground
    session, _ = make.session_with_turns(make.batch(body), room, starts_at=DAY + timedelta(days=2))
    for_body = text(
        "INSERT INTO session_duty (session_id, staff_id, role, serves, during, is_released, body_id, district, uid)"
        " SELECT s.id, :who, 'examiner', '{}', s.during, false, s.body_id, s.district, gen_random_uuid()"
        " FROM exam_session s WHERE s.id = :session"
    )
    for_city = text(
        "INSERT INTO city_duty (session_id, city_person_id, person_id, during, is_released, assigned_by, uid)"
        " SELECT s.id, c.id, c.person_id, s.during, false, '潘丽华', gen_random_uuid()"
        " FROM exam_session s, city_person c WHERE s.id = :session AND c.id = :who"
    )
    asked = ((for_body, staff[2].id), (for_city, same.id))
    engine, barrier = create_engine(role_url(settings, "web")), Barrier(2)
    make.session.rollback()

    def insert(one) -> bool:
        statement, who = one
        with engine.connect() as connection:
            connection.execute(text("SELECT set_config('examops.everything', 'on', true)"))
            barrier.wait()
            try:
                connection.execute(statement, {"who": who, "session": session.id})
                connection.commit()
            except IntegrityError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(insert, asked))
    engine.dispose()
    assert sorted(done) == [False, True]
    live = make.session.query(SessionDuty).filter_by(person_id=same.person_id, is_released=False).count()
    assert live + make.session.query(CityDuty).count() == 1
