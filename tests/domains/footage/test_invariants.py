"""What must always be true of footage holds on good data, and each kind of damage is found."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from config.rulebook import rulebook
from examops.core.clock import FixedClock
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.extensions import store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import invariants
from examops.footage.archive.gaps import derive_gaps, lock_arming
from tests.domains.footage.conftest import Box, Scene, payload

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def recorded(box: Box, scene: Scene, clock: FixedClock) -> Scene:
    """A run of two verified segments on the first camera; everything else of both cameras is a gap."""
    body, start = payload(), scene.armings[0].during.lower
    place = (scene.armings[0], scene.cameras[0])
    one = box.sidecar(*place, start, body=body)
    two = box.sidecar(*place, start + MINUTE, body=body, run=one["run_uid"], sequence=1)
    for sidecar in (one, two):
        assert box.archive(sidecar, body)["state"] == "verified"
    for arming in scene.armings:
        with transaction(SYSTEM):
            derive_gaps(lock_arming(arming.id), rulebook(), clock)
    return scene


@pytest.fixture
def broken(recorded: Scene, clock: FixedClock, app: Flask, settings) -> Callable[..., list[str]]:
    """Names of the invariants that find a fault, after damage done as the owner."""

    def names(*damage: str) -> list[str]:
        db.session.remove()
        owner = create_engine(owner_url(settings))
        with owner.begin() as connection:
            for statement in damage:
                connection.execute(text(statement))
        owner.dispose()
        checks = {
            "unaccounted_time": lambda: invariants.unaccounted_time(rulebook(), clock),
            "gaps_over_footage": invariants.gaps_over_footage,
            "doubled_gaps": invariants.doubled_gaps,
            "broken_chains": invariants.broken_chains,
            "changed_sidecars": invariants.changed_sidecars,
            "verified_unlike_store": lambda: invariants.verified_unlike_store(store()),
        }
        with app.app_context(), transaction(SYSTEM):
            return [name for name, find in checks.items() if find()]

    return names


def test_good_data_has_no_fault(broken) -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DELETE FROM gap WHERE id = (SELECT min(id) FROM gap)", "unaccounted_time"),
        ("UPDATE gap SET started_at = started_at + interval '2 seconds'", "unaccounted_time"),
        ("UPDATE segment SET state = 'lost' WHERE sequence = 0", "unaccounted_time"),
        ("UPDATE gap SET started_at = started_at - interval '30 seconds'", "gaps_over_footage"),
        (
            "INSERT INTO gap (uid, body_id, district, arming_id, camera_id, session_id, started_at, ended_at, reason,"
            " detail, reported_by) SELECT gen_random_uuid(), body_id, district, arming_id, camera_id, session_id,"
            " started_at, ended_at, 'timeout', '', 'recorder' FROM gap",
            "doubled_gaps",
        ),
        ("UPDATE segment SET sidecar_digest = '\\x00' WHERE sequence = 0", "broken_chains"),
        ("UPDATE segment SET sha256 = '\\x00' WHERE sequence = 1", "changed_sidecars"),
        ("UPDATE segment SET sidecar = jsonb_set(sidecar, '{lost_packets}', '5')", "changed_sidecars"),
        ("UPDATE segment SET sha256 = '\\x00' WHERE sequence = 1", "verified_unlike_store"),
        ("UPDATE segment SET object_key = object_key || 'x'", "verified_unlike_store"),
    ],
)
def test_damage_is_found(broken, damage: str, found: str) -> None:
    assert found in broken(damage)


def test_time_that_may_still_arrive_is_no_fault(broken, scene: Scene, clock: FixedClock) -> None:
    clock.instant += 7 * MINUTE
    assert broken() == []
    clock.instant += MINUTE
    assert broken() == ["unaccounted_time"]
