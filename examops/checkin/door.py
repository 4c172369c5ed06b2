"""Which desks somebody may open: all of the site on its paired tablet, else only where they are on duty.

A tablet is paired to a site and opens the desks of that site, whoever of the body's desk people is signed in on it.
Another browser opens a desk for the people on duty in that session and for the body's coordinators; see
docs/design/access.md. Opening is written down with the way in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from examops.accounts import DESK_ROLES, ActiveGrant, Identity
from examops.core.database import db
from examops.core.errors import NotAllowed, NotFound
from examops.core.language import N_
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, SessionDuty
from examops.staff.models import StaffMember


class NotYourDesk(NotAllowed):
    code, message = "desk.not_on_duty", N_("您不在这一场当班，不能打开它的签到台")
    advice = N_("请用门口配对好的签到平板，或让当班的监考员、考评员、本机构考务登录")


@dataclass(frozen=True)
class Visitor:
    """Who stands at the desk: the account's number, what it holds, and the tablet it is signed in on, if any.

    A device that works alone sees only what is on at ``only_at``.
    """

    user_id: int
    grants: tuple[ActiveGrant, ...]
    tablet: Identity | None = None
    only_at: datetime | None = None

    def reach(self, *roles: str) -> ColumnElement[bool]:
        return or_(false(), *(_held(grant) for grant in self.grants if grant.role in roles))

    def _ways_in(self) -> dict[str, ColumnElement[bool]]:
        if self.tablet is not None:
            return {"tablet": ExamSession.site_id == self.tablet.site_id}
        on_duty = (
            select(SessionDuty.session_id)
            .join(StaffMember, StaffMember.id == SessionDuty.staff_id)
            .where(StaffMember.user_id == self.user_id, ~SessionDuty.is_released)
        )
        return {"duty": ExamSession.id.in_(on_duty), "coordinator": self.reach("coordinator")}

    def desks(self) -> ColumnElement[bool]:
        """A condition over sessions: those whose desk this visitor may open."""
        now = true() if self.only_at is None else ExamSession.during.contains(self.only_at)
        return and_(self.reach(*DESK_ROLES), or_(*self._ways_in().values()), now)

    def way_in(self, session: ExamSession) -> str:
        """``tablet``, ``duty`` or ``coordinator``: what opens this desk."""
        ways = self._ways_in()
        query = select(*(condition.label(way) for way, condition in ways.items())).where(ExamSession.id == session.id)
        row = db.session.execute(query).one()
        return next((way for way in ways if getattr(row, way)), "")


def _held(grant: ActiveGrant) -> ColumnElement[bool]:
    if grant.reach == "city":
        return true()
    if grant.site_id is not None:
        return ExamSession.site_id == grant.site_id
    if grant.body_id is not None:
        return ExamSession.body_id == grant.body_id
    return ExamSession.district == grant.district


def session_at_door(uid: UUID, by: Visitor) -> ExamSession:
    """Raises NotFound outside of the visitor's reach, NotYourDesk for a session of theirs that is not their duty."""
    query = select(ExamSession, by.desks().label("is_open")).where(ExamSession.uid == uid, by.reach(*DESK_ROLES))
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这个场次，或不在您的管理范围内"))
    if not found.is_open:
        raise NotYourDesk()
    return found.ExamSession


def candidate_at_door(uid: UUID, by: Visitor) -> Candidate:
    """Somebody who is placed into a session whose desk the visitor may open, else NotFound."""
    placed = (
        select(Application.candidate_id)
        .join(Booking, Booking.application_id == Application.id)
        .join(ExamSession, ExamSession.id == Booking.session_id)
        .where(Application.candidate_id == Candidate.id, by.desks())
    )
    found = db.session.execute(select(Candidate).where(Candidate.uid == uid, placed.exists())).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有照片"))
    return found
