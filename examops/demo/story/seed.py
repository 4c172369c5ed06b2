"""``python -m examops seed``: creates the demo's data through the product's services. Safe to run at every start."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from config.settings import Settings
from examops.accounts import create_pairing_code
from examops.accounts.models import Device
from examops.audit import write_anchor
from examops.core.actor import Actor
from examops.core.clock import Clock, FixedClock, SystemClock, today
from examops.core.connections import role_names
from examops.core.database import db
from examops.core.extensions import keyring, settings, store
from examops.core.garbage import collector_paused
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.demo.account_notice import write_account_notice
from examops.demo.story import stamp
from examops.demo.story.account_list import accounts_text
from examops.demo.story.accounts import make_accounts, password_of
from examops.demo.story.drawn_cameras import camera_login
from examops.demo.story.filings import make_first_filings, make_later_filings
from examops.demo.story.past_box import is_archived
from examops.demo.story.past_session import LAST_BATCH
from examops.demo.story.people import make_people
from examops.demo.story.places import (
    ELECTRICIAN,
    LATHE,
    WELDER,
    BodyFacilities,
    link_accounts,
    make_bodies,
    make_site,
    make_staff,
)
from examops.demo.story.rosters import enterprise_roster, social_roster, student_roster
from examops.demo.story.stamp import BODY
from examops.demo.story.week import BATCH, STORY_ACTOR, Week
from examops.ops import make_buckets, upgrade_database
from examops.organisations.models import Body
from examops.registration.batches import BatchPlan, Offer, create_batch
from examops.registration.models import Batch, Roster
from examops.registration.rosters import begin_saving, choose_columns, examine_roster, receive_roster, save_roster
from examops.sheets.bounded import own_files
from examops.sites.models import Camera, Room

SYSTEM_ACTOR = Actor.system("演示数据")
SITES = {
    "华岭": ("顺德容桂考点", "顺德区容桂街道演示路 8 号"),
    "远航": ("南海校区考点", "南海区演示大道 66 号"),
    "匠才": ("禅城祖庙考点", "禅城区演示路 21 号"),
}
STORY_SEED = 20260817
EXTRA = "一线员工名单-11月.xlsx"
Offers = tuple[tuple[str, str], ...]
Fill = Callable[[Batch, Clock], None]


def main(arguments: list[str], app: Flask) -> int:
    """``--upgrade`` first updates tables and buckets, which saves the demo the start of another process; ``--stamp``
    names what the demo says that they and the story are made with."""
    parser = argparse.ArgumentParser(prog="python -m examops seed")
    parser.add_argument("--upgrade", action="store_true", help="update tables and buckets first")
    parser.add_argument("--first", action="store_true", help="leave to record-past what may come beside the pages")
    parser.add_argument("--stamp", default="", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    with app.app_context():
        known = settings()
        if options.upgrade:
            upgrade_database(known)
            make_buckets(known)
        set_scope(SYSTEM)
        _wait_for_disk(False)
        story = Story(known)
        story.create_first()
        if not options.first:
            story.create_rest()
        _wait_for_disk(True)
        with transaction(SYSTEM):  # the story's log begins days ago; the hourly job would leave it without until :07
            write_anchor(store(), keyring(), SystemClock())
    write_account_notice(known.var, accounts_text(known.var))
    if options.stamp:  # last: whatever ends before it is looked at again
        stamp.write(known.database_url, role_names(known)["owner"], options.stamp)
    sys.stdout.write("演示数据就绪\n")
    return 0


def _wait_for_disk(wanted: bool) -> None:
    """Whether each of the six hundred commits waits for the disk. The last one does, and with it all before it; a
    crash between them leaves a story whose rest the next start makes."""
    with transaction(SYSTEM):
        db.session.execute(text(f"SET synchronous_commit = {'on' if wanted else 'off'}"))


class Story:
    """Bodies, accounts, batches, rosters, sessions and the pairing code of the demo."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings, self.clock, self.rng = settings, clock or SystemClock(), random.Random(STORY_SEED)
        self.rosters_added = 0
        self.port = int(os.environ.get("EXAMOPS_TESTCAM_PORT", "0") or 0)

    def create(self) -> None:
        """Create what is missing. Running sessions are created whenever none runs now."""
        self.create_first()
        self.create_rest()

    def create_first(self) -> None:
        """What somebody needs who signs in now: the first body, filed, with its sessions of yesterday and of now."""
        with collector_paused(), own_files():  # it reads no workbook but those that it has just written
            with transaction(SYSTEM):
                bodies = make_bodies()
                make_accounts(bodies, password_of(self.settings.var), self.clock)
                facilities = self._make_facilities(bodies[BODY], self.port)
                link_accounts(facilities.staff)
            make_first_filings(self.clock, BODY)
            self._batch(facilities, LAST_BATCH, ((ELECTRICIAN, "4"),), self._workers_before, days_ago=45)
            self._batch(facilities, BATCH, ((ELECTRICIAN, "4"), (WELDER, "4"), (LATHE, "4")), self._workers)
            week = Week(facilities, self.clock, self._more_people)
            week.past()
            week.now()
            self._pairing(facilities)

    def create_rest(self) -> None:
        """What may come beside the pages (``record_past``): the other two bodies, a list to work on, coming days."""
        with collector_paused(), own_files():
            with transaction(SYSTEM):
                bodies = make_bodies()
                facilities = self._make_facilities(bodies[BODY], self.port)
                college, centre = self._make_facilities(bodies["远航"]), self._make_facilities(bodies["匠才"])
            self._list_to_work_on(facilities)
            Week(facilities, self.clock, self._more_people).coming()
            make_first_filings(self.clock)
            if is_archived(self.settings.var):  # a demo of before: what else is made beside the first start comes here
                make_later_filings(self.clock)
            self._batch(college, "2026 秋季毕业班", ((ELECTRICIAN, "4"),), self._students)
            self._batch(centre, "2026 社会考生第 2 批", ((ELECTRICIAN, "4"),), self._public)

    def _make_facilities(self, body: Body, port: int = 0) -> BodyFacilities:
        name, address = SITES[body.short_name]
        site = make_site(body, name, address, port, self.clock.now())
        people = make_people(12, random.Random(body.id), youngest=30, oldest=55)
        staff = make_staff(body, [person.name for person in people], (ELECTRICIAN, WELDER, LATHE))
        rooms = db.session.execute(select(Room).where(Room.site_id == site.id)).scalars()
        return BodyFacilities(body, site, {room.name: room for room in rooms}, staff)

    # The batch and its rosters

    def _batch(self, facilities: BodyFacilities, name: str, offers: Offers, fill: Fill, days_ago: int = 0) -> None:
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

    def _workers_before(self, batch: Batch, clock: Clock) -> None:
        content = enterprise_roster(self.rng, batch.cut_off_on, 11, with_faults=False)
        self._roster(batch, clock, "电工名单-上一批.xlsx", content, ELECTRICIAN, save=True)

    def _public(self, batch: Batch, clock: Clock) -> None:
        self._roster(
            batch,
            clock,
            "社会考生.xlsx",
            social_roster(random.Random(f"{STORY_SEED} {batch.name}"), batch.cut_off_on, 18),
            ELECTRICIAN,
            save=True,
        )

    def _workers(self, batch: Batch, clock: Clock) -> None:
        lists = ((ELECTRICIAN, "电工名单.xlsx", 64), (WELDER, "焊工名单.xlsx", 44), (LATHE, "车工名单.xlsx", 44))
        for code, name, count in lists:
            self._roster(
                batch,
                clock,
                name,
                enterprise_roster(self.rng, batch.cut_off_on, count, with_faults=False),
                code,
                save=True,
            )

    def _list_to_work_on(self, facilities: BodyFacilities) -> None:
        """A roster with faults that nobody has saved, and a workbook with others to upload."""
        rng = random.Random(f"{STORY_SEED} {EXTRA}")  # a generator of its own: what came before is another process
        with transaction(SYSTEM):
            of_body = Batch.body_id == facilities.body.id, Batch.name == BATCH
            batch = db.session.execute(select(Batch).where(*of_body)).scalar_one()
            known = select(Roster.id).where(Roster.batch_id == batch.id, Roster.name == EXTRA)
            is_known = db.session.execute(known).first() is not None
        if not is_known:
            content = enterprise_roster(rng, batch.cut_off_on, 120, with_faults=True)
            self._roster(batch, self.clock, EXTRA, content, ELECTRICIAN, save=False)
            own = enterprise_roster(rng, batch.cut_off_on, 40, with_faults=True)
            (self.settings.var / "演示名单-可自己导入.xlsx").write_bytes(own)

    def _more_people(self, batch: Batch, code: str) -> None:
        """A further roster for a demo that is started day after day, until its people are used up."""
        self.rosters_added += 1
        others = random.Random(f"{self.clock.now()} {self.rosters_added}")  # nobody whom an earlier one brought
        content = enterprise_roster(others, batch.cut_off_on, 24, with_faults=False)
        self._roster(batch, self.clock, f"补充名单-{today(self.clock):%m%d}.xlsx", content, code, save=True)

    def _students(self, batch: Batch, clock: Clock) -> None:
        self._roster(
            batch,
            clock,
            "电气毕业班.xlsx",
            student_roster(random.Random(f"{STORY_SEED} {batch.name}"), batch.cut_off_on, 36),
            ELECTRICIAN,
            save=True,
        )

    def _roster(self, batch: Batch, clock: Clock, name: str, content: bytes, code: str, *, save: bool) -> None:
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

    def _pairing(self, facilities: BodyFacilities) -> None:
        """Write ``demo-pairing.json`` (0600): new pairing codes unless a recorder is paired, the cameras' login."""
        file = self.settings.var / "demo-pairing.json"
        with transaction(SYSTEM):
            paired = select(Device.id).where(
                Device.site_id == facilities.site.id, Device.kind == "recorder", Device.revoked_at.is_(None)
            )
            is_paired = db.session.execute(paired).first() is not None
            code = "" if is_paired else create_pairing_code(facilities.site, "recorder", clock=self.clock)
            past_code = "" if is_paired else create_pairing_code(facilities.site, "recorder", clock=self.clock)
            user, password = camera_login(self.settings.var)
            cameras = db.session.execute(
                select(Camera.uid).join(Room, Room.id == Camera.room_id).where(Room.site_id == facilities.site.id)
            ).scalars()
            logins = {str(uid): {"username": user, "password": password} for uid in cameras}
        _write_private(file, {"code": code or "used", "past_code": past_code or "used", "cameras": logins})


def _write_private(file: Path, content: dict[str, object]) -> None:
    file.touch(mode=0o600)
    file.write_text(json.dumps(content))
