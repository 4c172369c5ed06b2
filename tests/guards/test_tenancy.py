"""Row-level security behind every query: what one body owns, another never sees, whatever the query says."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from examops.app.tables import TENANT_TABLES
from examops.core.database import db
from examops.core.scope import CLOSED, PUBLIC, Scope, scoped
from examops.core.transaction import transaction
from examops.organisations.directory import DirectoryEntry
from examops.organisations.models import Body
from examops.sessions.models import ExamSession
from tests.factories import Factory


@pytest.fixture
def two_sessions(make: Factory):
    made = []
    for district in ("440606", "440604"):
        body = make.body(district=district)
        room = make.room(make.site(body))
        made.append(make.session_with_turns(make.batch(body), room)[0])
    return made


def numbers_seen(scope: Scope) -> set[str]:
    db.session.rollback()
    with scoped(scope):
        seen = set(db.session.execute(select(ExamSession.number)).scalars())
        db.session.rollback()
    return seen


def test_a_body_sees_its_own_sessions_only(two_sessions) -> None:
    mine, other = two_sessions
    assert numbers_seen(Scope(bodies=(mine.body_id,))) == {mine.number}
    assert numbers_seen(Scope(bodies=(other.body_id,))) == {other.number}


def test_a_district_sees_sessions_on_its_ground_only(two_sessions) -> None:
    assert numbers_seen(Scope(districts=("440604",))) == {two_sessions[1].number}


def test_nobody_signed_in_sees_nothing(two_sessions) -> None:
    assert numbers_seen(CLOSED) == set()
    assert numbers_seen(PUBLIC) == set()


def test_the_city_sees_everything(two_sessions) -> None:
    assert len(numbers_seen(Scope(everything=True))) == 2


def test_the_public_sees_the_directory_of_filed_bodies_and_no_body(make: Factory) -> None:
    make.filed(make.body(name="已备案"))
    make.filed(make.body(name="未备案", state="draft"))
    db.session.rollback()
    with scoped(PUBLIC):
        assert list(db.session.execute(select(DirectoryEntry.name)).scalars()) == ["已备案"]
        assert list(db.session.execute(select(Body.name)).scalars()) == []
        db.session.rollback()


def test_a_row_cannot_be_written_into_another_body(two_sessions) -> None:
    mine, other = two_sessions
    change = text("UPDATE exam_session SET body_id = :theirs WHERE id = :id")
    with pytest.raises(DBAPIError), transaction(Scope(bodies=(mine.body_id,))):
        db.session.execute(change, {"theirs": other.body_id, "id": mine.id})


def test_every_tenant_table_forces_row_level_security(app: Flask) -> None:
    query = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    with app.app_context():
        forced = set(db.session.execute(query).scalars())
    assert set(TENANT_TABLES) | {"body"} <= forced


def test_our_role_is_no_superuser_and_cannot_read_the_register_of_persons(app: Flask) -> None:
    with app.app_context():
        query = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert db.session.execute(query).scalar() is False
        with pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(text("SELECT * FROM person"))
        db.session.rollback()


def test_a_scan_cannot_be_changed_or_deleted(app: Flask) -> None:
    with app.app_context():
        for statement in (
            "UPDATE scan SET outcome = 'admitted'",
            "DELETE FROM scan",
            "DELETE FROM segment",
            "DELETE FROM audit_entry",
        ):
            with pytest.raises(DBAPIError, match="permission denied"):
                db.session.execute(text(statement))
            db.session.rollback()
