"""Brings the database to where the file says: rows are found by their natural keys, added or changed, never deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from examops.accounts.models import PrivacyNotice, RoleGrant, UserAccount
from examops.accounts.passwords import hash_password
from examops.accounts.roles import ROLE_WORDS
from examops.audit import Tag, record
from examops.core.actor import Actor
from examops.core.clock import SHANGHAI, Clock
from examops.core.database import Base, db
from examops.core.language import N_, to_json
from examops.ops.setup.outcome import Outcome, difference
from examops.ops.setup.plan import AccountEntry, BodyEntry, CameraEntry, Entry, Plan, RoomEntry, SiteEntry, StaffEntry
from examops.organisations.models import Body, BodyOccupation
from examops.sites.models import Camera, CameraCoverage, Room, Site, Workstation
from examops.staff.models import Qualification, StaffMember

R = TypeVar("R", bound=Base)
E = TypeVar("E", bound=Entry)
ACTOR = Actor.system(N_("录入命令"))


class Saver:
    """One run inside one transaction of the system scope. ``outcome`` grows with every row."""

    def __init__(self, clock: Clock, make_password: Callable[[], str]) -> None:
        self.clock, self.make_password, self.outcome = clock, make_password, Outcome()
        self.owner = ""

    def save(self, plan: Plan) -> Outcome:
        """Accounts first: staff and grants name them; grants last: they name bodies and sites."""
        users = self._accounts(plan.accounts)
        everybody = {user.login: user.id for user in db.session.execute(select(UserAccount)).scalars()}
        for entry, body in self._level(
            "机构", Body, (), plan.bodies, ("credit_code",), {}, "", lambda row: row.short_name
        ):
            self.owner = body.credit_code
            self._body(entry, body, everybody)
        self.owner = ""
        for account, user in users:
            self._grants(account, user)
        self._notice(plan.notice)
        self._record()
        return self.outcome

    # One level: rows of one parent

    def _level(
        self, kind: str, model: type[R], where: Sequence[ColumnElement[bool]], entries: Iterable[E], keys: tuple[str, ...],
        fixed: Mapping[str, Any], place: str, name: Callable[[R], str],
    ) -> list[tuple[E, R]]:  # fmt: skip
        """Entries with their rows. ``keys`` are the columns that find a row; ``fixed`` are those of the parent."""
        rows = db.session.execute(select(model).where(*where).order_by(model.id)).scalars()  # type: ignore[attr-defined]
        known = {tuple(getattr(row, key) for key in keys): row for row in rows}
        found = []
        for entry in entries:
            row = known.pop(tuple(entry.get(key) for key in keys), None)
            if row is None:
                row = model(**{**fixed, **entry.facts})
                db.session.add(row)
                db.session.flush()
                self.outcome.add(self._owner_of(row), kind, _words(place, name(row)))
            else:
                self._update(kind, row, entry.facts, _words(place, name(row)))
            found.append((entry, row))
        for row in known.values():
            self.outcome.leave(kind, _words(place, name(row)))
        return found

    def _owner_of(self, row: Base) -> str:
        return row.credit_code if isinstance(row, Body) else self.owner

    def _update(self, kind: str, row: Base, facts: Mapping[str, Any], words: str) -> None:
        if isinstance(row, Camera):
            facts = _beside(row, facts)
        changes = {name: after for name, after in facts.items() if getattr(row, name) != after}
        if changes:
            told = "，".join(difference(name, getattr(row, name), after) for name, after in changes.items())
            for name, after in changes.items():
                setattr(row, name, after)
            self.outcome.change(self._owner_of(row), kind, f"{words}：{told}")

    # What belongs to a body

    def _body(self, entry: BodyEntry, body: Body, users: Mapping[str, int]) -> None:
        own = {"body_id": body.id, "district": body.district}
        place = body.short_name
        self._level(
            "职业", BodyOccupation, [BodyOccupation.body_id == body.id], entry.occupations, ("occupation_code",), own, place,
            lambda row: row.occupation_code,
        )  # fmt: skip
        for site_entry, site in self._level(
            "考点",
            Site,
            [Site.body_id == body.id],
            entry.sites,
            ("name",),
            {"body_id": body.id},
            place,
            lambda row: row.name,
        ):
            self._site(site_entry, site, f"{place} {site.name}")
        linked = [_linked(member, users) for member in entry.staff]
        for member_entry, member in self._level(
            "考务人员",
            StaffMember,
            [StaffMember.body_id == body.id],
            linked,
            ("name",),
            own,
            place,
            lambda row: row.name,
        ):
            self._level(
                "证", Qualification, [Qualification.staff_id == member.id], member_entry.cards, ("card_number", "occupation_code"),
                {**own, "staff_id": member.id}, f"{place} {member.name}", _card_name,
            )  # fmt: skip

    def _site(self, entry: SiteEntry, site: Site, place: str) -> None:
        own = {"body_id": site.body_id, "district": site.district}
        fixed = {**own, "site_id": site.id}
        for room_entry, room in self._level(
            "考场", Room, [Room.site_id == site.id], entry.rooms, ("name",), fixed, place, lambda row: row.name
        ):
            self._room(room_entry, room, {**own, "room_id": room.id}, f"{place} {room.name}")

    def _room(self, entry: RoomEntry, room: Room, fixed: Mapping[str, Any], place: str) -> None:
        self._level(
            "工位",
            Workstation,
            [Workstation.room_id == room.id],
            entry.stations,
            ("code",),
            fixed,
            place,
            lambda row: row.code,
        )
        stations = {
            row.code: row
            for row in db.session.execute(select(Workstation).where(Workstation.room_id == room.id)).scalars()
        }
        for camera_entry, camera in self._level(
            "摄像机",
            Camera,
            [Camera.room_id == room.id],
            entry.cameras,
            ("label",),
            fixed,
            place,
            lambda row: row.label,
        ):
            self._coverage(camera_entry, camera, stations, f"{place} {camera.label}")

    def _coverage(self, entry: CameraEntry, camera: Camera, stations: Mapping[str, Workstation], place: str) -> None:
        covered = CameraCoverage.camera_id == camera.id
        there = set(db.session.execute(select(CameraCoverage.workstation_id).where(covered)).scalars())
        new = [stations[code] for code in entry.covers if stations[code].id not in there]
        own = {"body_id": camera.body_id, "district": camera.district, "camera_id": camera.id}
        db.session.add_all(CameraCoverage(**own, workstation_id=station.id) for station in new)
        if new:
            self.outcome.add(
                self.owner, "摄像机看到的工位", _words(place, "、".join(one.code for one in new)), len(new)
            )
        kept = [code for code, station in stations.items() if station.id in there and code not in entry.covers]
        if kept:
            self.outcome.leave("摄像机看到的工位", _words(place, "、".join(sorted(kept))))

    # What belongs to nobody

    def _accounts(self, entries: Iterable[AccountEntry]) -> list[tuple[AccountEntry, UserAccount]]:
        known = {user.login: user for user in db.session.execute(select(UserAccount)).scalars()}
        found = []
        for entry in entries:
            user = known.pop(entry.get("login"), None)
            if user is None:
                user = self._new_account(entry)
            else:
                self._update("账号", user, entry.facts, user.login)
            found.append((entry, user))
        for user in known.values():
            self.outcome.leave("账号", f"{user.login} {user.name}")
        return found

    def _new_account(self, entry: AccountEntry) -> UserAccount:
        password = self.make_password()
        user = UserAccount(**entry.facts, password_hash=hash_password(password), must_change_password=True)
        db.session.add(user)
        db.session.flush()
        self.outcome.passwords.append((user.login, user.name, password))
        self.outcome.add("", "账号", f"{user.login} {user.name}")
        record(Tag.PASSWORD_HANDED_OUT, ACTOR, user, words=user.name, at=self.clock.now())
        return user

    def _grants(self, entry: AccountEntry, user: UserAccount) -> None:
        wanted = [Entry(grant.path, _grant_columns(grant)) for grant in entry.grants]
        keys = ("role", "reach", "body_id", "site_id", "district")
        names = {
            tuple(columns.get(key) for key in keys): _reach_words(grant)
            for grant, columns in zip(entry.grants, (one.facts for one in wanted), strict=True)
        }

        def name(row: RoleGrant) -> str:
            place = names.get(tuple(getattr(row, key) for key in keys)) or _place_of(row)
            return f"{ROLE_WORDS[row.role]} {place}"

        self._level(
            "任职", RoleGrant, [RoleGrant.user_id == user.id], wanted, keys, {"user_id": user.id}, user.login, name
        )

    def _notice(self, entry: Entry | None) -> None:
        if entry is None:
            return
        known = select(PrivacyNotice.id).where(PrivacyNotice.version == entry.get("version"))
        if db.session.execute(known).first() is None:
            db.session.add(PrivacyNotice(**entry.facts, published_at=self.clock.now()))
            self.outcome.add("", "隐私告知", f"第 {entry.get('version')} 版 {entry.get('title')}")

    def _record(self) -> None:
        """One entry per body that was touched, for those who may read about it, and one for accounts and the notice."""
        bodies = {body.credit_code: body for body in db.session.execute(select(Body)).scalars()}
        for owner in self.outcome.owners:
            body = bodies.get(owner)
            counts = {what: to_json(self.outcome.counted(owner, what)) for what in ("added", "changed")}
            words = body.short_name if body else N_("账号和隐私告知")
            record(Tag.SETUP_APPLIED, ACTOR, body, words=words, at=self.clock.now(), **counts)


def _words(place: str, name: str) -> str:
    return f"{place} {name}".strip()


def _beside(camera: Camera, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What else is known about the camera's fitness stays, and so does the hour of an admission on the same day."""
    merged = {**facts}
    if "fitness" in facts:
        merged["fitness"] = {**camera.fitness, **facts["fitness"]}
    if (
        camera.admitted_at
        and "admitted_at" in facts
        and camera.admitted_at.astimezone(SHANGHAI).date() == facts["admitted_at"].date()
    ):
        del merged["admitted_at"]
    return merged


def _card_name(row: Qualification) -> str:
    return f"{row.card_number} {row.occupation_code}".strip()


def _linked(entry: StaffEntry, users: Mapping[str, int]) -> StaffEntry:
    """With the account that is theirs, where the file names one."""
    facts = {**entry.facts, "user_id": users[entry.login]} if entry.login else entry.facts
    return StaffEntry(entry.path, facts, entry.cards, entry.login)


def _grant_columns(grant: Entry) -> dict[str, Any]:
    """Numbers instead of names; the checks have made sure that each name is there once."""
    columns = {
        "role": grant.get("role"),
        "reach": grant.get("reach"),
        "body_id": None,
        "site_id": None,
        "district": None,
    }
    if grant.get("district"):
        columns["district"] = grant.get("district")
    if grant.get("body"):
        body = select(Body.id).where(Body.short_name == grant.get("body"))
        columns["body_id"] = db.session.execute(body).scalar_one()
    if grant.get("site"):
        site = select(Site.id).where(Site.body_id == columns["body_id"], Site.name == grant.get("site"))
        columns["site_id"] = db.session.execute(site).scalar_one()
    return columns


def _reach_words(grant: Entry) -> str:
    return " ".join(grant.get(name) for name in ("body", "site", "district") if grant.get(name)) or "全市"


def _place_of(row: RoleGrant) -> str:
    if row.reach in ("city", "district"):
        return row.district or "全市"
    body = db.session.execute(select(Body.short_name).where(Body.id == row.body_id)).scalar_one()
    site = db.session.execute(select(Site.name).where(Site.id == row.site_id)).scalar_one_or_none()
    return _words(body, site or "")
