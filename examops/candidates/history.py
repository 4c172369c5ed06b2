"""One candidate with applications, verdicts, bookings, check-ins, tickets and evidence, within the reader's scope.

What other bodies know about the same person is not here: row-level security hides it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from examops.checkin.models import Sitting
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.eligibility.models import Candidate, Credential, Employment, StoredVerdict
from examops.registration.models import Application, Batch
from examops.sessions.models import Booking, ExamSession, Ticket, Turn
from examops.sites.models import Room, Workstation

PAGE, MAX_EVIDENCE = 20, 100


@dataclass(frozen=True)
class History:
    """``applications``: rows of (Application, Batch, StoredVerdict, Ticket), newest first, a page at a time;
    ``following``: number of the last one if more follow. ``bookings``: by application id, rows of (Booking,
    ExamSession, Turn, room, Sitting, seat) by time.
    """

    candidate: Candidate
    applications: Sequence[Any]
    bookings: dict[int, list[Any]]
    spells: Sequence[Employment]
    credentials: Sequence[Credential]
    following: int | None

    @property
    def unseen(self) -> int:
        """How many papers nobody has seen in the original yet."""
        papers: list[Any] = [*self.spells, *self.credentials]
        return sum(paper.source == "typed" for paper in papers)


def candidate_by_uid(uid: UUID) -> Candidate:
    found = db.session.execute(select(Candidate).where(Candidate.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这位考生，或不在您的管理范围内"), advice=N_("用姓名、报名号或身份证号搜索"))
    return found


def history_of(candidate: Candidate, before: int = 0) -> History:
    """Five queries for any number of rows."""
    found = list(db.session.execute(applications_query(candidate.id, before)).all())
    shown = found[:PAGE]
    return History(
        candidate,
        shown,
        _bookings([row.Application.id for row in shown]),
        _newest(Employment, candidate, Employment.started_on),
        _newest(Credential, candidate, Credential.dated_on),
        shown[-1].Application.id if len(found) > PAGE else None,
    )


def applications_query(candidate_id: int, before: int) -> Select[Any]:
    found: Any = select(Application, Batch, StoredVerdict, Ticket)
    query = (
        found.join(Batch, Batch.id == Application.batch_id)
        .outerjoin(StoredVerdict, StoredVerdict.id == Application.verdict_id)
        .outerjoin(Ticket, Ticket.application_id == Application.id)
        .where(Application.candidate_id == candidate_id)
        .order_by(Application.id.desc())
        .limit(PAGE + 1)
    )
    return query.where(Application.id < before) if before else query


def _bookings(application_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: Any = select(Booking, ExamSession, Turn, Room.name.label("room"), Sitting, Workstation.code.label("seat"))
    query = (
        found.join(ExamSession, ExamSession.id == Booking.session_id)
        .join(Turn, Turn.id == Booking.turn_id)
        .join(Room, Room.id == ExamSession.room_id)
        .outerjoin(Sitting, Sitting.booking_id == Booking.id)
        .outerjoin(Workstation, Workstation.id == Sitting.workstation_id)
        .where(Booking.application_id.in_(application_ids))
        .order_by(Turn.during, Booking.id)
    )
    by_application: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        by_application[row.Booking.application_id].append(row)
    return by_application


def _newest(table: Any, candidate: Candidate, when: Any) -> list[Any]:
    query = select(table).where(table.candidate_id == candidate.id)
    ordered = query.order_by(when.desc().nulls_last(), table.id.desc()).limit(MAX_EVIDENCE)
    return list(db.session.execute(ordered).scalars())
