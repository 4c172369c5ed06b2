"""Who is told that a session is broken: its body, that of the site, and whoever is on duty there."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from examops.core.clock import Clock, local
from examops.core.database import db
from examops.core.extensions import settings
from examops.core.language import N_, Message, in_chinese, message
from examops.filings import recipients_at
from examops.offices import Recipient, Words, addresses, tell
from examops.organisations.models import Body
from examops.sessions.models import ExamSession, SessionBreak, SessionDuty
from examops.sites.models import Site
from examops.staff.models import StaffMember

KIND = "session_broken"


def warn(session: ExamSession, row: SessionBreak, clock: Clock) -> list[str]:
    """One notice to each address, Chinese for every reader; whose they are, each name once. Whoever has none is not
    among them."""
    with in_chinese():
        subject, text = str(_subject(session, _things(row))), str(_text(session, row))
    to = [one for _name, reached in _concerned(session) for one in reached]
    told = tell(to, Words(subject, text, text), kind=KIND, about=f"{KIND}:{row.uid}", clock=clock)
    return list(dict.fromkeys(one.recipient.name for one in told))


def unreached(session: ExamSession) -> list[str]:
    """Names of bodies and of people on duty whom no notice reaches: somebody has to tell them."""
    return [name for name, reached in _concerned(session) if not reached]


def _concerned(session: ExamSession) -> Iterator[tuple[str, list[Recipient]]]:
    """The body of the site, that of the session where it is a guest, and people on duty, with their addresses."""
    of_site = select(Site.body_id).where(Site.id == session.site_id).scalar_subquery()
    bodies = select(Body).where(or_(Body.id == session.body_id, Body.id == of_site)).order_by(Body.id != of_site)
    for body in db.session.execute(bodies).scalars():
        yield body.name, recipients_at(body)
    duty = (
        select(StaffMember.name, StaffMember.telephone)
        .join(SessionDuty, SessionDuty.staff_id == StaffMember.id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released)
        .order_by(SessionDuty.id)
    )
    for name, address in db.session.execute(duty):
        yield name, addresses(name, address if "@" in address else "", address)


def _subject(session: ExamSession, things: str) -> Message:
    words = N_("场次 {number} 受停用影响") if things else N_("场次 {number} 有人没有位子")
    return message(words, number=session.number)


def _text(session: ExamSession, row: SessionBreak) -> Message:
    """No names and no ID numbers: how many, what and where to look."""
    out = N_("{starts} {title}：{things} 停用（{reason}），{people} 人没有位子。请到场次页处理：{address}")
    cards = N_("{starts} {title}：{reason}，{people} 人没有位子。请到场次页换人或换轮次：{address}")
    return message(
        out if _things(row) else cards,
        starts=f"{local(session.starts_at):%m-%d %H:%M}",
        title=session.title,
        things=_things(row),
        reason=row.reason,
        people=row.people,
        address=f"{settings().public_url}/sessions/{session.uid}",
    )


def _things(row: SessionBreak) -> str:
    """What is out of service; nothing where it is cards that end."""
    return "、".join([*row.stations, *row.cameras])
