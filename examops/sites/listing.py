"""The sites of a list: those somebody may see, with what is wrong or not verified first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, select

from config.rulebook import rulebook
from examops.accounts import ActiveGrant
from examops.core.database import among
from examops.core.queries import rows_of
from examops.core.reading import read_records
from examops.sites.blueprint import READERS
from examops.sites.device_list import own_sites
from examops.sites.models import Room, Site, Workstation
from examops.sites.standing import SiteFinding, SitePapers, papers_of

RANK = {"fail": 0, "unclear": 1, "pass": 2}


def worst_first(grants: Iterable[ActiveGrant], day: date) -> list[tuple[Site, SitePapers, list[SiteFinding]]]:
    """As of ``day``; sites that stand alike by name."""
    sites = read_records(own_sites(grants, READERS))
    papers = papers_of(site.id for site in sites)
    rows = [(site, papers[site.id], papers[site.id].findings(day, rulebook())) for site in sites]
    return sorted(rows, key=lambda row: min(RANK[one.outcome] for one in row[2]))


def room_counts(site_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """By inner number of the site: how many rooms and workstations it has, in one query without the rooms themselves;
    a site without a room is left out."""
    return {site: (rooms, stations) for site, rooms, stations in _counted(list(site_ids))}


@rows_of
def _counted(site_ids: list[int]) -> Select[int, int, int]:
    return (
        select(Room.site_id, func.count(Room.id.distinct()), func.count(Workstation.id))
        .outerjoin(Workstation, Workstation.room_id == Room.id)
        .where(among(Room.site_id, site_ids))
        .group_by(Room.site_id)
    )
