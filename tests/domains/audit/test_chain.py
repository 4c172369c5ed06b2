"""The chain of the log: sealed in order, and one changed byte is found."""

from datetime import datetime

import pytest
from sqlalchemy import create_engine, text

from examops.accounts.tags import Tag
from examops.audit import record
from examops.audit.models import AuditSeal
from examops.audit.sealing import seal_entries
from examops.audit.verify import broken_links
from examops.core.actor import Actor
from examops.core.clock import SHANGHAI
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from tests.factories import Factory


@pytest.fixture
def sealed(make: Factory, job_app, clock):
    """Five entries sealed in two links, as the job role."""
    for count in (3, 2):
        with transaction():
            for n in range(count):
                record(Tag.SIGNED_IN, Actor.system("test"), words=f"第 {n} 条", number=n)
        db.session.remove()
        with job_app.app_context(), transaction(SYSTEM):
            seal_entries(keyring(), clock)


def test_links_follow_each_other(sealed) -> None:
    assert [seal.number for seal in db.session.query(AuditSeal).order_by(AuditSeal.number)] == [1, 2]
    assert broken_links(keyring()) == []


def test_a_time_in_any_zone_keeps_the_chain(make: Factory, job_app, clock) -> None:
    with transaction():
        record(Tag.SIGNED_IN, Actor.system("test"), at=datetime.now(SHANGHAI))
    db.session.remove()
    with job_app.app_context(), transaction(SYSTEM):
        assert seal_entries(keyring(), clock) == 1
    assert broken_links(keyring()) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_entry SET subject_words = 'other' WHERE id = 2",
        "UPDATE audit_entry SET payload = '{\"number\": 9}' WHERE id = 2",
        "DELETE FROM audit_entry WHERE id = 4",
        "UPDATE audit_seal SET entries = '{2,1,3}' WHERE number = 1",
        "DELETE FROM audit_seal WHERE number = 1",
        "UPDATE audit_head SET digest = '\\x00'",
    ],
)
def test_whatever_is_changed_is_found(sealed, settings, damage: str) -> None:
    db.session.remove()
    owner = create_engine(owner_url(settings))
    with owner.begin() as connection:
        connection.execute(text(damage))
    owner.dispose()
    assert broken_links(keyring()) != []


def test_an_entry_whose_transaction_another_server_numbered_is_sealed(make: Factory, job_app, clock, settings) -> None:
    """A backup restored on a new server, whose transactions begin at small numbers again."""
    with transaction():
        record(Tag.SIGNED_IN, Actor.system("test"))
    db.session.remove()
    owner = create_engine(owner_url(settings))
    with owner.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET transaction_number = 1000000000000"))
    owner.dispose()
    with job_app.app_context(), transaction(SYSTEM):
        assert seal_entries(keyring(), clock) == 1
