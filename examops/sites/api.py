"""``/api/v1``: sites with rooms, workstations, cameras and papers, by the listings of their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from flask import g

from config.rulebook import rulebook
from examops.accounts import guarded, roles_only
from examops.core.clock import today
from examops.core.extensions import clock
from examops.sites.agreeing import approvals_of
from examops.sites.api_schemas import SiteSchema, SitesSchema
from examops.sites.blueprint import READERS
from examops.sites.lending import borrowed, uses_of
from examops.sites.lending_models import SiteUse
from examops.sites.listing import room_counts, worst_first
from examops.sites.models import Room, Site
from examops.sites.papers import tenures_of, verifications_of
from examops.sites.plans import things_of
from examops.sites.rooms import rooms_of, site_by_uid
from examops.sites.standing import SiteFinding, SitePapers, papers_of
from examops.web.api import JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("sites_api", __name__, url_prefix="/api/v1", description="Sites, rooms, workstations, cameras"),
        roles_only(*READERS),
    ),
)


@bp.get("/sites")
@bp.reads(SitesSchema)
def list_sites() -> dict[str, Any]:
    """All sites of the body or of the office's district, with what is wrong or not verified today first."""
    day = today(clock())
    rows = worst_first(g.grants, day)
    counts = room_counts(site.id for site, _papers, _found in rows)
    found = [_line(site, papers, findings, day, counts.get(site.id, (0, 0))) for site, papers, findings in rows]
    return {"sites": found, "borrowed": _borrowed()}


def _borrowed() -> list[dict[str, Any]]:
    guests = [grant.body_id for grant in g.grants if grant.body_id is not None]
    rows = borrowed(guests, clock().now())
    approvals = approvals_of([row.SiteUse.id for row in rows])
    return [
        {"site": row.Site.name, "address": row.Site.address, "host": row.host, **_use(row.SiteUse, approvals)}
        for row in rows
    ]


@bp.get("/sites/<uuid:site_uid>")
@bp.reads(SiteSchema, 404)
def one_site(site_uid: UUID) -> dict[str, Any]:
    """One site: its rooms with workstations and cameras, by what right it is had, verifications, to whom it is lent."""
    site, day = site_by_uid(site_uid, g.grants, READERS), today(clock())
    papers, rooms = papers_of([site.id])[site.id], rooms_of([site.id])
    counts = len(rooms), sum(row.stations for row in rooms)
    return {
        **_line(site, papers, papers.findings(day, rulebook()), day, counts),
        "rooms": _rooms([row.Room for row in rooms]),
        "tenures": [_entered(one, "kind", "until_on", "document_number", "document_name") for one in tenures_of(site)],
        "verifications": [
            {**_named(one, "uid", "verified_on", "result", "note", "entered_at"), "officer": one.officer_name}
            for one in verifications_of(site)
        ],
        "lent": _lent(site),
    }


def _line(
    site: Site, papers: SitePapers, findings: Iterable[SiteFinding], day: date, counts: tuple[int, int]
) -> dict[str, Any]:
    return {
        **_named(site, "uid", "name", "address", "district"),
        "room_count": counts[0],
        "workstation_count": counts[1],
        "lease_ends_soon": papers.ends_soon(day, rulebook()),
        "findings": [_finding(one) for one in findings],
    }


def _finding(one: SiteFinding) -> dict[str, Any]:
    words = {"found": str(one.value), "limit": str(one.limit), "advice": str(one.advice)}
    rule = {"clause": one.rule.clause, "is_provisional": one.rule.is_provisional}
    return {"code": one.code, "outcome": one.outcome, **words, **rule}


def _rooms(rooms: Sequence[Room]) -> list[dict[str, Any]]:
    things = things_of([room.id for room in rooms])
    return [
        {
            **_named(room, "uid", "name", "kind"),
            "workstations": [one for one in things[room.id] if one["kind"] == "station"],
            "cameras": [one for one in things[room.id] if one["kind"] == "camera"],
        }
        for room in rooms
    ]


def _lent(site: Site) -> list[dict[str, Any]]:
    uses = uses_of(site)
    approvals = approvals_of([row.SiteUse.id for row in uses])
    return [
        {**_named(row.SiteUse, "uid", "ended_at"), "guest": row.guest, **_use(row.SiteUse, approvals)} for row in uses
    ]


def lent_of(site: Site, use_uid: UUID) -> dict[str, Any]:
    """One of them, which is there."""
    return next(one for one in _lent(site) if one["uid"] == use_uid)


def _use(use: SiteUse, approvals: Any) -> dict[str, Any]:
    answers = [_named(one, "side", "outcome", "reason") for one in approvals.get(use.id, [])]
    return {"start": use.during.lower, "end": use.during.upper, "agreement": use.agreement, "approvals": answers}


def _entered(row: Any, *names: str) -> dict[str, Any]:
    return {**_named(row, "uid", "entered_at", *names), "entered_by": row.entered_by_name}


def _named(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
