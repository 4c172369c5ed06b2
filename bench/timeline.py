"""Pages with a year of data behind them, beside the same pages of a small database; one request after the other.

The year takes minutes to write: ``EXAMOPS_BENCH_FOLDER=folder`` keeps it for the next time.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3
from sqlalchemy import create_engine, select, text

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

SCALES = {"small": 0.02, "large": 1.0}
ROUNDS, SEED = 15, 1
GOAL = "<= 1.3"
PAGES = {
    "week": ("coordinator", "/sessions/week"),
    "sessions": ("supervisor", "/sessions/"),
    "sessions_of_body": ("coordinator", "/sessions/"),
    "session": ("coordinator", "/sessions/{coming}"),
    "plan": ("coordinator", "/sessions/new"),
    "batches": ("coordinator", "/sessions/batches"),
    "rosters": ("coordinator", "/rosters/"),
    "roster": ("coordinator", "/rosters/{roster}?tab=ok"),
    "desks": ("coordinator", "/desk/"),
    "desk_state": ("coordinator", "/desk/{running}/state"),
    "people": ("coordinator", "/desk/{running}/people"),
    "wall": ("supervisor", "/footage/wall/data.json"),
    "flags": ("supervisor", "/footage/flags"),
    "quarantine": ("supervisor", "/quarantine/"),
    "armed_hours": ("security", "/footage/armed-hours"),
    "log": ("operator", "/audit/"),
    "log_of_body": ("coordinator", "/audit/"),
    "devices": ("coordinator", "/devices/"),
    "timed_work": ("operator", "/timed-work/"),
}


@dataclass(frozen=True)
class MeasuredYear:
    """An installation with its readers and what its addresses name."""

    address: str
    headers: dict[str, dict[str, str]]
    named: dict[str, str]
    plan: dict[str, str]


def run() -> list[dict[str, Any]]:
    kept = os.environ.get("EXAMOPS_BENCH_FOLDER", "")
    with (
        tempfile.TemporaryDirectory() as folder,
        servers(Path(kept or folder)) as both,
        both.served("small") as small,
        both.served("large") as large,
    ):
        years = [_measured_year(*small, SCALES["small"]), _measured_year(*large, SCALES["large"])]
        review = "/footage/review/{measured}/data.json"
        rows = [_beside("timeline.review_data", years, lambda year: _get(year, "supervisor", review))]
        rows += [
            _beside(f"lists.{name}", years, lambda year, role=role, path=path: _get(year, role, path))
            for name, (role, path) in PAGES.items()
        ]
        rows.append(_beside("planner.judging", years, _judge))
    return rows


def _beside(name: str, years: list[MeasuredYear], ask: Any) -> dict[str, Any]:
    """Medians in ms; both are asked in turns, so that whatever else the machine does slows both."""
    times: list[list[float]] = [[], []]
    for number in range(ROUNDS + 1):
        for year, kept in zip(years, times, strict=True):
            began = time.perf_counter()
            ask(year)
            if number:  # the first request of a page compiles its template
                kept.append(1000 * (time.perf_counter() - began))
    small, large = (statistics.median(kept) for kept in times)
    return {
        "name": name,
        "ours": round(large, 1),
        "peer": round(small, 1),
        "peer_name": "the same page, 1/50 of the data",
        "ratio": round(large / small, 2),
        "unit": "ms, median",
        "goal": GOAL,
    }


def _get(year: MeasuredYear, role: str, path: str) -> None:
    answer = urllib3.request(
        "GET", year.address + path.format(**year.named), headers=year.headers[role], redirect=False
    )
    assert answer.status == 200, (path, answer.status)


def _judge(year: MeasuredYear) -> None:
    answer = urllib3.request(
        "POST",
        f"{year.address}/sessions/new/judged",
        fields=year.plan,
        headers=year.headers["coordinator"],
    )
    assert answer.status == 200, answer.status


def _measured_year(settings: Settings, address: str, scale: float) -> MeasuredYear:
    app = create_app(settings, kind="job")
    with app.app_context():
        fill(Amounts.at(scale), SEED, Services(clock(), keyring(), store(), lambda line: print(f"{scale}: {line}")))
        _analyze(settings)
        set_scope(SYSTEM)
        named, body = _named()
        make = Factory(db.session)
        headers = {}
        for role in ("coordinator", "supervisor", "operator", "security"):
            own = body if role in ("coordinator", "security") else None
            user = make.user(role, own, login=f"{role}-{time.time_ns()}")
            headers[role] = headers_of(app, user)
        plan = _plan(body)
        db.session.remove()
    return MeasuredYear(address, headers, named, plan)


def _analyze(settings: Settings) -> None:
    engine = create_engine(owner_url(settings), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
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
