"""Bodies and all that belongs to them: occupations, sites with rooms, workstations and cameras, staff with cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from examops.accounts.models import UserAccount
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.ops.setup.levels import Level, Run, words_of
from examops.ops.setup.outcome import difference
from examops.ops.setup.plan import BodyEntry, CameraEntry, RoomEntry, SiteEntry, StaffEntry, body_key
from examops.ops.setup.saving_accounts import ACTOR
from examops.ops.setup.saving_cameras import save_cameras
from examops.ops.setup.saving_cards import save_cards
from examops.ops.setup.saving_filed import as_decided, decided_here
from examops.organisations import Standing, describe, entity_of, rename
from examops.organisations.directory import publish
from examops.organisations.models import Body, BodyOccupation, LegalEntity
from examops.sites.models import CameraCoverage, Room, Site, Workstation
from examops.staff.models import StaffMember

BODIES = Level("机构", Body, ("legal_entity_id", "kind"), lambda row: row.short_name)
OCCUPATIONS = Level("职业", BodyOccupation, ("occupation_code",), lambda row: row.occupation_code)
SITES = Level("考点", Site, ("name",), lambda row: row.name)
ROOMS = Level("考场", Room, ("name",), lambda row: row.name)
STATIONS = Level("工位", Workstation, ("code",), lambda row: row.code)
COVERAGE = "摄像机看到的工位"
STAFF = Level("考务人员", StaffMember, ("name",), lambda row: row.name)


def save_bodies(run: Run, entries: Iterable[BodyEntry], clock: Clock) -> None:
    """The accounts that staff sign in with must be there already. The directory shows the bodies from today on."""
    written, day, decided = list(entries), today(clock), decided_here()
    kept = [as_decided(run, entry, decided.get(entry.key)) for entry in written]
    entries = [_of_entity(run, entry, clock) for entry in kept]
    _describe(run, written)
    users = {row.login: row.id for row in db.session.execute(select(UserAccount.login, UserAccount.id))}
    for entry, body in run.save_rows(BODIES, entries, {}, {}, ""):
        run.owner = body_key(body.credit_code, body.kind)
        place, tenant = body.short_name, {"body_id": body.id, "district": body.district}
        own = {"body_id": body.id}
        run.save_rows(OCCUPATIONS, entry.occupations, own, tenant, place)
        publish(body, day)
        for site_entry, site in run.save_rows(SITES, entry.sites, own, tenant, place):
            _site(run, site_entry, site, words_of(place, site.name))
        staff = [_linked(member, users) for member in entry.staff]
        for member_entry, member in run.save_rows(STAFF, staff, own, tenant, place):
            save_cards(run, member_entry.cards, member, tenant, words_of(place, member.name))
    run.owner = ""


def _of_entity(run: Run, entry: BodyEntry, clock: Clock) -> BodyEntry:
    """With its legal entity instead of the credit code. Another name than the entity's is a change of name."""
    code, name = entry.get("credit_code"), entry.get("name")
    entity = entity_of(code, name, entry.get("district"))
    if entity.name != name:
        before = entity.name
        rename(entity, name, today(clock) - timedelta(days=1), "", actor=ACTOR, clock=clock)
        run.outcome.change(
            entry.key, "机构", f"{entry.get('short_name')}：{difference('name', before, name)}，旧名称留作曾用名"
        )
    facts = {key: value for key, value in entry.facts.items() if key != "credit_code"}
    return replace(entry, facts={**facts, "legal_entity_id": entity.id})


def _describe(run: Run, entries: Iterable[BodyEntry]) -> None:
    """Parent, relation and industry, once every legal entity of the file is there."""
    for entry in entries:
        told, code = entry.standing, entry.get("credit_code")
        if told:
            entity, now = _entity(code), Standing.of(_entity(code))
            parent = _entity(told["parent"]) if "parent" in told else now.parent
            industry, relation = told.get("industry", now.industry), told.get("relation", now.relation)
            named = told.get("representative", now.representative)
            new = Standing(now.district, industry, parent, relation, named)
            if describe(entity, new, actor=ACTOR):
                run.outcome.change(entry.key, "机构", f"{entry.get('short_name')}：上级、行业、法定代表人")


def _entity(code: str) -> LegalEntity:
    return db.session.execute(select(LegalEntity).where(LegalEntity.credit_code == code)).scalar_one()


def _linked(entry: StaffEntry, users: Mapping[str, int]) -> StaffEntry:
    """With the account that is theirs, where the file names one."""
    facts = {**entry.facts, "user_id": users[entry.login]} if entry.login else entry.facts
    return StaffEntry(entry.path, facts, entry.cards, entry.login)


def _site(run: Run, entry: SiteEntry, site: Site, place: str) -> None:
    tenant = owner_of(site)
    for room_entry, room in run.save_rows(ROOMS, entry.rooms, {"site_id": site.id}, tenant, place):
        _room(run, room_entry, room, tenant, words_of(place, room.name))


def _room(run: Run, entry: RoomEntry, room: Room, tenant: Mapping[str, Any], place: str) -> None:
    own = {"room_id": room.id}
    run.save_rows(STATIONS, entry.stations, own, tenant, place)
    there = db.session.execute(select(Workstation).where(Workstation.room_id == room.id)).scalars()
    stations = {row.code: row.id for row in there}
    for camera_entry, camera in save_cameras(run, entry.cameras, room, tenant, place):
        _coverage(run, camera_entry, {**tenant, "camera_id": camera.id}, stations, words_of(place, camera.label))


def _coverage(run: Run, entry: CameraEntry, fixed: Mapping[str, Any], stations: Mapping[str, int], place: str) -> None:
    """Pairs of camera and workstation: one line for all of a camera."""
    query = select(CameraCoverage.workstation_id).where(CameraCoverage.camera_id == fixed["camera_id"])
    there = set(db.session.execute(query).scalars())
    new = [code for code in entry.covers if stations[code] not in there]
    db.session.add_all(CameraCoverage(**fixed, workstation_id=stations[code]) for code in new)
    if new:
        run.outcome.add(run.owner, COVERAGE, words_of(place, "、".join(new)), len(new))
    kept = sorted(code for code, station in stations.items() if station in there and code not in entry.covers)
    if kept:
        run.outcome.leave(COVERAGE, words_of(place, "、".join(kept)))
