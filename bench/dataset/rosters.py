"""Rosters of the year. The newest is long, imported and examined by the product's services and not saved yet; one short
one was imported and cancelled, and the other ones are like it: reading each would take a process of its own."""

from __future__ import annotations

import random

from sqlalchemy import func, select

from bench.dataset.applicants import LEVEL
from bench.dataset.bulk_insert import Row, bulk_insert
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.demo.story.places import ELECTRICIAN
from examops.demo.story.rosters import enterprise_roster
from examops.registration.models import Batch, Roster
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.intake import cancel, choose_columns, receive_roster

DATASET_ACTOR = Actor.system("量测数据")
SHORT_ROSTER_ROWS = 6


def make_rosters(
    body_id: int, count: int, rows: int, clock: Clock, store: Store, ring: Keyring, rng: random.Random
) -> None:
    """Add rosters up to ``count``: the last has ``rows`` rows and is examined, all others are short and cancelled."""
    with transaction(SYSTEM):
        known = db.session.execute(select(func.count()).where(Roster.body_id == body_id)).scalar_one()
    if known == count:
        return
    if known < count - 1:
        short = _receive_roster(body_id, known, SHORT_ROSTER_ROWS, clock, store, rng)
        with transaction(SYSTEM):
            short = db.session.merge(short)
            cancel(short, actor=DATASET_ACTOR)
            bulk_insert(Roster, [_like(short, number) for number in range(known + 1, count - 1)], rng)
    last = _receive_roster(body_id, count - 1, rows, clock, store, rng)
    examine_roster(last.uid, actor=DATASET_ACTOR, clock=clock, store=store, ring=ring)


def _like(short: Roster, number: int) -> Row:
    columns = ("body_id", "district", "batch_id", "content_digest", "document_key", "state", "sheet", "mapping")
    return {name: getattr(short, name) for name in columns} | {"name": _name(number)}


def _name(number: int) -> str:
    return f"量测名单 {number + 1:03d}.xlsx"


def _receive_roster(body_id: int, number: int, rows: int, clock: Clock, store: Store, rng: random.Random) -> Roster:
    with transaction(SYSTEM):
        newest = select(Batch).where(Batch.body_id == body_id).order_by(Batch.id.desc()).limit(1)
        batch = db.session.execute(newest).scalar_one()
        content = enterprise_roster(rng, batch.cut_off_on, rows, with_faults=True)
        roster = receive_roster(
            batch,
            _name(number),
            content,
            is_paste=False,
            vouched=("employment", "certificates", "schooling"),
            actor=DATASET_ACTOR,
            clock=clock,
            store=store,
        )
        roster.sheet = {**roster.sheet, "defaults": {"occupation": ELECTRICIAN, "level": LEVEL, "kind": ""}}
    with transaction(SYSTEM):
        choose_columns(db.session.merge(roster), {}, actor=DATASET_ACTOR, clock=clock)
    return roster
