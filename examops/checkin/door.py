"""Which desks somebody may open: all of the site on its paired tablet, else only where they are on duty.

A tablet is paired to a site and opens the desks of that site, whoever of the body's desk people is signed in on it.
Another browser opens a desk for the people on duty in that session and for the body's coordinators; see
docs/design/access.md. Opening is written down with the way in.

Every scan and every look at a desk asks this. The conditions are therefore made once, with a parameter for all that
differs between visitors: a query that is made anew for each request costs more than the database does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    DateTime,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    or_,
    select,
)

from examops.accounts import DESK_ROLES, ActiveGrant, Identity
from examops.checkin.models import Scan
from examops.core.database import db
from examops.core.errors import NotAllowed, NotFound
from examops.core.language import N_
from examops.core.prepared import Prepared
from examops.core.queries import rows_of
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, SessionDuty
from examops.sessions.overview import Overview, board_query, on_board
from examops.staff.models import StaffMember


class NotYourDesk(NotAllowed):
    code, message = "desk.not_on_duty", N_("您不在这一场当班，不能打开它的签到台")
    advice = N_("请用门口配对好的签到平板，或让当班的监考员、考评员、本机构考务登录")


Given = Mapping[str, Any] | None  # the parameters of a visitor, or None for those that come with the execution


def _parameter(name: str, type_: Any, given: Given) -> Any:
    if given is None:
        return bindparam(name, type_=type_)
    value = given[name]
    return value if isinstance(value, BindParameter) else bindparam(name, value, type_=type_)


def _held(name: str, given: Given = None) -> ColumnElement[bool]:
    """Sessions within grants; :func:`_held_by` gives the parameters of this name."""

    def one_of(key: str, type_: Any) -> ColumnElement[Any]:
        return any_(cast(_parameter(f"{name}_{key}", Text, given), ARRAY(type_)))

    return or_(
        _parameter(f"{name}_city", Boolean, given),
        ExamSession.site_id == one_of("sites", BigInteger),
        ExamSession.body_id == one_of("bodies", BigInteger),
        ExamSession.district == one_of("districts", Text),
    )


def _held_by(name: str, grants: Iterable[ActiveGrant]) -> dict[str, Any]:
    """A grant for a site counts for that site only, one for a body for all of its sites.

    Lists are given as PostgreSQL writes them, ``{1,2}``: a list of Python costs ten times what a text does."""
    held: dict[str, list[Any]] = {"sites": [], "bodies": [], "districts": []}
    is_city = False
    for grant in grants:
        if grant.reach == "city":
            is_city = True
        elif grant.site_id is not None:
            held["sites"].append(grant.site_id)
        elif grant.body_id is not None:
            held["bodies"].append(grant.body_id)
        elif grant.district is not None:
            held["districts"].append(grant.district)
    lists = {f"{name}_{key}": f"{{{','.join(map(str, values))}}}" for key, values in held.items()}
    return {f"{name}_city": is_city, **lists}


def _ways_in(given: Given = None) -> dict[str, ColumnElement[bool]]:
    """What opens a desk, by its name in the log."""
    tablet = _parameter("tablet_site", BigInteger, given)
    user = _parameter("user_id", BigInteger, given)
    on_duty = (
        select(SessionDuty.session_id)
        .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
        .where(StaffMember.user_id == user, ~SessionDuty.is_released)
    )
    return {
        "tablet": func.coalesce(ExamSession.site_id == tablet, False),
        "duty": and_(tablet.is_(None), ExamSession.id.in_(on_duty)),
        "coordinator": and_(tablet.is_(None), _held("coordinator", given)),
    }


def _open(given: Given = None) -> ColumnElement[bool]:
    moment = _parameter("only_at", DateTime(timezone=True), given)
    now = or_(moment.is_(None), ExamSession.during.contains(moment))
    return and_(_held("desk", given), or_(*_ways_in(given).values()), now)


class Asked(NamedTuple):
    """What the conditions ask about a visitor: the parts of :func:`_held_by` for the desk and for coordinators, the
    site of the tablet, the account, and the moment that a device alone is bound to."""

    desk_city: bool
    desk_sites: str
    desk_bodies: str
    desk_districts: str
    coordinator_city: bool
    coordinator_sites: str
    coordinator_bodies: str
    coordinator_districts: str
    tablet_site: int | None
    user_id: int
    only_at: datetime | None


@dataclass(frozen=True)
class Visitor:
    """Who stands at the desk: the account's number, what it holds, and the tablet it is signed in on, if any.

    A device that works alone sees only what is on at ``only_at``.
    """

    user_id: int
    grants: tuple[ActiveGrant, ...]
    tablet: Identity | None = None
    only_at: datetime | None = None

    @cached_property
    def asked(self) -> Asked:
        return Asked(
            **_held_by("desk", (grant for grant in self.grants if grant.role in DESK_ROLES)),
            **_held_by("coordinator", (grant for grant in self.grants if grant.role == "coordinator")),
            tablet_site=self.tablet.site_id if self.tablet else None,
            user_id=self.user_id,
            only_at=self.only_at,
        )

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The same by name."""
        return self.asked._asdict()

    def desks(self) -> ColumnElement[bool]:
        """A condition over sessions: those whose desk this visitor may open."""
        return _open(self.parameters)

    def way_in(self, session: ExamSession) -> str:
        """``tablet``, ``duty`` or ``coordinator``: what opens this desk."""
        row = db.session.execute(_WAYS, {**self.parameters, "session_id": session.id}).one()._mapping
        return next((way for way in row if row[way]), "")


_REACHED, _OPEN = _held("desk"), _open()
_WAYS = select(*(way.label(name) for name, way in _ways_in().items())).where(
    ExamSession.id == bindparam("session_id", type_=BigInteger)
)


def doors_between(start: datetime, end: datetime, by: Visitor) -> list[Overview]:
    """Sessions that begin in ``[start, end)`` and whose desk the visitor may open, by time."""
    return on_board(_doors(start, end, by.asked))


@rows_of
def _doors(start: datetime, end: datetime, asked: Asked) -> Select[Any]:
    return board_query(start, end).where(_open(asked._asdict()))


def through_door(query: Select[Any]) -> Select[Any]:
    """``query`` reads from sessions; the same for one session, if :func:`pass_door` lets the visitor in."""
    asked = ExamSession.uid == bindparam("session_uid", type_=Uuid)
    return query.add_columns(_OPEN.label("is_open")).where(asked, _REACHED)


def pass_door(query: Prepared, uid: UUID, by: Visitor, **more: Any) -> Any:
    """The row of a query of :func:`through_door`.

    Raises NotFound outside of the visitor's reach, NotYourDesk for a session of theirs that is not their duty.
    """
    return _let_in(query.one_or_none(**by.parameters, **more, session_uid=uid))


def _let_in(found: Any) -> Any:
    if found is None:
        raise NotFound(N_("没有找到这个场次，或不在您的管理范围内"))
    if not found.is_open:
        raise NotYourDesk()
    return found


_SESSION = through_door(select(ExamSession))


def session_at_door(uid: UUID, by: Visitor) -> ExamSession:
    """Raises as :func:`pass_door`."""
    found = db.session.execute(_SESSION, {**by.parameters, "session_uid": uid}).one_or_none()
    session: ExamSession = _let_in(found).ExamSession
    return session


def candidate_at_door(uid: UUID, by: Visitor) -> Candidate:
    """Somebody who is placed into a session whose desk the visitor may open, or was scanned there; else NotFound."""
    scanned = (
        select(Scan.id)
        .join(ExamSession, ExamSession.id == Scan.session_id)
        .join(Booking, Booking.id == Scan.booking_id)
        .join(Application, Application.id == Booking.application_id)
        .where(Application.candidate_id == Candidate.id, by.desks())
    )
    placed = (
        select(Application.candidate_id)
        .join(Booking, Booking.application_id == Application.id)
        .join(ExamSession, ExamSession.id == Booking.session_id)
        .where(Application.candidate_id == Candidate.id, by.desks())
    )
    found = db.session.execute(
        select(Candidate).where(Candidate.uid == uid, or_(placed.exists(), scanned.exists()))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有照片"))
    return found
