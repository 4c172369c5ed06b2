"""``python -m examops seed``: creates the demo's data through the product's services. Safe to run at every start."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from config.settings import Settings
from examops.accounts import create_pairing_code
from examops.accounts.models import Device
from examops.audit import write_anchor
from examops.core.actor import Actor
from examops.core.clock import Clock, SystemClock
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
from examops.demo.story.batches import Batches
from examops.demo.story.drawn_cameras import camera_login
from examops.demo.story.filings import make_first_filings, make_later_filings
from examops.demo.story.past_box import FOLDER, is_archived
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
from examops.demo.story.stamp import BODY
from examops.demo.story.week import BATCH, Week
from examops.ops import make_buckets, upgrade_database
from examops.organisations.models import Body
from examops.sheets.bounded import own_files
from examops.sites.models import Camera, Room

SYSTEM_ACTOR = Actor.system("演示数据")
SITES = {
    "华岭": ("顺德容桂考点", "顺德区容桂街道演示路 8 号"),
    "远航": ("南海校区考点", "南海区演示大道 66 号"),
    "匠才": ("禅城祖庙考点", "禅城区演示路 21 号"),
}


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
        self.settings, self.clock = settings, clock or SystemClock()
        self.batches = Batches(settings.var, self.clock)
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
            self.batches.batch(facilities, LAST_BATCH, ((ELECTRICIAN, "4"),), self.batches.workers_before, days_ago=45)
            self.batches.batch(
                facilities, BATCH, ((ELECTRICIAN, "4"), (WELDER, "4"), (LATHE, "4")), self.batches.workers
            )
            week = Week(facilities, self.clock, self.batches.more_people)
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
            self.batches.list_to_work_on(facilities)
            Week(facilities, self.clock, self.batches.more_people).coming()
            make_first_filings(self.clock)
            if is_archived(self.settings.var):  # a demo of before: what else is made beside the first start comes here
                make_later_filings(self.clock)
            self.batches.batch(college, "2026 秋季毕业班", ((ELECTRICIAN, "4"),), self.batches.students)
            self.batches.batch(centre, "2026 社会考生第 2 批", ((ELECTRICIAN, "4"),), self.batches.public)

    def _make_facilities(self, body: Body, port: int = 0) -> BodyFacilities:
        name, address = SITES[body.short_name]
        site = make_site(body, name, address, port, self.clock.now())
        people = make_people(12, random.Random(body.id), youngest=30, oldest=55)
        staff = make_staff(body, [person.name for person in people], (ELECTRICIAN, WELDER, LATHE))
        rooms = db.session.execute(select(Room).where(Room.site_id == site.id)).scalars()
        return BodyFacilities(body, site, {room.name: room for room in rooms}, staff)

    def _pairing(self, facilities: BodyFacilities) -> None:
        """Write ``demo-pairing.json`` (0600): new pairing codes unless a recorder is paired, the cameras' login.

        The box of yesterday's session is paired later than the other: a start may have been ended between the two.
        """
        file, past = self.settings.var / "demo-pairing.json", self.settings.var / FOLDER / "identity.json"
        lacks_past = not past.exists() and not is_archived(self.settings.var)
        with transaction(SYSTEM):
            paired = select(Device.id).where(
                Device.site_id == facilities.site.id, Device.kind == "recorder", Device.revoked_at.is_(None)
            )
            is_paired = db.session.execute(paired).first() is not None
            code = "" if is_paired else create_pairing_code(facilities.site, "recorder", clock=self.clock)
            past_code = create_pairing_code(facilities.site, "recorder", clock=self.clock) if lacks_past else ""
            user, password = camera_login(self.settings.var)
            cameras = db.session.execute(
                select(Camera.uid).join(Room, Room.id == Camera.room_id).where(Room.site_id == facilities.site.id)
            ).scalars()
            logins = {str(uid): {"username": user, "password": password} for uid in cameras}
        _write_private(file, {"code": code or "used", "past_code": past_code or "used", "cameras": logins})


def _write_private(file: Path, content: dict[str, object]) -> None:
    file.touch(mode=0o600)
    file.write_text(json.dumps(content))
