"""Bodies, sites, rooms, workstations and cameras of the story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from examops.accounts.models import UserAccount
from examops.core.database import db
from examops.demo.story.drawn_cameras import CAMERAS
from examops.organisations import new_body
from examops.organisations.models import Body
from examops.sites.models import Camera, CameraCoverage, Room, Site, Workstation
from examops.staff.models import Qualification, StaffMember

ELECTRICIAN, WELDER, LATHE, CARE = "6-31-01-03", "6-18-02-04", "6-18-01-01", "4-10-01-05"
BODIES = (
    ("华岭", "佛山市顺德区华岭电器有限公司", "enterprise", "440606", "91440606MA4HLDQ010"),
    ("远航", "佛山市远航技师学院", "college", "440605", "12440605MB4YHXY020"),
    ("匠才", "佛山市匠才职业技能评价中心", "social", "440604", "52440604MJ4JCPJ030"),
    # Never filed and begun nothing: for whoever wants to try a first filing.
    ("启明", "佛山市禅城区启明职业技能培训中心", "social", "440604", "52440604MJ4QMXX01Y"),
    ("荷岸", "佛山市高明区荷岸高级技工学校", "college", "440608", "12440608MB4HAJX02T"),
)
ADDRESSES = {
    "华岭": "顺德区容桂街道演示路 8 号",
    "远航": "南海区演示大道 66 号",
    "匠才": "禅城区演示路 21 号",
    "启明": "禅城区祖庙街道演示路 12 号",
    "荷岸": "高明区荷城街道演示大道 9 号",
}
TELEPHONE = "0757-00000000"
# code of the drawn room, name, kind, workstations, letter of their codes, occupation
ROOMS = (
    ("electric-a", "A栋实训室", "practical", 12, "A", ELECTRICIAN),
    ("welding-c", "C区焊接间", "practical", 10, "C", WELDER),
    ("lathe-3", "数控车间三", "practical", 10, "K", LATHE),
    ("theory-1", "理论一室", "paper", 30, "T", ""),
)


@dataclass
class BodyFacilities:
    """Site, rooms (by name) and staff of one body."""

    body: Body
    site: Site
    rooms: dict[str, Room]
    staff: list[StaffMember]


def make_bodies() -> dict[str, Body]:
    """Bodies by short name; those missing are added. Their filings (``filings.py``) file the first three."""
    found = {body.short_name: body for body in db.session.execute(select(Body)).scalars()}
    for short, name, kind, district, code in BODIES:
        if short not in found:
            told = {"short_name": short, "name": name, "kind": kind, "district": district, "credit_code": code}
            body = new_body(**told, state="draft", address=ADDRESSES[short], telephone=TELEPHONE)
            db.session.add(body)
            db.session.flush()
            found[short] = body
    return found


def make_site(body: Body, name: str, address: str, camera_port: int, now: datetime) -> Site:
    """A site with its rooms, workstations and (for the first body) the drawn cameras."""
    known = db.session.execute(select(Site).where(Site.body_id == body.id, Site.name == name)).scalar_one_or_none()
    if known is not None:
        _point_cameras(known, camera_port)
        return known
    owner = {"body_id": body.id, "district": body.district}
    site = Site(**owner, name=name, address=address, contact="考务办公室")
    db.session.add(site)
    db.session.flush()
    for code, title, kind, count, letter, occupation in ROOMS:
        _make_room(site, owner, (code, title, kind, count, letter, occupation), camera_port, now)
    return site


def _make_room(site: Site, owner: dict, plan: tuple, camera_port: int, now: datetime) -> None:
    code, title, kind, count, letter, occupation = plan
    room = Room(**owner, site_id=site.id, name=title, kind=kind, seats=count)
    db.session.add(room)
    db.session.flush()
    stations = [
        Workstation(**owner, room_id=room.id, code=f"{letter}-{n:02d}", occupations=[occupation] if occupation else [])
        for n in range(1, count + 1)
    ]
    db.session.add_all(stations)
    db.session.flush()
    if not camera_port:
        return
    for drawn, position, word in CAMERAS:
        if drawn == code:
            camera = Camera(
                **owner,
                room_id=room.id,
                label=word,
                position=position,
                source=_address(camera_port, drawn, position),
                width=1280,
                height=720,
                admitted_at=now - timedelta(days=500),  # before the body was filed
                fitness={"fps": 8, "gop_seconds": 2},
            )
            db.session.add(camera)
            db.session.flush()
            db.session.add_all(CameraCoverage(**owner, camera_id=camera.id, workstation_id=s.id) for s in stations)


def _address(port: int, room: str, position: str) -> str:
    return f"rtsp://127.0.0.1:{port}/{room}-{position}"


def _point_cameras(site: Site, port: int) -> None:
    """Update the cameras' addresses: the port may have changed since the last start."""
    rooms = {row.name: row.id for row in db.session.execute(select(Room).where(Room.site_id == site.id)).scalars()}
    names = {title: code for code, title, *_ in ROOMS}
    for title, room_id in rooms.items():
        for camera in db.session.execute(select(Camera).where(Camera.room_id == room_id)).scalars():
            if port:
                camera.source = _address(port, names[title], camera.position)


APPOINTED = ((11, "manager"), (1, "expert"), (2, "expert"))  # beside their cards, by their place in the list
CARDS = {0: "senior_examiner", 10: "internal_supervisor"}
LOGINS = {0: "kaoping", 9: "jiankao", 10: "neidu"}  # the staff who sign in themselves, by their place in the list


def link_accounts(staff: list[StaffMember]) -> None:
    """Link demo accounts to staff members: a check-in desk opens for staff only."""
    for place, login in LOGINS.items():
        user = db.session.execute(select(UserAccount).where(UserAccount.login == login)).scalar_one()
        staff[place].user_id, staff[place].name = user.id, user.name


def make_staff(body: Body, names: list[str], occupations: tuple[str, ...]) -> list[StaffMember]:
    """Nine examiners (the first a senior one), two proctors and an internal supervisor, with valid cards; two of them
    are experts too, one is the manager."""
    known = (
        db.session.execute(select(StaffMember).where(StaffMember.body_id == body.id).order_by(StaffMember.id))
        .scalars()
        .all()
    )
    if known:
        return list(known)
    owner = {"body_id": body.id, "district": body.district}
    members = [
        StaffMember(**owner, name=name, team="设备部" if n < 9 else "人力资源部") for n, name in enumerate(names[:12])
    ]
    db.session.add_all(members)
    db.session.flush()
    dates = {"valid_from": date(2024, 1, 1), "valid_until": date(2028, 6, 30)}
    for n, member in enumerate(members):
        kind = CARDS.get(n, "proctor" if n >= 9 else "examiner")
        for code in ("",) if n >= 9 else occupations:
            number = f"GD{body.id:02d}{member.id:05d}{len(code)}"
            db.session.add(
                Qualification(**owner, staff_id=member.id, kind=kind, occupation_code=code, card_number=number, **dates)
            )
    for n, kind in APPOINTED:
        number = f"聘{body.id:02d}{members[n].id:05d}"
        db.session.add(Qualification(**owner, staff_id=members[n].id, kind=kind, card_number=number, **dates))
    db.session.flush()
    return members
