"""A body of the year: its sites, rooms, workstations, cameras, boxes and people on duty."""

from __future__ import annotations

import random
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bench.dataset.amounts import LINES
from bench.dataset.bulk_insert import Row, bulk_insert, new_uid
from examops.accounts.models import Device
from examops.core.database import db
from examops.core.keys import digest_of
from examops.demo.story.people import make_people
from examops.demo.story.places import CARE, ELECTRICIAN, LATHE, WELDER
from examops.footage.models import CameraState
from examops.organisations import new_body
from examops.organisations.credit_code import check_character
from examops.organisations.models import Body, BodyOccupation
from examops.sites.models import Camera, CameraCoverage, Room, Site, Workstation
from examops.staff.models import Qualification, StaffMember
from video.recorder.signing import Signer

PLACES = (("440604", "禅城"), ("440605", "南海"), ("440606", "顺德"), ("440607", "三水"), ("440608", "高明"))
OFFERS = {"enterprise": (ELECTRICIAN, WELDER, LATHE), "social": (ELECTRICIAN, WELDER, CARE)}
ROOMS, STATIONS, CAMERAS = 3, 12, ("前", "后")
PANEL = 3


@dataclass
class ExamRoom:
    """A room with the ids of its equipment; ``code`` is the occupation it is equipped for.

    ``stations`` are (code, id), ``cameras`` (label, columns, id).
    """

    row: Row
    id: int
    site_id: int
    code: str
    stations: list[tuple[str, int]] = field(default_factory=list)
    cameras: list[tuple[str, Row, int]] = field(default_factory=list)


@dataclass
class BodyFacilities:
    """``rooms[line]`` are the rooms of one site, ``panels[line]`` the staff ids of its examiners.

    ``boxes`` are recorder ids by site id.
    """

    body: Body
    owner: Row
    rooms: list[list[ExamRoom]]
    panels: list[list[int]]
    boxes: dict[int, int]
    signer: Signer

    @property
    def all_rooms(self) -> list[ExamRoom]:
        return [room for line in self.rooms for room in line]


def credit_code(seed: int, number: int) -> str:
    """The credit code of a body: valid in form, of a registration authority that does not exist."""
    first = f"91440600{seed % 10**5:05d}{number:04d}"
    return first + check_character(first)


def make_facilities(seed: int, number: int, now: datetime, rng: random.Random) -> BodyFacilities:
    district, place = PLACES[number % len(PLACES)]
    kind = "social" if number % 3 == 2 else "enterprise"
    body = new_body(
        kind=kind,
        name=f"佛山市{place}区量测数据{seed}第{number + 1:02d}评价机构",
        short_name=f"量测{number + 1:02d}",
        district=district,
        credit_code=credit_code(seed, number),
        address="量测数据，非真实机构",
        state="filed",
        filed_on=now.date() - timedelta(days=500),
    )
    db.session.add(body)
    db.session.flush()
    owner = {"body_id": body.id, "district": district}
    bulk_insert(
        BodyOccupation, [{**owner, "occupation_code": code, "levels": ["5", "4", "3"]} for code in OFFERS[kind]], rng
    )
    sites = _insert_for_ids(
        Site, [{**owner, "name": f"{place}第 {n + 1} 考点", "address": "量测数据"} for n in range(LINES)], rng
    )
    rooms = [_make_rooms(owner, site, OFFERS[kind], now, rng) for site in sites]
    signer = Signer.new()
    return BodyFacilities(
        body, owner, rooms, _panels(owner, OFFERS[kind], rng), _boxes(owner, sites, signer, now, rng), signer
    )


def _insert_for_ids(table: Any, rows: Sequence[Row], rng: random.Random) -> list[int]:
    """Insert the rows; returns their ids in the same order."""
    named = [{"uid": new_uid(rng), **row} for row in rows]
    found = bulk_insert(table, named, rng)
    return [found[row["uid"]] for row in named]


def _make_rooms(owner: Row, site_id: int, codes: Sequence[str], now: datetime, rng: random.Random) -> list[ExamRoom]:
    rows = [
        {
            **owner,
            "uid": new_uid(rng),
            "site_id": site_id,
            "name": f"{n + 1} 号实训室",
            "kind": "practical",
            "seats": STATIONS,
        }
        for n in range(ROOMS)
    ]
    rooms = [
        ExamRoom(row, id, site_id, codes[n % len(codes)])
        for n, (row, id) in enumerate(zip(rows, _insert_for_ids(Room, rows, rng), strict=True))
    ]
    for room in rooms:
        _equip_room(room, owner, now, rng)
    return rooms


def _equip_room(room: ExamRoom, owner: Row, now: datetime, rng: random.Random) -> None:
    codes = [f"A-{n:02d}" for n in range(1, STATIONS + 1)]
    stations = [{**owner, "room_id": room.id, "code": code, "occupations": [room.code]} for code in codes]
    room.stations = list(zip(codes, _insert_for_ids(Workstation, stations, rng), strict=True))
    cameras = [
        {
            **owner,
            "uid": new_uid(rng),
            "room_id": room.id,
            "label": label,
            "position": position,
            "source": f"rtsp://192.0.2.1/{room.id}/{n}",
            "admitted_at": now - timedelta(days=400),
        }
        for n, (label, position) in enumerate(zip(CAMERAS, ("front", "rear"), strict=True))
    ]
    ids = _insert_for_ids(Camera, cameras, rng)
    room.cameras = [(row["label"], row, id) for row, id in zip(cameras, ids, strict=True)]
    seen = [{**owner, "camera_id": camera, "workstation_id": station} for camera in ids for _, station in room.stations]
    bulk_insert(CameraCoverage, seen, rng)
    bulk_insert(CameraState, [{**owner, "camera_id": id, "state": "idle", "reported_at": now} for id in ids], rng)


def _panels(owner: Row, codes: Sequence[str], rng: random.Random) -> list[list[int]]:
    people = make_people(LINES * PANEL, rng, youngest=30, oldest=55)
    members = _insert_for_ids(StaffMember, [{**owner, "name": one.name, "team": "考评组"} for one in people], rng)
    dates = {"valid_from": date(2024, 1, 1), "valid_until": date(2029, 6, 30)}
    cards = [
        {
            **owner,
            "staff_id": member,
            "kind": "senior_examiner" if n % PANEL == 0 else "examiner",
            "occupation_code": code,
            "card_number": f"L{member:07d}",
            **dates,
        }
        for n, member in enumerate(members)
        for code in codes
    ]
    bulk_insert(Qualification, cards, rng)
    return [members[line * PANEL : (line + 1) * PANEL] for line in range(LINES)]


def _boxes(owner: Row, sites: Sequence[int], signer: Signer, now: datetime, rng: random.Random) -> dict[int, int]:
    """A revoked recorder for each site, as the signer of its segments; returns ids by site id."""
    rows = [
        {
            **owner,
            "kind": "recorder",
            "name": "量测录像盒",
            "site_id": site,
            "token_digest": digest_of(str(new_uid(rng))),
            "public_key": b64decode(signer.public_text()),
            "paired_at": now - timedelta(days=390),
            "revoked_at": now,
        }
        for site in sites
    ]
    return dict(zip(sites, _insert_for_ids(Device, rows, rng), strict=True))
