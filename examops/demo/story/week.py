"""The enterprise's sessions around the present moment: yesterday's, those that run now, those of the coming days."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import rulebook
from examops.audit import seal_entries
from examops.core.actor import Actor
from examops.core.clock import SHANGHAI, Clock, FixedClock, local_day, today
from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.story.past_session import (
    DOOR,
    LAST_BATCH,
    check_in,
    hold_session,
    session_named,
    start,
    state_recusals,
)
from examops.demo.story.places import ELECTRICIAN, LATHE, WELDER, BodyFacilities
from examops.footage.models import Arming
from examops.registration.models import Application, Batch
from examops.sessions import PlanConflict, move_session
from examops.sessions import SessionState as S
from examops.sessions.booking import BookingRequest, book
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sessions.planning import Duty, Plan, create_session
from examops.sites.models import Camera

STORY_ACTOR = Actor("user", uuid.UUID(int=1), "演示数据", "coordinator")
OFFICE = Actor("user", uuid.UUID(int=2), "演示数据", "city_centre")
BATCH = "2026 第 4 批"
# Each room keeps its own panel of three (the number of its first member), so rooms never compete for people.
ROOMS = (("A栋实训室", ELECTRICIAN, 0), ("C区焊接间", WELDER, 3), ("数控车间三", LATHE, 6))
MINUTES, TURNS = 90, 2
MorePeople = Callable[[Batch, str], None]
DECLARED_BEFORE = timedelta(days=30)  # more than ten working days, holidays or not


class Week:
    """Creates the sessions relative to the time at which the demo starts; may run at every start."""

    def __init__(self, facilities: BodyFacilities, clock: Clock, more_people: MorePeople) -> None:
        self.facilities, self.clock, self.more_people = facilities, clock, more_people

    def past(self) -> None:
        """Yesterday's session: everybody has handed in; `record-past` archives its footage and has it reviewed."""
        with transaction(SYSTEM):
            known = select(ExamSession.id).join(Batch, Batch.id == ExamSession.batch_id)
            if db.session.execute(known.where(Batch.name == LAST_BATCH)).first() is not None:
                return
        room, code, first = ROOMS[0]
        starts_at = self._at(14) - timedelta(days=1)
        hold_session(
            self._session(room, code, first, starts_at, turns=1, minutes=60, desk=10, batch_name=LAST_BATCH),
            STORY_ACTOR,
        )

    def now(self) -> None:
        """Sessions whose desks have just opened, recorded from this moment on, with six people already in."""
        if self._any(ExamSession.state == S.RUNNING, ExamSession.ends_at > self.clock.now()):
            return
        starts_at = self.clock.now().replace(second=0, microsecond=0) + timedelta(minutes=20)
        for room, code, first in ROOMS:
            try:
                uid = self._session(room, code, first, starts_at, turns=TURNS, minutes=MINUTES, desk=21)
            except PlanConflict:  # one planned on an earlier day takes place here about now
                self._begin_planned(room)
            else:
                self._begin(uid)

    def coming(self) -> None:
        """One session in the morning of each of the next three days, a room each."""
        if self._any(ExamSession.starts_at > self.clock.now() + timedelta(hours=12)):
            return
        for days, (room, code, first) in enumerate(ROOMS, start=1):
            starts_at = self._at(9) + timedelta(days=days)
            self._session(room, code, first, starts_at, turns=TURNS, minutes=MINUTES, desk=60)

    def _at(self, hour: int) -> datetime:
        """Today at ``hour``:00 in Foshan."""
        here = self.clock.now().astimezone(SHANGHAI)
        return here.replace(hour=hour, minute=0, second=0, microsecond=0)

    def _any(self, *conditions: ColumnElement[bool]) -> bool:
        query = select(func.count()).select_from(ExamSession).where(ExamSession.body_id == self.facilities.body.id)
        with transaction(SYSTEM):
            return bool(db.session.execute(query.where(*conditions)).scalar_one())

    def _session(
        self,
        room: str,
        code: str,
        first: int,
        starts_at: datetime,
        *,
        turns: int,
        minutes: int,
        desk: int,
        batch_name: str = BATCH,
    ) -> uuid.UUID:
        """An approved session with a panel of three, declared in good time, booked as far as people are left."""
        planned = FixedClock(min(self.clock.now(), starts_at) - DECLARED_BEFORE)
        batch = self._batch(batch_name)
        if not self._waiting(batch, code):
            self.more_people(batch, code)
        uid, panel = self.facilities.rooms[room].uid, self._panel(first)
        plan = Plan(batch.uid, uid, code, "4", "skill", starts_at, turns, minutes, 10, panel, desk_minutes=desk)
        session_uid = self._approve(plan, batch, planned)
        self._seal_before(starts_at)
        return session_uid

    def _batch(self, name: str) -> Batch:
        with transaction(SYSTEM):
            found = select(Batch).where(Batch.body_id == self.facilities.body.id, Batch.name == name)
            return db.session.execute(found).scalar_one()

    def _seal_before(self, starts_at: datetime) -> None:
        """The head of the log of the day before, which the lots are drawn with, for an exam that is held by now."""
        eve = starts_at - timedelta(days=1)
        if local_day(eve) < today(self.clock):
            with transaction(SYSTEM):
                seal_entries(keyring(), FixedClock(eve))

    def _approve(self, plan: Plan, batch: Batch, planned: Clock) -> uuid.UUID:
        waiting = self._waiting(batch, plan.occupation_code)
        with transaction(SYSTEM):
            session = create_session(plan, actor=STORY_ACTOR, clock=planned, rules=rulebook())
            self._fill(session, waiting, planned)
            state_recusals(session, planned)
            for to, actor in ((S.DECLARED, STORY_ACTOR), (S.APPROVED, OFFICE)):
                move_session(session, to, reason="", actor=actor, clock=planned)
            return session.uid

    def _panel(self, first: int) -> list[Duty]:
        members = self.facilities.staff[first : first + 3]
        panel = [Duty(member.uid, "leader" if n == 0 else "examiner") for n, member in enumerate(members)]
        if first == 0:  # the room of the demo's proctor and internal supervisor, who open its desk themselves
            staff = self.facilities.staff
            panel += [Duty(staff[9].uid, "proctor"), Duty(staff[10].uid, "internal_supervisor")]
        return panel

    @staticmethod
    def _waiting(batch: Batch, code: str) -> list[uuid.UUID]:
        """Accepted applications that nobody has placed yet."""
        placed = select(Booking.application_id).where(Booking.state != "cancelled")
        query = select(Application.uid).where(
            Application.batch_id == batch.id,
            Application.occupation_code == code,
            Application.state == "accepted",
            Application.id.not_in(placed),
        )
        with transaction(SYSTEM):
            return list(db.session.execute(query.order_by(Application.id)).scalars())

    @staticmethod
    def _fill(session: ExamSession, waiting: list[uuid.UUID], planned: Clock) -> None:
        turns = select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)
        wanted = []
        for turn in db.session.execute(turns).scalars():
            share, waiting = waiting[: turn.capacity], waiting[turn.capacity :]
            wanted += [BookingRequest(uid, turn.uid) for uid in share]
        if wanted:
            book(wanted, actor=STORY_ACTOR, clock=planned)

    def _begin_planned(self, room: str) -> None:
        """Start the session planned in this room if its time has come; one later today stays planned."""
        now = self.clock.now()
        with transaction(SYSTEM):
            due = select(ExamSession.uid).where(
                ExamSession.room_id == self.facilities.rooms[room].id,
                ExamSession.state.in_((S.APPROVED, S.CLOSED)),
                ExamSession.desk_opens_at <= now,
                ExamSession.ends_at > now,
            )
            uid = db.session.execute(due).scalars().first()
        if uid is not None:
            self._begin(uid)

    def _begin(self, uid: uuid.UUID) -> None:
        start(uid, self.clock)
        with transaction(SYSTEM):
            session = session_named(uid)
            self._arm(session)
        check_in(session, 6, self.clock, DOOR)

    def _arm(self, session: ExamSession) -> None:
        """Arm the cameras from now on: before the demo started no camera could record.

        A session planned earlier was armed by the clock; what it missed while the demo was off is a gap.
        """
        if db.session.execute(select(Arming.id).where(Arming.session_id == session.id)).first():
            return
        owner = {"body_id": session.body_id, "district": session.district}
        during = Range(self.clock.now(), session.ends_at + timedelta(minutes=15))
        cameras = db.session.execute(select(Camera.id).where(Camera.room_id == session.room_id)).scalars()
        db.session.add_all(
            Arming(**owner, session_id=session.id, camera_id=camera_id, during=during, state="armed")
            for camera_id in cameras
        )
