"""An installation that grows: after each call of ``grow`` every list has more rows."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range

from examops.accounts.models import Device, PairingCode
from examops.audit import record
from examops.checkin.models import Lot, LotDraw, Scan, Sitting, SittingExit
from examops.core.actor import Actor
from examops.core.clock import FixedClock, local
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.ledger import JobRun
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.story.rosters import enterprise_roster
from examops.eligibility.models import Employment
from examops.footage.models import (
    Alarm,
    Arming,
    CameraState,
    Flag,
    FlagDecision,
    FootageViewing,
    Gap,
    QuarantineDecision,
    ReviewVerdict,
    Segment,
    Strip,
    Watched,
)
from examops.registration.models import Roster
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.intake import choose_columns, receive_roster
from examops.sessions.booking.tickets import issue_ticket
from examops.sessions.models import SessionDuty, SessionGroup, SessionStation, Turn
from examops.sessions.tags import Tag
from examops.sites.models import Camera, Room, Workstation
from examops.staff.models import RecusalRelation, StaffMember
from tests.factories import DAY, ELECTRICIAN, Factory
from tests.guards.growing_lists import grow_lists

ACTOR = Actor.system("test")
MINUTE = timedelta(minutes=1)


class Growing:
    """One body with a site; ``room`` holds the running session that pages of one session show."""

    def __init__(self, make: Factory, clock: FixedClock) -> None:
        self.make, self.clock = make, clock
        self.body = make.body()
        make.body_occupation(self.body)
        self.site, self.batch = make.site(self.body), make.batch(self.body)
        self.room = make.room(self.site, stations=3)
        self.owner = {"body_id": self.body.id, "district": self.body.district}
        self.session, turns = make.session_with_turns(self.batch, self.room, capacity=40, state="running")
        drawn = {"turn_id": turns[0].id, "seed": bytes(32), "commitment": bytes(32), "drawn_at": DAY}
        make.save(LotDraw(**self.owner, **drawn))
        far = DAY + timedelta(days=20)
        self.placing, _ = make.session_with_turns(self.batch, make.room(self.site), turns=2, starts_at=far)
        self.draft, _ = make.session_with_turns(self.batch, make.room(self.site), starts_at=far, state="draft")
        self.candidate = make.candidate(self.body)
        self.device = make.save(self._device("recorder"))
        self.roster: Roster | None = None
        self.rng = random.Random(3)
        self.times = 0

    def grow(self) -> None:
        self.times += 1
        self._other_sessions()
        self._people()
        self._history()
        self._groups()
        for _ in range(2):
            self._camera()
        self._devices()
        self._log()
        self._take_in(6 * self.times)
        grow_lists(self.make, self.body, self.site, self.room, self.session, self.times)

    def plan(self) -> dict[str, str]:
        """The form of a plan at a time when its room and everybody in it are taken."""
        members = select(StaffMember.uid).join(SessionDuty, SessionDuty.staff_id == StaffMember.id)
        found = db.session.execute(members.where(SessionDuty.session_id == self.placing.id)).scalars()
        room = db.session.get_one(Room, self.placing.room_id)
        return {f"duty-{uid}": "examiner" for uid in found} | {
            "batch": str(self.batch.uid),
            "groups": "1",
            "g0-room": str(room.uid),
            "g0-target": f"{ELECTRICIAN}/4",
            "g0-part": "skill",
            "g0-turns": "2",
            "g0-minutes": "60",
            "g0-pause": "10",
            "g0-starts_at": f"{local(self.placing.starts_at):%Y-%m-%dT%H:%M}",
        }

    def _device(self, kind: str, **columns: object) -> Device:
        told = {"name": "盒", "token_digest": uuid.uuid4().bytes, "paired_at": DAY, "site_id": self.site.id}
        return Device(**self.owner, kind=kind, **(told | columns))

    def _other_sessions(self) -> None:
        """A batch and sessions of the week in rooms of their own, with people on duty."""
        batch = self.make.batch(self.body)
        for state in ("running", "returned", "draft", "open"):
            site = self.make.site(self.body)
            session, turns = self.make.session_with_turns(batch, self.make.room(site, stations=2), turns=2, state=state)
            self.make.duty(session, self.make.staff(self.body))
            self.make.booking(turns[0], self.make.application(batch, self.make.candidate(self.body)))

    def _people(self) -> None:
        """In the room: somebody seated, somebody outside, somebody missing; and people who still wait for a place."""
        turn = db.session.execute(select(Turn).where(Turn.session_id == self.session.id).limit(1)).scalar_one()
        member = self.make.staff(self.body)
        self.make.duty(self.session, member)
        self.make.duty(self.placing, self.make.staff(self.body))
        for state in ("checked_in", "checked_in", "confirmed"):
            candidate = self.make.candidate(self.body)
            application = self.make.application(self.batch, candidate)
            booking = self.make.booking(turn, application, state)
            issue_ticket(application, clock=self.clock, actor=ACTOR)
            relation = RecusalRelation(
                **self.owner, staff_id=member.id, candidate_id=candidate.id, relation="same_team"
            )
            self.make.save(relation)
            if state == "checked_in":
                self._seat(booking, turn)
        self.make.applications(self.batch, self.body, 2)

    def _history(self) -> None:
        """Another attempt of one candidate, with a place given back, another paper, and another team that waits."""
        application = self.make.application(self.batch, self.candidate, attempt=self.times, state="withdrawn")
        turn = db.session.execute(select(Turn).where(Turn.session_id == self.placing.id).limit(1)).scalar_one()
        self.make.booking(turn, application, "cancelled")
        issue_ticket(application, clock=self.clock, actor=ACTOR)
        self.make.save(
            Employment(
                **self.owner,
                candidate_id=self.candidate.id,
                kind="own",
                employer=f"华岭{self.times}",
                started_on=DAY.date(),
                source="typed",
                as_of=DAY.date(),
            )
        )
        self.make.application(self.batch, self.make.candidate(self.body, team=f"{self.times} 班"))

    def _seat(self, booking, turn: Turn) -> None:  # type: ignore[no-untyped-def]
        station = self.make.save(
            Workstation(**self.owner, room_id=self.room.id, code=f"N-{uuid.uuid4().hex[:6]}", occupations=[])
        )
        held = SessionStation(
            **self.owner, session_id=self.session.id, workstation_id=station.id, during=self.session.during
        )
        sitting = Sitting(
            **self.owner,
            booking_id=booking.id,
            session_id=self.session.id,
            turn_id=turn.id,
            workstation_id=station.id,
            entered_at=DAY,
            admitted_by="监考",
        )
        lot = Lot(**self.owner, turn_id=turn.id, booking_id=booking.id, workstation_id=station.id)
        answer = {"admitted": True, "name": "陈*", "seat": station.code, "at": DAY.isoformat()}
        scan = Scan(
            **self.owner,
            session_id=self.session.id,
            booking_id=booking.id,
            desk="签到台 1",
            operator_uid=uuid.uuid4(),
            nonce=uuid.uuid4(),
            via="camera",
            outcome="admitted",
            answer=answer,
            scanned_at=DAY,
            received_at=DAY,
        )
        self.make.save(held, sitting, lot, scan)
        self.make.save(SittingExit(**self.owner, sitting_id=sitting.id, left_at=DAY + MINUTE, reason="洗手间"))

    def _groups(self) -> None:
        """Another group of the session with a turn, and somebody who waits for a place in it."""
        level, number = 3 + self.times * 7, self.times + 1
        group = self.make.save(
            SessionGroup(
                **self.owner,
                session_id=self.session.id,
                number=number,
                occupation_code=ELECTRICIAN,
                level="3",
                part=("theory", "review")[self.times % 2],
                standard_version="2018",
            )
        )
        self.make.save(
            Turn(
                **self.owner,
                session_id=self.session.id,
                group_id=group.id,
                number=level,
                capacity=4,
                during=Range(DAY, DAY + 20 * MINUTE),
            )
        )

    def _camera(self) -> None:
        """A camera of the room with footage, a gap, frames, a mark, a look, an alarm, and segments held back."""
        camera = self.make.camera(self.room)
        begins = DAY - 60 * MINUTE
        arming = self.make.save(
            Arming(
                **self.owner,
                session_id=self.session.id,
                camera_id=camera.id,
                during=Range(begins, DAY + 55 * MINUTE),
                state="armed",
            )
        )
        self.make.save(
            CameraState(
                **self.owner,
                camera_id=camera.id,
                state="recording",
                reported_at=self.clock.now(),
                snapshot_at=self.clock.now(),
            )
        )
        of = {
            **self.owner,
            "arming_id": arming.id,
            "camera_id": camera.id,
            "session_id": self.session.id,
        }
        run = uuid.uuid4()
        segments = [self._segment(of, run, n, begins + n * MINUTE) for n in range(3)]
        held = [self._segment(of, uuid.uuid4(), 0, DAY, quarantine_reason="chain.broken") for _ in range(2)]
        self.make.save(*segments, *held)
        gap_at = begins + 3 * MINUTE
        self.make.save(Gap(**of, started_at=gap_at, ended_at=gap_at + MINUTE, reason="timeout", reported_by="recorder"))
        self.make.save(
            *[
                Strip(
                    **self.owner,
                    session_id=self.session.id,
                    segment_id=one.id,
                    images_key=f"{one.uid}.jpgs",
                    index_key=f"{one.uid}.json",
                    frame_count=1,
                    activity=[[int(one.started_at.timestamp() * 1000), 0.2]],
                    made_at=DAY,
                )
                for one in segments
            ]
        )
        self._reviewed(camera, held[0])

    def _segment(self, of: dict, run: uuid.UUID, number: int, start, **columns: object) -> Segment:  # type: ignore[no-untyped-def]
        told = {"state": "quarantined" if "quarantine_reason" in columns else "verified"}
        return Segment(
            **of,
            **told,
            **columns,
            device_id=self.device.id,
            run_uid=run,
            sequence=number,
            started_at=start,
            ended_at=start + MINUTE,
            media_start_ticks=0,
            media_ms=60_000,
            size=1,
            sha256=b"x" * 32,
            init_length=0,
            fragments=[],
            sidecar={},
            sidecar_digest=b"x",
            object_key=uuid.uuid4().hex,
            version_id="v",
            announced_at=DAY,
            verified_at=DAY,
        )

    def _reviewed(self, camera: Camera, held: Segment) -> None:
        of = {**self.owner, "session_id": self.session.id}
        author = {"author_uid": uuid.uuid4(), "author_name": "何晓敏"}
        viewer = self.make.user("supervisor")
        self.make.save(
            Watched(
                **of,
                camera_id=camera.id,
                viewer_id=viewer.id,
                during=Range(DAY, DAY + MINUTE),
                shown=Range(DAY + MINUTE, DAY + 2 * MINUTE),
                speed=1,
            )
        )
        flag = self.make.save(
            Flag(
                **of,
                **author,
                camera_id=camera.id,
                started_at=DAY,
                ended_at=DAY + MINUTE,
                severity="note",
                note="看",
                still_key="stills/x.jpg",
            )
        )
        self.make.save(
            FlagDecision(
                **self.owner,
                flag_id=flag.id,
                decision="escalated",
                note="",
                flag_author_uid=flag.author_uid,
                decided_by="何晓敏",
                decided_by_uid=viewer.uid,
                decided_at=DAY,
            )
        )
        self.make.save(
            FootageViewing(
                **of,
                camera_id=camera.id,
                viewer_uid=uuid.uuid4(),
                viewer_name="何晓敏",
                mode="playback",
                media_from=DAY,
                media_until=DAY + MINUTE,
                looked_at=DAY,
                extended_at=DAY,
            )
        )
        self.make.save(Alarm(**of, camera_id=camera.id, kind="black", started_at=DAY))
        self.make.save(ReviewVerdict(**of, **author, outcome="clean", note=""))
        self.make.save(
            QuarantineDecision(
                **self.owner,
                segment_id=held.id,
                reason="chain.broken",
                decision="kept",
                note="看过",
                decided_by="何晓敏",
                decided_at=DAY,
            )
        )

    def _devices(self) -> None:
        self.make.save(self._device("desk"), self._device("desk", revoked_at=DAY))
        self.make.save(
            PairingCode(
                **self.owner,
                kind="desk",
                site_id=self.site.id,
                code_digest=uuid.uuid4().bytes,
                expires_at=DAY + timedelta(days=1),
            )
        )

    def _log(self) -> None:
        for n in range(3):
            record(Tag.SESSION_CHANGED, ACTOR, self.session, words="改", at=self.clock.now(), n=n)
            due = self.clock.now() - MINUTE * (n + 10 * self.times)
            db.session.add(JobRun(job="find-gaps", due_at=due, state="failed", result="坏"))
            db.session.execute(
                text(
                    "INSERT INTO procrastinate_jobs (task_name, queue_name, status, attempts, args)"
                    " VALUES ('footage.sample', 'media', 'failed', 5, '{}')"
                )
            )
        db.session.commit()

    def _take_in(self, rows: int) -> None:
        content = enterprise_roster(self.rng, self.batch.cut_off_on, rows, with_faults=True)
        vouched = ("employment", "certificates", "schooling")
        with transaction(SYSTEM):
            roster = receive_roster(
                self.batch,
                f"名单 {rows}.xlsx",
                content,
                is_paste=False,
                vouched=vouched,
                actor=ACTOR,
                clock=self.clock,
                store=store(),
            )
            roster.sheet = {**roster.sheet, "defaults": {"occupation": ELECTRICIAN, "level": "4", "kind": ""}}
        with transaction(SYSTEM):
            choose_columns(db.session.merge(roster), {}, actor=ACTOR, clock=self.clock)
        examine_roster(roster.uid, actor=ACTOR, clock=self.clock, store=store(), ring=keyring())
        self.roster = roster
