"""Recorder boxes and desk tablets of the sites somebody looks after, and the codes that still wait for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from examops.accounts import ActiveGrant, create_pairing_code, revoke
from examops.accounts.models import Device, PairingCode
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import among, db
from examops.core.errors import Invalid, NotFound
from examops.core.language import N_, _, message
from examops.core.paging import key_of, newest_first, page_and_next
from examops.core.queries import records_of
from examops.core.reading import read_records
from examops.sites.models import Site
from examops.sites.tags import Tag

LOOK_AFTER = ("coordinator", "security", "operator")
KINDS = {"recorder": N_("录像盒"), "desk": N_("签到平板")}
PAGE = 50
SILENT_AFTER = timedelta(minutes=2)  # boxes ask for their plan every few seconds


@dataclass(frozen=True)
class DeviceLine:
    device: Device
    site: str
    state: tuple[str, str]


def own_sites(grants: Iterable[ActiveGrant], roles: Collection[str] = LOOK_AFTER) -> Select[Any]:
    """Sites that these grants reach in one of the roles, by default those whose devices they look after; none that is
    only lent to them. Row-level security narrows further."""
    allowed: list[ColumnElement[bool]] = []
    for grant in grants:
        if grant.role not in roles:
            continue
        if grant.reach == "city":
            allowed.append(true())
        elif grant.site_id is not None:
            allowed.append(Site.id == grant.site_id)
        elif grant.body_id is not None:
            allowed.append(Site.body_id == grant.body_id)
        else:
            allowed.append(Site.district == grant.district)
    return select(Site).where(or_(false(), *allowed)).order_by(Site.name, Site.id)


def sites_of(grants: Iterable[ActiveGrant]) -> list[Site]:
    return read_records(own_sites(grants))


def device_lines(
    sites: Iterable[Site], now: datetime, before: str | None = None
) -> tuple[list[DeviceLine], str | None]:
    """Working ones first, each kind together, by site; then a page of those out of use, the newest first.

    ``before`` and the second value are keys of that page; later pages show it alone.
    """
    names = {site.id: site.name for site in sites}
    at = list(names)
    devices = [] if before else _working(at)
    page, last = page_and_next(read_records(_ended(at, before)) if before else _newest_ended(at), PAGE)
    lines = [DeviceLine(device, names[device.site_id], state_of(device, now)) for device in [*devices, *page]]
    return lines, key_of(last.revoked_at, last.id) if last and last.revoked_at else None


@records_of
def _working(site_ids: list[int]) -> Select[Device]:
    own = select(Device).where(among(Device.site_id, site_ids), Device.revoked_at.is_(None))
    return own.order_by(Device.site_id, Device.kind.desc(), Device.id.desc())


def _ended(site_ids: list[int], before: str | None) -> Select[Device]:
    own = select(Device).where(among(Device.site_id, site_ids), Device.revoked_at.is_not(None))
    return newest_first(own, Device.revoked_at, Device.id, before, PAGE)


@records_of
def _newest_ended(site_ids: list[int]) -> Select[Device]:
    return _ended(site_ids, None)


def all_lines(sites: Iterable[Site], now: datetime, most: int) -> list[DeviceLine]:
    """What the pages of the list show one after the other."""
    names = {site.id: site.name for site in sites}
    query = select(Device).where(Device.site_id.in_(names))
    order = (Device.revoked_at.desc().nulls_first(), Device.site_id, Device.kind.desc(), Device.id.desc())
    devices = read_records(query.order_by(*order).limit(most + 1))
    return [DeviceLine(device, names[device.site_id], state_of(device, now)) for device in devices]


def state_of(device: Device, now: datetime) -> tuple[str, str]:
    if device.revoked_at is not None:
        return ("off", _("已停用"))
    if device.last_seen_at is None:
        return ("wait", _("还没联系过"))
    if now - device.last_seen_at <= SILENT_AFTER:
        return ("done", _("在线"))
    return ("look", _("没有联系，请查电源和网络")) if device.kind == "recorder" else ("wait", _("没在用"))


def open_codes(sites: Iterable[Site], now: datetime) -> list[tuple[PairingCode, str]]:
    """Codes that may still be used, with the name of their site."""
    names = {site.id: site.name for site in sites}
    return [(code, names[code.site_id]) for code in _usable_codes(list(names), now)]


@records_of
def _usable_codes(site_ids: list[int], now: datetime) -> Select[PairingCode]:
    unused = select(PairingCode).where(among(PairingCode.site_id, site_ids), PairingCode.used_at.is_(None))
    return unused.where(PairingCode.expires_at > now).order_by(PairingCode.id)


def make_code(
    site_uid: UUID, kind: str, grants: Iterable[ActiveGrant], *, actor: Actor, clock: Clock
) -> tuple[str, Site]:
    """A new code for one device; the code itself is in no log and no row."""
    if kind not in KINDS:
        raise Invalid(N_("没有这种设备"))
    site = next((site for site in sites_of(grants) if site.uid == site_uid), None)
    if site is None:
        raise NotFound(N_("没有这个考点"))
    code = create_pairing_code(site, kind, clock=clock)
    record(
        Tag.DEVICE_CODE_MADE,
        actor,
        site,
        words=message("{site} {kind}", site=site.name, kind=message(KINDS[kind])),
        at=clock.now(),
        device=kind,
    )
    return code, site


def withdraw_code(uid: UUID, grants: Iterable[ActiveGrant], *, actor: Actor, clock: Clock) -> None:
    """The code stops working; one that was used or has expired stays as it is."""
    code = _one(PairingCode, uid, grants)
    if code.used_at is None and code.expires_at > clock.now():
        code.expires_at = clock.now()
        record(Tag.DEVICE_CODE_WITHDRAWN, actor, code, words=KINDS[code.kind], at=clock.now())


def revoke_device(uid: UUID, grants: Iterable[ActiveGrant], *, actor: Actor, clock: Clock) -> Device:
    device: Device = _one(Device, uid, grants)
    revoke(device, actor=actor, clock=clock)
    return device


def _one(table: type[Any], uid: UUID, grants: Iterable[ActiveGrant]) -> Any:
    mine = own_sites(grants).with_only_columns(Site.id).order_by(None)
    found = db.session.execute(
        select(table).where(and_(table.uid == uid, table.site_id.in_(mine)))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这台设备或配对码"))
    return found
