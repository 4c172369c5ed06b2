"""One field for everything: sessions, rosters and people of one's own scope, by number, name or ID number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, cast, func, or_, select

from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.paging import of_own_body
from examops.eligibility import persons_on_record
from examops.eligibility.models import Candidate
from examops.registration.models import Application, Roster
from examops.sessions.access import in_reach
from examops.sessions.models import Booking, ExamSession, Ticket
from examops.sessions.states import TAKES_A_PLACE
from examops.sites.models import Room

MAX_RESULTS = 20
ID_NUMBER = re.compile(r"\d{15}|\d{17}[\dX]")


@dataclass(frozen=True)
class SearchResult:
    """At most ``MAX_RESULTS`` of each kind. ``people`` are rows of (Candidate, Application, ticket number, session)."""

    sessions: Sequence[Any] = ()
    rosters: Sequence[Roster] = ()
    people: Sequence[Any] = ()

    @property
    def count(self) -> int:
        return len(self.sessions) + len(self.rosters) + len(self.people)


def plain(asked: str) -> str:
    return " ".join(asked.split())[:40]


def is_id_number(asked: str) -> bool:
    return bool(ID_NUMBER.fullmatch(asked.upper()))


def search(asked: str, *, with_people: bool, ring: Keyring) -> SearchResult:
    """Row-level security decides what may be found. An ID number finds one person, and never a part of one."""
    if is_id_number(asked):
        return SearchResult(people=_people(_person_is(asked.upper(), ring))) if with_people else SearchResult()
    return SearchResult(
        sessions=db.session.execute(_sessions(asked)).all(),
        rosters=db.session.execute(_rosters(asked)).scalars().all() if with_people else (),
        people=_people(_named(asked)) if with_people else (),
    )


def _sessions(asked: str) -> Select[Any]:
    found: Any = select(ExamSession, Room.name)
    query = of_own_body(found, ExamSession.body_id).join(Room, Room.id == ExamSession.room_id)
    fits = or_(ExamSession.number == asked, _holds(Room.name, asked), _holds(ExamSession.title, asked))
    return query.where(in_reach(), fits).order_by(ExamSession.starts_at.desc()).limit(MAX_RESULTS)


def _rosters(asked: str) -> Select[Any]:
    query = of_own_body(select(Roster), Roster.body_id).where(_holds(Roster.name, asked))
    return query.order_by(Roster.created_at.desc()).limit(MAX_RESULTS)


def _named(asked: str) -> Any:
    return or_(_holds(Candidate.name, asked), Application.number == asked, Ticket.number == asked)


def _person_is(number: str, ring: Keyring) -> Any:
    return Application.person_id == persons_on_record([number], ring).get(number, 0)


def _people(fits: Any) -> Sequence[Any]:
    last = select(Booking.session_id).where(Booking.application_id == Application.id, Booking.state.in_(TAKES_A_PLACE))
    placed = last.order_by(Booking.id.desc()).limit(1).correlate(Application).scalar_subquery()
    found: Any = select(Candidate, Application, Ticket.number.label("ticket"), ExamSession)
    query = (
        of_own_body(found, Application.body_id)
        .join(Application, Application.candidate_id == Candidate.id)
        .outerjoin(Ticket, Ticket.application_id == Application.id)
        .outerjoin(ExamSession, ExamSession.id == placed)
    )
    return db.session.execute(query.where(fits).order_by(Application.id.desc()).limit(MAX_RESULTS)).all()


def _holds(column: Any, asked: str) -> Any:
    """What was typed stands for itself, wherever it is in the text."""
    return func.strpos(func.lower(cast(column, Text)), asked.lower()) > 0
