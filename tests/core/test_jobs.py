"""Enqueuing: in the caller's transaction, as any role, without a pool of its own."""

import pytest
from sqlalchemy import text

from examops.core.database import db
from examops.core.jobs import defer
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from tests.factories import Factory


def waiting() -> list[str]:
    names = list(db.session.execute(text("SELECT task_name FROM procrastinate_jobs ORDER BY id")).scalars())
    db.session.rollback()
    return names


def test_the_web_role_enqueues_in_its_own_transaction(make: Factory) -> None:
    with transaction():
        defer("sessions.example", number=1)
    assert waiting() == ["sessions.example"]


def test_a_job_is_gone_when_its_transaction_is_rolled_back(make: Factory) -> None:
    def enqueue_and_fail() -> None:
        with transaction():
            defer("sessions.example", number=1)
            raise LookupError

    with pytest.raises(LookupError):
        enqueue_and_fail()
    assert waiting() == []


def test_a_job_that_already_waits_is_not_enqueued_twice_and_the_fact_is_kept(make: Factory) -> None:
    with transaction():
        assert defer("sessions.example", once="a") is True
    with transaction():
        assert defer("sessions.example", once="a") is False
        assert defer("sessions.other", once="b") is True
    assert waiting() == ["sessions.example", "sessions.other"]


def test_the_job_role_enqueues_too(make: Factory, job_app) -> None:
    with job_app.app_context(), transaction(SYSTEM):
        defer("sessions.example")
    assert waiting() == ["sessions.example"]
