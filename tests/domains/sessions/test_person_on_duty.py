"""One human being registered at two bodies is on duty in one place at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import IntegrityError

from examops.core.connections import owner_url, role_url
from examops.core.database import db
from examops.sessions.models import SessionDuty
from examops.staff.models import StaffMember
from tests.factories import DAY, Factory
from tests.patience import PATIENCE_S

INSERT = text(
    "INSERT INTO session_duty (session_id, staff_id, role, serves, during, is_released, body_id, district, uid)"
    " SELECT s.id, :staff, 'examiner', '{}', s.during, false, s.body_id, s.district, gen_random_uuid()"
    " FROM exam_session s WHERE s.id = :session"
)


@pytest.fixture
def two_bodies(make: Factory):
    """One account, registered as staff at two bodies, and a session of each at the same time."""
    user = make.user("examiner", make.body())
    members, sessions = [], []
    for _ in range(2):
        body = make.body()
        members.append(make.staff(body, user_id=user.id))
        sessions.append(make.session_with_turns(make.batch(body), make.room(make.site(body), stations=1))[0])
    return members, sessions


def test_rows_of_one_account_are_one_person_and_all_others_their_own(make: Factory, two_bodies) -> None:
    (first, second), _ = two_bodies
    stranger = make.staff(make.body())

    assert first.person_id == second.person_id != stranger.person_id


def test_the_second_duty_at_the_same_time_is_refused_at_the_other_body(make: Factory, two_bodies) -> None:
    (first, second), (here, there) = two_bodies
    make.duty(here, first)

    with pytest.raises(IntegrityError, match="no_overlap_duty"):
        make.duty(there, second)
    make.session.rollback()


def test_at_another_time_both_are_served(make: Factory, two_bodies) -> None:
    (first, second), (here, _) = two_bodies
    body = make.session.get_one(type(make.body()), second.body_id)
    later, _ = make.session_with_turns(
        make.batch(body), make.room(make.site(body), stations=1), starts_at=DAY + timedelta(days=1)
    )
    duties = [make.duty(here, first), make.duty(later, second)]

    assert {duty.person_id for duty in duties} == {first.person_id}


def test_an_account_given_later_joins_them_and_their_duties(make: Factory, two_bodies) -> None:
    (first, second), (here, there) = two_bodies
    third = make.staff(make.session.get_one(type(make.body()), second.body_id))
    duty = make.duty(there, third)
    third.user_id = first.user_id
    make.save(third)
    make.session.expire_all()

    assert duty.person_id == first.person_id
    with pytest.raises(IntegrityError, match="no_overlap_duty"):
        make.duty(here, first)
    make.session.rollback()


def test_whoever_is_on_duty_twice_already_is_not_joined_in_silence(make: Factory, two_bodies) -> None:
    (first, second), (here, there) = two_bodies
    third = make.staff(make.session.get_one(type(make.body()), second.body_id))
    make.duty(there, third)
    make.duty(here, first)
    third.user_id = first.user_id

    with pytest.raises(IntegrityError, match="no_overlap_duty"):
        make.save(third)
    make.session.rollback()


def _at_once(settings, pairs: list[tuple[int, int]], url: str) -> list[str]:
    """Each (session, member) is put on duty in a transaction of its own, all begun before any ends."""
    ready = Barrier(len(pairs))
    engine = create_engine(url)

    def work(pair: tuple[int, int]) -> str:
        with engine.connect() as connection:
            connection.execute(text("SELECT set_config('examops.everything', 'on', true)"))
            ready.wait(PATIENCE_S)
            try:
                connection.execute(INSERT, {"session": pair[0], "staff": pair[1]})
                connection.commit()
            except IntegrityError as error:
                return str(error.orig.diag.constraint_name)
            return "ok"

    with ThreadPoolExecutor(len(pairs)) as pool:
        answers = sorted(pool.map(work, pairs))
    engine.dispose()
    return answers


@pytest.mark.race
def test_two_bodies_at_the_same_instant_end_with_one_duty(settings, two_bodies) -> None:
    members, sessions = two_bodies
    pairs = [(session.id, member.id) for session, member in zip(sessions, members, strict=True)] * 4

    answers = _at_once(settings, pairs, role_url(settings, "web"))

    assert answers == ["no_overlap_duty"] * 7 + ["ok"]
    assert len(db.session.execute(select(SessionDuty.id)).all()) == 1


@pytest.mark.race
def test_control_guarded_by_the_member_alone_both_are_on_duty(settings, two_bodies) -> None:
    """As it was before: the constraint on the row of one body lets one human being be in two places."""
    members, sessions = two_bodies
    engine = create_engine(owner_url(settings))
    guard = (
        "ALTER TABLE session_duty ADD CONSTRAINT no_overlap_duty EXCLUDE USING gist"
        " (int8range({0},{0},'[]') WITH &&, during WITH &&) WHERE (NOT is_released)"
    )
    drop = "ALTER TABLE session_duty DROP CONSTRAINT no_overlap_duty"
    pairs = [(session.id, member.id) for session, member in zip(sessions, members, strict=True)]
    try:
        with engine.begin() as owner:
            owner.exec_driver_sql(drop)
            owner.exec_driver_sql(guard.format("staff_id"))
        assert _at_once(settings, pairs, role_url(settings, "web")) == ["ok", "ok"]
    finally:
        with engine.begin() as owner:
            owner.exec_driver_sql("SET LOCAL examops.everything = 'on'")
            owner.exec_driver_sql("DELETE FROM session_duty")
            owner.exec_driver_sql(drop)
            owner.exec_driver_sql(guard.format("person_id"))
        engine.dispose()
    assert db.session.execute(select(StaffMember.person_id).distinct()).scalars().all() == [members[0].person_id]
