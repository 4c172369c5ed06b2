"""Pages of the public directory with 5,000 bodies beside 500, and beside a static file of the same web.

CPU time of web and database together, so that other work on the machine changes nothing. Requests come from several
loopback addresses, because one is limited.
"""

from __future__ import annotations

import itertools
import random
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import urllib3
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql import Range

from bench.cpu import cpu_of_servers
from bench.dataset.bulk_insert import Row, bulk_insert, new_uid
from bench.dataset.facilities import credit_code
from bench.installation import servers
from config.settings import Settings
from examops.app.factory import create_app
from examops.catalogue import occupations
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.numbers import next_number
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.organisations.directory import REVISION, DirectoryCard, DirectoryEntry
from examops.organisations.directory.cards import card_columns
from examops.organisations.models import Body, BodyOccupation, LegalEntity
from examops.web.assets import asset

BODIES = {"small": 500, "large": 5_000}
OFFERS, LEVELS = 4, ["5", "4"]  # eight entries of each body
SEARCHED = "6-31-01-03"  # of each fifth body: a search fills its page among 500 bodies as it does among 5,000
DAY = date(2026, 11, 23)
ROUNDS, REQUESTS = 3, 60
GOAL = "<= 1.3"
PLACES = (("440604", "禅城区"), ("440605", "南海区"), ("440606", "顺德区"), ("440607", "三水区"), ("440608", "高明区"))
PAGES = {
    "list": "/directory",
    "search": "/directory?q=电工",
    "search_rare": "/directory?q=评价中心0123",
    "district": "/directory?district=440606",
    "occupation_and_level": "/directory?occupation=" + SEARCHED + "&level=4",
    "later_page": "/directory?after={later}",
    "body": "/directory/{body}",
}
PEER = "500 bodies"


def run() -> list[dict[str, Any]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        servers(Path(folder)) as both,
        both.served("small") as small,
        both.served("large") as large,
    ):
        sides = {"small": Side(*small, BODIES["small"]), "large": Side(*large, BODIES["large"])}
        for side in sides.values():
            for path in (*PAGES.values(), asset("css/public.css")):
                side.ask(path, 10)  # every process has read its templates
        rows = [_compared(name, path, sides) for name, path in PAGES.items()]
        static = min(sides["large"].ask(asset("css/public.css"), REQUESTS) for _ in range(ROUNDS))
        kept = min(sides["large"].ask("/directory", REQUESTS, kept=True) for _ in range(ROUNDS))
    listed = rows[0]["ours"]
    return [
        *rows,
        _row("directory.list_beside_static", listed, static, "a static file of the same web", "–"),
        _row("directory.kept_beside_static", kept, static, "a static file of the same web", "–"),
    ]


class Side:
    """One installation, filled, and a way to ask it from addresses that no limit has seen yet."""

    def __init__(self, settings: Settings, address: str, bodies: int) -> None:
        self.address, self.ends = address, itertools.count(2)
        fill(settings, bodies)
        page = self._get(self._pool(), "/directory", {}).data.decode()
        self.named = {
            "body": page.split('<h2><b><a href="/directory/')[1][:36],
            "later": page.split("after=")[1].split('"')[0],
        }
        self.tag = self._get(self._pool(), "/directory", {}).headers["ETag"]

    def ask(self, path: str, times: int, *, kept: bool = False) -> float:
        """CPU milliseconds of one request, web and database together."""
        headers, wanted = ({"If-None-Match": self.tag}, 304) if kept else ({}, 200)
        pool, path = self._pool(), path.format(**self.named)
        before = cpu_of_servers()
        for _ in range(times):
            assert self._get(pool, path, headers).status == wanted, path
        spent = cpu_of_servers() - before
        return (spent.web + spent.database) / times * 1000

    def _pool(self) -> urllib3.PoolManager:
        return urllib3.PoolManager(source_address=(f"127.0.1.{next(self.ends)}", 0), retries=False)

    def _get(self, pool: urllib3.PoolManager, path: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        return pool.request("GET", self.address + path, headers=headers)


def fill(settings: Settings, bodies: int) -> None:
    """Bodies of all kinds and districts, each with eight entries and the card that the product makes of them."""
    app = create_app(settings, kind="job")
    with app.app_context():
        with transaction(SYSTEM):
            _insert(bodies, random.Random(bodies))
            next_number(REVISION)
        db.engine.dispose()
    engine = create_engine(owner_url(settings), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))  # as after a quiet night
    engine.dispose()


def _insert(count: int, rng: random.Random) -> None:
    rows = [_body(number, rng) for number in range(count)]
    entities = bulk_insert(
        LegalEntity,
        [
            {"uid": row["uid"], "credit_code": credit_code(7, n), "name": row["name"], "district": row["district"]}
            for n, row in enumerate(rows)
        ],
        rng,
    )
    ids = bulk_insert(Body, [row | {"legal_entity_id": entities[row["uid"]]} for row in rows], rng)
    codes, offers, entries, cards = sorted(occupations()), [], [], []
    for number, row in enumerate(rows):
        chosen = rng.sample(codes, OFFERS)
        chosen = chosen if number % 5 or SEARCHED in chosen else [SEARCHED, *chosen[1:]]
        owner = {"body_id": ids[row["uid"]], "district": row["district"]}
        own = [_entry(row, owner, code, level) for code in chosen for level in LEVELS]
        offers += [{**owner, "occupation_code": code, "levels": LEVELS} for code in chosen]
        cards.append({**owner, **card_columns([DirectoryEntry(**entry) for entry in own], DAY)})
        entries += own
    bulk_insert(BodyOccupation, offers, rng)
    bulk_insert(DirectoryEntry, entries, rng)
    bulk_insert(DirectoryCard, cards, rng)


def _body(number: int, rng: random.Random) -> Row:
    district, place = PLACES[number % 5]
    return {
        "uid": new_uid(rng),
        "kind": ("social", "college", "enterprise", "enterprise")[number % 4],
        "name": f"佛山市{place}职业技能评价中心{number:04d}",
        "short_name": f"量测{number:04d}",
        "district": district,
        "address": f"季华路 {number} 号",
        "telephone": f"0757-{number:08d}",
        "state": "filed",
        "filed_on": date(2023, 1, 1),
    }


def _entry(body: Row, owner: Row, code: str, level: str) -> Row:
    said = {name: body[name] for name in ("kind", "name", "address", "telephone")}
    name = occupations()[code].name
    told = {"occupation_code": code, "occupation_name": name, "standard": f"{name}国家职业标准", "level": level}
    return {**owner, **said, **told, "area": "", "standing": "filed", "valid": Range(body["filed_on"], None)}


def _compared(name: str, path: str, sides: dict[str, Side]) -> dict[str, Any]:
    """The cheapest of some rounds in turns: what is above it is what the machine did besides."""
    found = {key: min(side.ask(path, REQUESTS) for _ in range(ROUNDS)) for key, side in sides.items()}
    return _row(f"directory.{name}", found["large"], found["small"], PEER, GOAL)


def _row(name: str, ours: float, peer: float, peer_name: str, goal: str) -> dict[str, Any]:
    ratio = round(ours / peer, 2)
    numbers = {"ours": round(ours, 2), "peer": round(peer, 2), "ratio": ratio}
    return {"name": name, **numbers, "peer_name": peer_name, "unit": "CPU ms each", "goal": goal}
