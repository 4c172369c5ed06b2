"""Who is told that a session is broken: the body's office, whoever is on duty there, and supervisors among them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from examops.core.clock import Clock, local
from examops.core.database import db
from examops.core.extensions import settings
from examops.core.language import N_, Message, message
from examops.organisations.models import Body
from examops.outbox import Notice, post
from examops.sessions.models import ExamSession, SessionBreak, SessionDuty
from examops.sites.models import Site
from examops.staff.models import StaffMember

KIND = "session_broken"


def warn(session: ExamSession, row: SessionBreak, clock: Clock) -> list[str]:
    """One notice to each; their names. Whoever has no number on record is not among them."""
    subject, text, told = str(_subject(session)), str(_text(session, row)), []
    for name, address in recipients(session):
        channel = "email" if "@" in address else "sms"
        key = f"{KIND}:{row.uid}:{address}"
        if post(Notice(address, channel, KIND, key, subject, text), clock):
            told.append(name)
    return told


def recipients(session: ExamSession) -> Iterator[tuple[str, str]]:
    """Name and telephone or mailbox, each address once: the site's contact at its body's telephone, the body that
    holds the session where that is a guest, people on duty."""
    seen = {""}
    office = select(Site.contact, Body.telephone).join(Body, Body.id == Site.body_id).where(Site.id == session.site_id)
    duty = (
        select(StaffMember.name, StaffMember.telephone)
        .join(SessionDuty, SessionDuty.staff_id == StaffMember.id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released)
        .order_by(SessionDuty.id)
    )
    guest = (
        select(Body.name, Body.telephone)
        .join(Site, Site.id == session.site_id)
        .where(Body.id == session.body_id, Body.id != Site.body_id)
    )
    for name, address in [*db.session.execute(office), *db.session.execute(guest), *db.session.execute(duty)]:
        if address not in seen:
            seen.add(address)
            yield name or address, address


def without_number(session: ExamSession) -> list[str]:
    """Names of people on duty whom no notice reaches: somebody has to tell them."""
    query = (
        select(StaffMember.name)
        .join(SessionDuty, SessionDuty.staff_id == StaffMember.id)
        .where(SessionDuty.session_id == session.id, ~SessionDuty.is_released, StaffMember.telephone == "")
        .order_by(SessionDuty.id)
    )
    return list(db.session.execute(query).scalars())


def _subject(session: ExamSession) -> Message:
    return message(N_("场次 {number} 受停用影响"), number=session.number)


def _text(session: ExamSession, row: SessionBreak) -> Message:
    """No names and no ID numbers: how many, what and where to look."""
    return message(
        N_("{starts} {title}：{things} 停用（{reason}），{people} 人没有位子。请到场次页处理：{address}"),
        starts=f"{local(session.starts_at):%m-%d %H:%M}",
        title=session.title,
        things="、".join([*row.stations, *row.cameras]),
        reason=row.reason,
        people=row.people,
        address=f"{settings().public_url}/sessions/{session.uid}",
    )
