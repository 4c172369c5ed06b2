"""The sites of a list: those somebody may see, with what is wrong or not verified first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from config.rulebook import rulebook
from examops.accounts import ActiveGrant
from examops.core.database import db
from examops.sites.blueprint import READERS
from examops.sites.device_list import own_sites
from examops.sites.models import Site
from examops.sites.standing import SiteFinding, SitePapers, papers_of

RANK = {"fail": 0, "unclear": 1, "pass": 2}


def worst_first(grants: Iterable[ActiveGrant], day: date) -> list[tuple[Site, SitePapers, list[SiteFinding]]]:
    """As of ``day``; sites that stand alike by name."""
    sites = list(db.session.execute(own_sites(grants, READERS)).scalars())
    papers = papers_of(site.id for site in sites)
    rows = [(site, papers[site.id], papers[site.id].findings(day, rulebook())) for site in sites]
    return sorted(rows, key=lambda row: min(RANK[one.outcome] for one in row[2]))


def counted(rooms: Iterable[Any]) -> dict[int, tuple[int, int]]:
    """By inner number of the site: how many rooms and workstations ``rooms`` (rows of ``rooms_of``) are."""
    counts: dict[int, tuple[int, int]] = {}
    for row in rooms:
        before = counts.get(row.Room.site_id, (0, 0))
        counts[row.Room.site_id] = (before[0] + 1, before[1] + row.stations)
    return counts
