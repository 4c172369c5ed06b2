"""A log of three days in three links, anchored in the store, and its check as ``examops check`` runs it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text

from config.settings import Settings
from examops.accounts.tags import Tag
from examops.app.factory import create_app
from examops.audit import anchors, record
from examops.audit.invariants import INVARIANTS
from examops.audit.sealing import seal_entries
from examops.core.actor import Actor
from examops.core.clock import FixedClock
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.ops.check import run_checks
from examops.ops.migrate import make_buckets
from tests.factories import Factory

WRITER = Actor.system("test")


@pytest.fixture(scope="module")
def job_at_any_time(settings: Settings) -> Iterator[Flask]:
    """The job role with buckets of its own and a clock that tests move."""
    own = replace(settings, s3_prefix="t" + secrets.token_hex(4))
    make_buckets(own)
    app = create_app(own, kind="job", clock=FixedClock(datetime.now(UTC)))
    yield app
    with app.app_context():
        db.engine.dispose()


@dataclass
class Log:
    """The log of the running test. ``tamper`` acts as the database's owner, for whom no policy and no right holds."""

    make: Factory
    job: Flask
    clock: FixedClock
    settings: Settings

    def write(self, *subjects: Any) -> None:
        """An entry about each subject, as the web role, at the time that it is."""
        with transaction(SYSTEM):
            for subject in subjects:
                record(Tag.SIGNED_IN, WRITER, subject, words="一条", reason="甲乙丙")
        db.session.remove()

    def seal(self, clock: FixedClock | None = None) -> int:
        with self.job.app_context(), transaction(SYSTEM):
            return seal_entries(keyring(), clock or self.clock)

    def anchor(self) -> str:
        with self.job.app_context(), transaction(SYSTEM):
            return anchors.write_anchor(store(), keyring(), self.clock)

    def tamper(self, *statements: str) -> None:
        with self.as_owner() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def as_owner(self) -> Any:
        return _owner(self.settings)

    def faults(self, clock: FixedClock | None = None) -> list[str]:
        with self.job.app_context():
            return [fault for outcome in run_checks(clock or self.clock, INVARIANTS) for fault in outcome.faults]


class _owner:
    def __init__(self, settings: Settings) -> None:
        self.engine = create_engine(owner_url(settings))

    def __enter__(self) -> Connection:
        self.begun = self.engine.begin()
        return self.begun.__enter__()

    def __exit__(self, *error: Any) -> None:
        self.begun.__exit__(*error)
        self.engine.dispose()


@pytest.fixture
def log(make: Factory, job_at_any_time: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Log:
    """Nine entries: three of each body, sealed the day before yesterday, yesterday and today; anchored today."""
    monkeypatch.setattr(anchors, "FOLDER", f"audit/anchors-{secrets.token_hex(4)}/")
    now = datetime.now(UTC)
    found = Log(make, job_at_any_time, FixedClock(now), settings)
    bodies = [make.body(), make.body(district="440604"), None]
    for days_ago in (2, 1, 0):
        found.write(*bodies)
        assert found.seal(FixedClock(now - timedelta(days=days_ago))) == 3
    found.anchor()
    return found


@pytest.fixture
def forger(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Any]]:
    """The product's own code run by the owner of the database, with another secret: he has the code, not the key."""
    monkeypatch.setattr("examops.app.factory.role_url", lambda settings, kind: owner_url(settings))
    app = create_app(replace(settings, secret_key="0123456789abcdef" * 3), kind="job")
    yield app.app_context
    with app.app_context():
        db.engine.dispose()
