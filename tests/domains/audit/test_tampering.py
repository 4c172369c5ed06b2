"""Whoever owns the database changes the log by real statements; the check finds each of them.

The first nine are those that release 0.1.0 did not find.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from examops.accounts.tags import Tag
from examops.audit import anchors, record
from examops.audit.digests import canonical, entry_digest, entry_message
from examops.audit.erasing import erase_payload
from examops.audit.models import AuditEntry
from examops.audit.sealing import seal_entries
from examops.core.clock import FixedClock
from examops.core.connections import role_url
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from tests.domains.audit.conftest import WRITER, Log

pytestmark = [pytest.mark.postgres, pytest.mark.s3]

COPY = (
    "uid, at, version, tag, actor_kind, actor_uid, actor_name, actor_role, body_id, district, subject_kind,"
    " subject_uid, subject_words, payload, salt, payload_digest, digest, signature"
)
STATEMENTS = {
    # Found by nobody in 0.1.0; three more of those below.
    "payload and no salt": ['UPDATE audit_entry SET payload = \'{"reason": "丁"}\', salt = NULL WHERE number = 2'],
    "body": ["UPDATE audit_entry SET body_id = body_id + 1 WHERE number = 2"],
    "district": ["UPDATE audit_entry SET district = '440605' WHERE number = 2"],
    "transaction": ["UPDATE audit_entry SET transaction_number = transaction_number - 1 WHERE number = 2"],
    "time recorded": ["UPDATE audit_entry SET recorded_at = recorded_at - interval '1 minute' WHERE number = 2"],
    "the end cut off": [
        "DELETE FROM audit_entry WHERE seal_number = 3",
        "DELETE FROM audit_seal WHERE number = 3",
        "DELETE FROM audit_head WHERE seal_number = 3",
    ],
    "everything deleted": ["TRUNCATE audit_entry, audit_seal, audit_head RESTART IDENTITY"],
    # Nine and some more of our own.
    "time claimed": ["UPDATE audit_entry SET at = at - interval '1 hour' WHERE number = 2"],
    "payload erased, nobody says so": ["UPDATE audit_entry SET payload = '{}', salt = NULL WHERE number = 2"],
    "recorded by another role": ["UPDATE audit_entry SET recorded_by = 'examops_job' WHERE number = 2"],
    "time of a link": ["UPDATE audit_seal SET sealed_at = sealed_at - interval '1 minute' WHERE number = 2"],
    "places exchanged": ["UPDATE audit_entry SET number = 9 - number WHERE number IN (4, 5)"],
    "taken out of its link": ["UPDATE audit_entry SET number = NULL, seal_number = NULL WHERE number = 2"],
    "numbers from two on": [
        "UPDATE audit_entry SET number = number + 1",
        "UPDATE audit_seal SET first_number = first_number + 1",
    ],
    "a day's head gone": ["DELETE FROM audit_head WHERE seal_number = 2"],
    "a day's head from another day": [
        "UPDATE audit_head h SET seal_number = o.seal_number, digest = o.digest, signature = o.signature"
        " FROM audit_head o WHERE o.seal_number = 1 AND h.seal_number = 2"
    ],
    "an entry twice": [
        "ALTER TABLE audit_entry DROP CONSTRAINT uq_audit_entry_uid",
        f"INSERT INTO audit_entry ({COPY}, recorded_at, recorded_by)"
        f" SELECT {COPY}, recorded_at, recorded_by FROM audit_entry WHERE number = 2",
    ],
    "an entry unsigned": [
        f"INSERT INTO audit_entry ({COPY}) SELECT gen_random_uuid(), now(), {COPY.removeprefix('uid, at, ')}"
        " FROM audit_entry WHERE number = 2"
    ],
    "the first link gone": ["DELETE FROM audit_entry WHERE seal_number = 1", "DELETE FROM audit_seal WHERE number = 1"],
}


@pytest.fixture
def whole(settings) -> Any:
    """Puts back the constraint that one of the tamperings drops."""
    yield
    log = Log(None, None, None, settings)  # type: ignore[arg-type]
    with log.as_owner() as connection:
        connection.execute(text("TRUNCATE audit_entry"))
        connection.execute(text("ALTER TABLE audit_entry DROP CONSTRAINT IF EXISTS uq_audit_entry_uid"))
        connection.execute(text("ALTER TABLE audit_entry ADD CONSTRAINT uq_audit_entry_uid UNIQUE (uid)"))


def test_an_untouched_log_is_green(log: Log) -> None:
    assert log.faults() == []


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_change_is_found(log: Log, whole, name: str) -> None:
    log.tamper(*STATEMENTS[name])
    assert log.faults() != []


def reseal(rows: list[AuditEntry], clock: FixedClock) -> None:
    """Digest, sign and chain everything anew, with the key of whoever runs it."""
    for row in rows:
        row.number = row.seal_number = None
        row.digest = entry_digest(row)
        row.signature = keyring().signer("audit").sign(entry_message(row.digest))
    db.session.execute(text("DELETE FROM audit_seal"))
    db.session.execute(text("DELETE FROM audit_head"))
    db.session.flush()
    db.session.execute(text("UPDATE audit_entry SET transaction_number = 3"))
    db.session.expire_all()
    assert seal_entries(keyring(), clock) == len(rows)


def test_all_resealed_with_another_key_is_found(log: Log, forger) -> None:
    with forger(), transaction(SYSTEM):
        rows = list(db.session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars())
        rows[1].subject_words = "另一条"
        reseal(rows, log.clock)
    found = log.faults()
    assert f"entry {rows[0].id} was not written by this installation" in found
    assert any(fault.startswith("the signed head of") for fault in found)
    assert any(fault.startswith("anchor") for fault in found)


def test_an_entry_of_thirty_days_ago_by_the_web_role_is_found(log: Log, app) -> None:
    """Signed with our own key, as a web process that was taken over could."""
    with transaction(SYSTEM):
        record(Tag.SIGNED_IN, WRITER, words="旧", at=log.clock.now() - timedelta(days=30))
    db.session.remove()
    assert any("but was recorded" in fault for fault in log.faults())
    log.seal()
    assert any("but was recorded" in fault for fault in log.faults())


@pytest.mark.parametrize("column", ["recorded_at", "recorded_by", "transaction_number", "number", "seal_number"])
@pytest.mark.parametrize("kind", ["web", "job"])
def test_no_role_sets_what_the_database_sets(log: Log, settings, kind: str, column: str) -> None:
    engine = create_engine(role_url(settings, kind))
    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(f"INSERT INTO audit_entry (uid, at, {column}) VALUES (gen_random_uuid(), now(), NULL)"))
    engine.dispose()


def test_a_cut_that_grew_on_is_found_by_the_anchor_alone(log: Log) -> None:
    """The head of before the cut was signed by us, and the sealer signs what came after: only outside it shows."""
    with log.as_owner() as connection:
        kept = connection.execute(text("SELECT * FROM audit_head WHERE seal_number = 3")).mappings().one()
    log.write(None, None)
    log.clock.instant += timedelta(seconds=1)
    log.seal()
    log.anchor()
    log.tamper("DELETE FROM audit_entry WHERE seal_number = 4", "DELETE FROM audit_seal WHERE number = 4")
    with log.as_owner() as connection:
        back = "UPDATE audit_head SET seal_number = 3, digest = :digest, signature = :signature WHERE day = :day"
        connection.execute(text(back), dict(kept))
    log.write(None)
    log.seal()
    found = log.faults()
    assert found
    assert all(fault.startswith("anchor") and "names another link 4" in fault for fault in found)


def test_a_forged_entry_in_the_old_form_is_found(log: Log) -> None:
    """Version 1 needs no signature: nothing writes it any more a day after the upgrade."""
    _insert_version_one(log)
    later = FixedClock(log.clock.now() + timedelta(days=2))
    assert log.seal(later) == 1
    assert "entry 10 is of a form that nothing writes any more" in log.faults(later)


def _insert_version_one(log: Log) -> None:
    salt = b"0" * 16
    hidden = hashlib.sha256(salt + canonical({})).digest()
    with log.as_owner() as connection:
        values = {"salt": salt, "hidden": hidden, "digest": _digest_of_version_one(connection, hidden)}
        connection.execute(
            text(
                "INSERT INTO audit_entry (uid, at, tag, actor_kind, actor_name, actor_role, subject_kind,"
                " subject_words, payload, salt, payload_digest, digest) VALUES ('00000000-0000-4000-8000-000000000001',"
                " '2026-01-01T00:00:00Z', 'account:signed_in', 'user', 'x', '', '', '', '{}', :salt, :hidden, :digest)"
            ),
            values,
        )


def _digest_of_version_one(connection: Connection, hidden: bytes) -> bytes:
    """Written out here, so that the old form stays what release 0.1.0 wrote."""
    fact = [
        "00000000-0000-4000-8000-000000000001",
        "2026-01-01T00:00:00.000000+00:00",
        "account:signed_in",
        ["user", "", "x", ""],
        ["", "", ""],
        hidden.hex(),
    ]
    return hashlib.sha256(canonical(fact)).digest()


def test_in_the_day_of_the_upgrade_the_old_form_is_taken(log: Log, monkeypatch) -> None:
    """A web process of the release before may run beside this one; the control of the test above."""
    log.tamper("TRUNCATE audit_entry, audit_seal, audit_head RESTART IDENTITY")
    monkeypatch.setattr(anchors, "FOLDER", "audit/anchors-of-nothing/")
    log.write(None)
    log.seal()
    _insert_version_one(log)
    assert log.seal() == 1
    assert log.faults() == []


def test_an_erasing_entry_that_names_another_excuses_nothing(log: Log) -> None:
    _erase(log, 2)
    log.seal()
    assert log.faults() == []
    log.tamper("UPDATE audit_entry SET payload = '{}', salt = NULL WHERE number = 3")
    assert log.faults() == ["entry 3 was changed"]
    log.tamper("UPDATE audit_entry SET subject_uid = (SELECT uid FROM audit_entry WHERE number = 3) WHERE number = 10")
    assert "entry 10 was changed" in log.faults()


def test_erasing_empties_the_payload_and_the_check_stays_green(log: Log) -> None:
    _erase(log, 2)
    with log.as_owner() as connection:
        rows = connection.execute(text("SELECT payload, salt, subject_words FROM audit_entry WHERE number = 2")).all()
        (erasing,) = connection.execute(text("SELECT subject_words FROM audit_entry WHERE number IS NULL")).scalars()
    assert rows == [({}, None, "一条")]
    assert erasing == "依申请删除"
    assert log.faults() == []


def _erase(log: Log, number: int) -> None:
    with log.job.app_context(), transaction(SYSTEM):
        uid = db.session.execute(select(AuditEntry.uid).where(AuditEntry.number == number)).scalar_one()
        erase_payload(uid, "依申请删除", actor=WRITER, clock=log.clock)
