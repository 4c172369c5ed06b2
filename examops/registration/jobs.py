"""Queued work of rosters. Tasks queued under their names of 0.1.0 (``sessions.…``) are answered for one release."""

from __future__ import annotations

from uuid import UUID

from examops.core.actor import Actor
from examops.core.extensions import clock, keyring, store
from examops.core.jobs import queue
from examops.core.language import N_, Message
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.photos import read_photos_of
from examops.registration.rosters.saving import save_roster

ROSTERS = Actor.system(N_("名单处理"))


@queue.task(name="registration.examine_roster", aliases=["sessions.examine_roster"], queue="default")
def examine(roster_uid: str) -> Message | str:
    return examine_roster(UUID(roster_uid), actor=ROSTERS, clock=clock(), store=store(), ring=keyring())


@queue.task(name="registration.save_roster", aliases=["sessions.save_roster"], queue="default")
def save(roster_uid: str) -> Message | str:
    return save_roster(UUID(roster_uid), actor=ROSTERS, clock=clock(), ring=keyring())


@queue.task(name="registration.read_photos", aliases=["sessions.read_photos"], queue="default")
def photos(roster_uid: str, key: str) -> Message | str:
    return read_photos_of(UUID(roster_uid), key, actor=ROSTERS, clock=clock(), store=store(), ring=keyring())
