"""Bodies that are only in the story's filings, each with the people and workstations that its filing counts."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from sqlalchemy import select

from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.demo.story.filing_cases import APPLICANTS, LATER, FilingCase, Pages
from examops.demo.story.people import make_people
from examops.organisations import new_body
from examops.organisations.models import Body
from examops.sites.models import Camera, CameraCoverage, Room, Site, Workstation
from examops.staff.models import Qualification, StaffMember

VALID = {"valid_from": date(2024, 1, 1), "valid_until": date(2028, 6, 30)}
BESIDE = (("manager", "managers"), ("expert", "experts"), ("internal_supervisor", "supervisors"))


def make_applicants(clock: Clock) -> None:
    """Those missing are added, in this transaction."""
    known = set(db.session.execute(select(Body.short_name)).scalars())
    for one in APPLICANTS:
        if one.short_name not in known:
            told = {name: getattr(one, name) for name in ("short_name", "name", "kind", "district", "credit_code")}
            body = new_body(**told, state="draft", address=one.address, telephone=one.telephone)
            db.session.add(body)
            db.session.flush()
            if body.kind == "enterprise":
                _equip(body, next(case for case in LATER if case.body == one.short_name), clock.now())


def _equip(body: Body, case: FilingCase, now: datetime) -> None:
    """As many people with cards, and stations under a camera, as the filing states."""
    owner = {"body_id": body.id, "district": body.district}
    _people(body, owner, case.pages)
    site = Site(**owner, name=f"{body.short_name}考点", address=body.address, contact="人力资源部")
    db.session.add(site)
    db.session.flush()
    for code in case.occupations:
        _room(site, code, case.pages[f"occupation-{code}"]["covered_workstations"], now)
    db.session.flush()


def _people(body: Body, owner: dict[str, object], pages: Pages) -> None:
    each = {step.removeprefix("occupation-"): page["examiners"] for step, page in pages.items() if "examiners" in page}
    wanted = [(kind, "") for kind, key in BESIDE for _ in range(pages["people"][key])]
    examiners = [(n, code) for code, count in each.items() for n in range(count)]
    count = len(wanted) + max(each.values())
    names = make_people(count, random.Random(body.credit_code), youngest=30, oldest=55)
    members = [StaffMember(**owner, name=one.name, team="技能评价办公室") for one in names]
    db.session.add_all(members)
    db.session.flush()
    cards = [(n, kind, code) for n, (kind, code) in enumerate(wanted)]
    cards += [(len(wanted) + n, "examiner", code) for n, code in examiners]
    db.session.add_all(
        Qualification(
            **owner,
            staff_id=members[n].id,
            kind=kind,
            occupation_code=code,
            card_number=f"GD{body.id:02d}{members[n].id:05d}",
            **VALID,
        )
        for n, kind, code in cards
    )


def _room(site: Site, code: str, count: int, now: datetime) -> None:
    owner = owner_of(site)
    room = Room(**owner, site_id=site.id, name=f"实训室 {code[-5:]}", kind="practical", seats=count)
    db.session.add(room)
    db.session.flush()
    stations = [
        Workstation(**owner, room_id=room.id, code=f"G-{n:02d}", occupations=[code]) for n in range(1, count + 1)
    ]
    camera = Camera(
        **owner,
        room_id=room.id,
        label="前",
        position="front",
        source=f"rtsp://192.0.2.{site.id % 200 + 20}:554/{room.id}",
        width=1280,
        height=720,
        admitted_at=now - timedelta(days=500),
        fitness={"fps": 25, "gop_seconds": 2},
    )
    db.session.add_all([*stations, camera])
    db.session.flush()
    db.session.add_all(CameraCoverage(**owner, camera_id=camera.id, workstation_id=one.id) for one in stations)
