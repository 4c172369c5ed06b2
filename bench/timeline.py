"""Pages with a year of data behind them, beside the same pages of a tenth: statements, CPU of web and database.

Both are asked in turns and only CPU counts, so that other work on the machine changes little. The year takes minutes to
write: ``EXAMOPS_BENCH_FOLDER=folder`` keeps it for the next time, ``EXAMOPS_BENCH_SCALE=0.1`` writes less of it.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3
from sqlalchemy import create_engine, select, text

from bench.cpu import Cpu, cpu_of_installation, cpu_of_servers
from bench.dataset import Amounts, fill
from bench.dataset.fill import Services
from bench.installation import servers
from bench.signed_in import headers_of
from config.settings import Settings
from examops.app.factory import create_app
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.extensions import clock, keyring, store
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.footage.models import Segment
from examops.organisations.models import Body
from examops.registration.models import Batch, Roster
from examops.sessions.models import ExamSession, SessionDuty
from examops.sites.models import Room
from examops.staff.models import StaffMember
from tests.factories import Factory
from tests.statements import counted

SMALL, SEED = 0.1, 1
WARM, ROUNDS, REQUESTS = 8, 4, 8
GOAL = "<= 1.3"
CITY, BODY = ("supervisor", "operator", "city_bureau"), ("coordinator", "security")
PAGES = {
    "timeline.review_data": ("supervisor", "/footage/review/{measured}/data.json"),
    "lists.week": ("coordinator", "/sessions/week"),
    "lists.sessions": ("supervisor", "/sessions/"),
    "lists.sessions_of_body": ("coordinator", "/sessions/"),
    "lists.session": ("coordinator", "/sessions/{coming}"),
    "lists.plan": ("coordinator", "/sessions/new"),
    "lists.batches": ("coordinator", "/sessions/batches"),
    "lists.rosters": ("coordinator", "/rosters/"),
    "lists.roster": ("coordinator", "/rosters/{roster}?tab=ok"),
    "lists.desks": ("coordinator", "/desk/"),
    "lists.desk_state": ("coordinator", "/desk/{running}/state"),
    "lists.people": ("coordinator", "/desk/{running}/people"),
    "lists.wall": ("supervisor", "/footage/wall/data.json"),
    "lists.flags": ("supervisor", "/footage/flags"),
    "lists.quarantine": ("supervisor", "/quarantine/"),
    "lists.armed_hours": ("security", "/footage/armed-hours"),
    "lists.log": ("operator", "/audit/"),
    "lists.log_of_body": ("coordinator", "/audit/"),
    "lists.devices": ("coordinator", "/devices/"),
    "lists.timed_work": ("operator", "/timed-work/"),
    "lists.inbox": ("city_bureau", "/filings"),
    "lists.filings_of_body": ("coordinator", "/filings"),
    "lists.filings": ("city_bureau", "/filings/all"),
    "lists.letters": ("city_bureau", "/filings/letters"),
    "lists.letters_of_a_kind": ("city_bureau", "/filings/letters?kind=refused"),
    "lists.exits": ("city_bureau", "/exits"),
    "lists.exits_of_body": ("coordinator", "/exits"),
    "lists.exit_findings": ("city_bureau", "/exits/findings"),
    "lists.sites": ("coordinator", "/sites/"),
    "lists.sites_of_city": ("city_bureau", "/sites/"),
    "lists.staff": ("coordinator", "/staff/"),
    "lists.staff_of_city": ("city_bureau", "/staff/"),
    "lists.outages": ("coordinator", "/outages/"),
    "lists.accounts": ("operator", "/accounts/"),
    "lists.accounts_of_body": ("coordinator", "/accounts/"),
    "lists.specifications": ("city_bureau", "/specifications"),
    "lists.specifications_of_body": ("coordinator", "/specifications"),
    "lists.catalogue": ("city_bureau", "/occupations"),
    "lists.entities": ("city_bureau", "/entities"),
    "lists.directory": ("city_bureau", "/directory"),
    "lists.notices": ("operator", "/notices/"),
    "lists.trials": ("coordinator", "/trials/"),
    "planner.judging": ("coordinator", "POST /sessions/new/judged"),
}


@dataclass
class MeasuredYear:
    """An installation with its readers and what its addresses name. Each page is asked from another loopback address,
    because one address may not ask for much."""

    settings: Settings
    address: str
    headers: dict[str, dict[str, str]]
    named: dict[str, str]
    plan: dict[str, str]
    ends: Iterator[int] = field(default_factory=lambda: itertools.count(2))

    def asking(self, role: str, asked: str) -> Callable[[], None]:
        method, _, path = asked.rpartition(" ")
        pool = urllib3.PoolManager(source_address=(f"127.0.2.{next(self.ends)}", 0), retries=False)
        fields: Any = {"fields": self.plan} if method else {}
        url, headers = self.address + path.format(**self.named), self.headers[role]

        def ask() -> None:
            answer = pool.request(method or "GET", url, headers=headers, redirect=False, **fields)
            assert answer.status == 200, (path, answer.status)

        return ask

    def cpu(self) -> Cpu:
        url = owner_url(self.settings)
        return cpu_of_installation(self.settings.port, str(url.database))


def run() -> list[dict[str, Any]]:
    kept, scale = os.environ.get("EXAMOPS_BENCH_FOLDER", ""), float(os.environ.get("EXAMOPS_BENCH_SCALE", "1"))
    with (
        tempfile.TemporaryDirectory() as folder,
        servers(Path(kept or folder)) as both,
        both.served("small") as small,
        both.served("large") as large,
    ):
        rows: list[dict[str, Any]] = []
        years = [_measured_year(*small, SMALL, rows), _measured_year(*large, scale, rows)]
        statements = _statements(years[1])
        rows += [_beside(name, years, *asked, statements[name]) for name, asked in PAGES.items()]
    _print(rows)
    return rows


def _beside(name: str, years: list[MeasuredYear], role: str, asked: str, statements: int) -> dict[str, Any]:
    """The cheapest of some rounds in turns: what is above it is what the machine did besides."""
    asking = [year.asking(role, asked) for year in years]
    for ask in asking:
        for _ in range(WARM):  # every process has read its templates, and its connections have planned
            ask()
    found: list[list[Cpu]] = [[], []]
    for _ in range(ROUNDS):
        for year, ask, spent in zip(years, asking, found, strict=True):
            before = year.cpu()
            for _ in range(REQUESTS):
                ask()
            spent.append(year.cpu() - before)
    small, large = (min(spent, key=lambda one: one.web + one.database) for spent in found)
    return _row(name, small, large, statements)


def _row(name: str, small: Cpu, large: Cpu, statements: int) -> dict[str, Any]:
    ours, peer = (1000 * (spent.web + spent.database) / REQUESTS for spent in (large, small))
    return {
        "name": name,
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "peer_name": "the same page, a tenth of the data",
        "ratio": round(ours / peer, 2),
        "unit": "CPU ms of web and database",
        "goal": GOAL,
        "statements": statements,
        "web": round(1000 * large.web / REQUESTS, 1),
        "database": round(1000 * large.database / REQUESTS, 1),
        "peer_web": round(1000 * small.web / REQUESTS, 1),
        "peer_database": round(1000 * small.database / REQUESTS, 1),
    }


def _print(rows: list[dict[str, Any]]) -> None:
    columns = ("statements", "web", "database", "peer_web", "peer_database", "ratio")
    print(f"{'page':34}{'statements':>12}{'web':>8}{'db':>8}{'1/10 web':>10}{'db':>8}{'ratio':>8}  CPU ms")
    for row in rows:
        if "statements" in row:
            first, web, database, *rest = (row[name] for name in columns)
            print(f"{row['name']:34}{first:>12}{web:>8}{database:>8}{rest[0]:>10}{rest[1]:>8}{rest[2]:>8}")


def _statements(year: MeasuredYear) -> dict[str, int]:
    """Of a second look at each page, counted in one process as ``tests/guards/test_queries.py`` does."""
    app, found = create_app(year.settings, kind="web"), {}
    client = app.test_client(use_cookies=False)
    for name, (role, asked) in PAGES.items():
        method, _, path = asked.rpartition(" ")
        more: dict[str, Any] = {"method": "POST", "data": year.plan} if method else {}
        client.open(path.format(**year.named), headers=year.headers[role], **more)
        with counted(app) as seen:
            answer = client.open(path.format(**year.named), headers=year.headers[role], **more)
        assert answer.status_code == 200, (path, answer.status_code)
        found[name] = len(seen)
    with app.app_context():
        db.engine.dispose()
    return found


def _measured_year(settings: Settings, address: str, scale: float, rows: list[dict[str, Any]]) -> MeasuredYear:
    app = create_app(settings, kind="job")
    with app.app_context():
        rows += _filled(scale)
        _analyze(settings)
        set_scope(SYSTEM)
        named, body = _named()
        make, headers = Factory(db.session), {}
        for role in (*CITY, *BODY):
            user = make.user(role, body if role in BODY else None, login=f"{role}-{time.time_ns()}")
            headers[role] = headers_of(app, user)
        plan = _plan(body)
        db.session.remove()
        db.engine.dispose()
    return MeasuredYear(settings, address, headers, named, plan)


def _filled(scale: float) -> list[dict[str, Any]]:
    """What it took, unless it was there."""

    def report(line: str) -> None:
        sys.stdout.write(f"{scale}: {line}\n")
        sys.stdout.flush()

    began, before, own = time.monotonic(), cpu_of_servers(), sum(os.times()[:4])
    if not fill(Amounts.at(scale), SEED, Services(clock(), keyring(), store(), report), os.cpu_count() or 1):
        return []
    servers_cpu = cpu_of_servers() - before
    told = {"ours": round(time.monotonic() - began, 1), "unit": "s, with every core", "goal": "ours <= 150"}
    spent = {"client_cpu": round(sum(os.times()[:4]) - own, 1), "database_cpu": round(servers_cpu.database, 1)}
    return [{"name": f"timeline.filled_{scale:g}", "peer": None, "peer_name": "", "ratio": None, **told, **spent}]


def _analyze(settings: Settings) -> None:
    engine = create_engine(owner_url(settings), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))  # as after a quiet night
    engine.dispose()


def _named() -> tuple[dict[str, str], Body]:
    """The measured session's body and things of it."""
    with transaction(SYSTEM):
        one = db.session.execute
        verified = select(Segment.session_id).where(Segment.state == "verified").limit(1).scalar_subquery()
        measured = one(select(ExamSession).where(ExamSession.id == verified)).scalar_one()
        own = select(ExamSession).where(ExamSession.body_id == measured.body_id).order_by(ExamSession.starts_at)
        found = {"measured": measured, "running": one(own.where(ExamSession.state == "running")).scalars().first()}
        found["coming"] = one(own.where(ExamSession.state.in_(("open", "approved")))).scalars().first()
        rosters = select(Roster).where(Roster.body_id == measured.body_id, Roster.state == "examined")
        roster = one(rosters).scalars().first()
        body = one(select(Body).where(Body.id == measured.body_id)).scalar_one()
        assert roster
        assert all(found.values())
        return {name: str(row.uid) for name, row in found.items() if row} | {"roster": str(roster.uid)}, body


def _plan(body: Body) -> dict[str, str]:
    """A form as a coordinator fills it in, on a room that is taken at the time: everything has to be looked up."""
    batch = (
        db.session.execute(select(Batch).where(Batch.body_id == body.id).order_by(Batch.id.desc())).scalars().first()
    )
    taken = select(ExamSession, Room).join(Room, Room.id == ExamSession.room_id).where(ExamSession.body_id == body.id)
    session, room = db.session.execute(taken.order_by(ExamSession.starts_at.desc())).first() or (None, None)
    assert batch
    assert session
    assert room
    panel = select(StaffMember.uid).join(SessionDuty, SessionDuty.staff_id == StaffMember.id)
    duties = {
        f"duty-{uid}": "examiner"
        for uid in db.session.execute(panel.where(SessionDuty.session_id == session.id)).scalars()
    }
    return duties | {
        "batch": str(batch.uid),
        "groups": "1",
        "g0-room": str(room.uid),
        "g0-target": "6-31-01-03/4",
        "g0-part": "skill",
        "g0-turns": "2",
        "g0-minutes": "60",
        "g0-pause": "10",
        "g0-starts_at": _local(session.starts_at),
    }


def _local(moment: datetime) -> str:
    return (moment + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
