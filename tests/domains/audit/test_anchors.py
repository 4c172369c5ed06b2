"""The end of the log outside the database: what it names, who may forge it, a restored backup, a changed secret."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import pytest
from minio.error import S3Error
from sqlalchemy import text

from examops.app.factory import create_app
from examops.audit import anchors, command
from examops.audit.jobs import anchor
from examops.audit.verify import broken_links
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.keys import Keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from tests.domains.audit.conftest import Log

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
CUT = (
    "DELETE FROM audit_entry WHERE seal_number = 3",
    "DELETE FROM audit_seal WHERE number = 3",
    "DELETE FROM audit_head WHERE seal_number = 3",
)


def read(log: Log) -> list[anchors.Anchor]:
    with log.job.app_context():
        return anchors.read_anchors(store(), keyring())


def test_it_names_head_count_and_the_days(log: Log) -> None:
    (found,) = read(log)
    assert (found.link, found.content["entries"], found.is_signed) == (3, 9, True)
    assert [pair[0] for pair in found.content["heads"].values()] == [1, 2, 3]


def test_the_hourly_job_writes_one_and_says_which(log: Log) -> None:
    with log.job.app_context():
        name = anchor()
    assert name.startswith(anchors.FOLDER)
    assert len(read(log)) == 2


def test_an_empty_log_is_not_anchored(log: Log, monkeypatch) -> None:
    log.tamper("TRUNCATE audit_entry, audit_seal, audit_head RESTART IDENTITY")
    monkeypatch.setattr(anchors, "FOLDER", "audit/anchors-none/")
    assert log.anchor() == ""
    assert log.faults() == []


def test_the_store_keeps_its_version_under_lock(log: Log) -> None:
    """The everyday key of the demo's own store may delete; the lock refuses the version itself."""
    with log.job.app_context():
        client = store()
        ((key, version),) = client.first_versions("footage", anchors.FOLDER).items()
        with pytest.raises(S3Error):
            client._client.remove_object(client.bucket("footage"), key, version_id=version)
        assert client.get("footage", key, version_id=version)


def test_what_is_laid_over_an_anchor_or_deletes_it_changes_nothing(log: Log) -> None:
    log.tamper(*CUT)
    (before,) = found = log.faults()
    with log.job.app_context():
        client = store()
        (key,) = client.first_versions("footage", anchors.FOLDER)
        client.put("footage", key, b"{}")
        client.delete("footage", key)
    assert log.faults() == found
    assert "link 3, which the log no longer has" in before


def test_an_anchor_signed_by_another_key_is_found(log: Log) -> None:
    with log.job.app_context(), transaction(SYSTEM):
        anchors.write_anchor(store(), Keyring("somebody else's secret"), FixedClock(log.clock.now() + timedelta(1)))
    (fault,) = log.faults()
    assert "is not signed by this installation" in fault


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"content": {"at": 1}, "signature": ""}', b"\xff"])
def test_an_object_that_is_no_anchor_is_a_fault_and_no_error(log: Log, body: bytes) -> None:
    with log.job.app_context():
        store().put("footage", f"{anchors.FOLDER}2026.json", body)
    (fault,) = log.faults()
    assert "2026.json is not signed by this installation" in fault


def test_two_hours_without_an_anchor_are_told(log: Log) -> None:
    assert log.faults(FixedClock(log.clock.now() + timedelta(hours=2))) == []
    (fault,) = log.faults(FixedClock(log.clock.now() + timedelta(hours=3)))
    assert "3 小时" in fault


def test_a_restored_backup_is_confirmed_by_name_and_only_as_far_as_it_goes(log: Log, capsys) -> None:
    log.write(None)
    log.clock.instant += timedelta(milliseconds=1)
    log.seal()
    log.anchor()
    log.tamper(*(statement.replace("= 3", "= 4") for statement in CUT))
    log.write(None, None)
    log.seal()
    assert log.faults() != []

    assert command.main(["restored", "--reason", "11-29 磁盘坏，恢复 11-28 的备份"], log.job) == 0

    assert "第 3 环之后" in capsys.readouterr().out
    log.seal()
    assert log.faults() == []
    log.tamper("UPDATE audit_entry SET district = '440605' WHERE number = 2")
    assert log.faults() != []


def test_nothing_to_confirm_is_said_and_confirms_nothing(log: Log, capsys) -> None:
    assert command.main(["restored", "--reason", "x"], log.job) == 0
    assert "没有要确认的" in capsys.readouterr().out
    assert len(read(log)) == 1


def test_details_are_erased_by_command(log: Log, capsys) -> None:
    with log.as_owner() as connection:
        uid = connection.execute(text("SELECT uid FROM audit_entry WHERE number = 2")).scalar_one()
    assert command.main(["erase", str(uid), "--reason", " "], log.job) == 1
    assert "写明依据" in capsys.readouterr().err
    assert command.main(["erase", str(uid), "--reason", "依申请"], log.job) == 0
    assert log.faults() == []


def test_a_changed_secret_keeps_the_old_log_believed_where_its_key_is_named(log: Log, settings, capsys) -> None:
    assert command.main(["key"], log.job) == 0
    public = b64decode(capsys.readouterr().out)
    changed = Keyring("the secret of after", {"audit": [public]})
    with log.job.app_context(), transaction(SYSTEM):
        assert broken_links(changed) == []
        assert broken_links(Keyring("the secret of after")) != []


def test_the_settings_name_retired_keys(settings, clock) -> None:
    retired = replace(settings, retired_audit_keys=(b"k" * 32,))
    app = create_app(retired, kind="job", clock=clock)
    with app.app_context():
        assert keyring().public_keys("audit")[1:] == [b"k" * 32]
        db.engine.dispose()


def test_an_anchor_is_json_that_a_stranger_reads(log: Log) -> None:
    with log.job.app_context():
        ((key, version),) = store().first_versions("footage", anchors.FOLDER).items()
        document = json.loads(store().get("footage", key, version_id=version))
    assert sorted(document) == ["content", "signature"]
    assert sorted(document["content"]) == ["at", "digest", "entries", "heads", "link", "version"]
