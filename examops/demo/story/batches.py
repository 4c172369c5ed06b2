"""The story's batches and their rosters, which go the same way as any user's."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from examops.core.clock import Clock, FixedClock, today
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.story.places import ELECTRICIAN, LATHE, WELDER, BodyFacilities
from examops.demo.story.rosters import enterprise_roster, social_roster, student_roster
from examops.demo.story.week import BATCH, STORY_ACTOR
from examops.registration.batches import BatchPlan, Offer, create_batch
from examops.registration.models import Batch, Roster
from examops.registration.rosters import begin_saving, choose_columns, examine_roster, receive_roster, save_roster

STORY_SEED = 20260817
EXTRA = "一线员工名单-11月.xlsx"
Offers = tuple[tuple[str, str], ...]
Fill = Callable[[Batch, Clock], None]


class Batches:
    """Made as of ``clock``; ``var`` gets the workbook that people may upload themselves."""

    def __init__(self, var: Path, clock: Clock) -> None:
        self.var, self.clock, self.rng = var, clock, random.Random(STORY_SEED)
        self.rosters_added = 0

    def batch(self, facilities: BodyFacilities, name: str, offers: Offers, fill: Fill, days_ago: int = 0) -> None:
        """A batch opened ``days_ago`` days before it would be now, and its rosters at that time."""
        clock = FixedClock(self.clock.now() - timedelta(days=days_ago))
        with transaction(SYSTEM):
            known = select(Batch.id).where(Batch.body_id == facilities.body.id, Batch.name == name)
            if db.session.execute(known).first():
                return
            now, day = clock.now(), today(clock)
            plan = BatchPlan(
                name=name,
                cut_off_on=day + timedelta(days=2),
                applies_from=now - timedelta(days=20),
                applies_until=now + timedelta(days=20),
                held_from=day - timedelta(days=30),
                held_until=day + timedelta(days=120),
                fee_fen=0,
                offers=tuple(Offer(code, level, ("skill",)) for code, level in offers),
            )
            batch = create_batch(facilities.body, plan, actor=STORY_ACTOR, clock=clock)
        fill(batch, clock)

    def workers_before(self, batch: Batch, clock: Clock) -> None:
        content = enterprise_roster(self.rng, batch.cut_off_on, 11, with_faults=False)
        self._roster(batch, clock, "电工名单-上一批.xlsx", content)

    def public(self, batch: Batch, clock: Clock) -> None:
        self._roster(batch, clock, "社会考生.xlsx", social_roster(_own(batch.name), batch.cut_off_on, 18))

    def workers(self, batch: Batch, clock: Clock) -> None:
        lists = ((ELECTRICIAN, "电工名单.xlsx", 64), (WELDER, "焊工名单.xlsx", 44), (LATHE, "车工名单.xlsx", 44))
        for code, name, count in lists:
            content = enterprise_roster(self.rng, batch.cut_off_on, count, with_faults=False)
            self._roster(batch, clock, name, content, code)

    def list_to_work_on(self, facilities: BodyFacilities) -> None:
        """A roster with faults that nobody has saved, and a workbook with others to upload."""
        rng = _own(EXTRA)
        with transaction(SYSTEM):
            of_body = Batch.body_id == facilities.body.id, Batch.name == BATCH
            batch = db.session.execute(select(Batch).where(*of_body)).scalar_one()
            known = select(Roster.id).where(Roster.batch_id == batch.id, Roster.name == EXTRA)
            is_known = db.session.execute(known).first() is not None
        if not is_known:
            content = enterprise_roster(rng, batch.cut_off_on, 120, with_faults=True)
            self._roster(batch, self.clock, EXTRA, content, save=False)
            own = enterprise_roster(rng, batch.cut_off_on, 40, with_faults=True)
            (self.var / "演示名单-可自己导入.xlsx").write_bytes(own)

    def more_people(self, batch: Batch, code: str) -> None:
        """A further roster for a demo that is started day after day, until its people are used up."""
        self.rosters_added += 1
        others = random.Random(f"{self.clock.now()} {self.rosters_added}")  # nobody whom an earlier one brought
        content = enterprise_roster(others, batch.cut_off_on, 24, with_faults=False)
        self._roster(batch, self.clock, f"补充名单-{today(self.clock):%m%d}.xlsx", content, code)

    def students(self, batch: Batch, clock: Clock) -> None:
        self._roster(batch, clock, "电气毕业班.xlsx", student_roster(_own(batch.name), batch.cut_off_on, 36))

    def _roster(
        self, batch: Batch, clock: Clock, name: str, content: bytes, code: str = ELECTRICIAN, *, save: bool = True
    ) -> None:
        vouched = ("employment", "certificates", "schooling")
        with transaction(SYSTEM):
            roster = receive_roster(
                batch, name, content, is_paste=False, vouched=vouched, actor=STORY_ACTOR, clock=clock, store=store()
            )
            roster.sheet = {**roster.sheet, "defaults": {"occupation": code, "level": "4", "kind": ""}}
        with transaction(SYSTEM):
            choose_columns(db.session.merge(roster), {}, actor=STORY_ACTOR, clock=clock)
        uid = roster.uid
        examine_roster(uid, actor=STORY_ACTOR, clock=clock, store=store(), ring=keyring())
        if save:
            with transaction(SYSTEM):
                fresh = db.session.merge(roster)
                db.session.refresh(fresh)
                if not fresh.counts.get("ok"):
                    return
                begin_saving(fresh, clock=clock)
            save_roster(uid, actor=STORY_ACTOR, clock=clock, ring=keyring())


def _own(name: str) -> random.Random:
    """A generator of its own: what came before may have been made by another process."""
    return random.Random(f"{STORY_SEED} {name}")
