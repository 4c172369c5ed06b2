"""One object of every kind that an address can name, all at one site of one body."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from examops.accounts.models import Device, PairingCode
from examops.accounts.pairing import create_pairing_code, pair
from examops.checkin.models import Scan, ScanFrame, Sitting
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.extensions import store
from examops.core.keys import digest_of
from examops.eligibility.models import Employment
from examops.eligibility.roster import guess_columns
from examops.exits.models import ExitCase
from examops.filings.accepting.models import AcceptanceRun
from examops.filings.lists.models import FilingList
from examops.filings.models import Filing
from examops.filings.states import OPEN_STATES
from examops.footage.models import Arming, Flag, LateGap, Segment
from examops.footage.trials.models import FitnessTrial
from examops.offices.models import Deputy
from examops.organisations.directory import DirectoryCard
from examops.organisations.models import Body, LegalEntity
from examops.outbox.models import OutboxNotice
from examops.registration.models import Batch, Roster, RosterRow
from examops.registration.rosters.context import columns_to_json
from examops.registration.rosters.intake import table_of
from examops.sessions.booking.tickets import code_of, issue_ticket
from examops.sessions.models import ExamSession, SessionStation, Turn
from examops.sites.lending_models import SiteUse, SiteUseApproval
from examops.sites.models import Camera, Room, Site, SiteTenure, WorkstationOutage
from examops.specifications.models import PublishedRule, PublishedSpecification, Specification, WorkPlan
from examops.staff.models import Availability, CityAvailability, CityPerson, Qualification, StaffMember
from tests.factories import DAY, ELECTRICIAN, Factory, historic_papers
from tests.guards.kept import made_once

BOX_KEY = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
KEY = base64.b64encode(BOX_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
RUN = "00000000-0000-4000-8000-000000000001"  # of fitness trials that run
SHEET = "姓名\t身份证号\n何兰\t440606199001010011\n".encode()


@dataclass
class Place:
    """``params`` holds what addresses name (``session_uid`` …), ``more`` what forms and headers need.

    ``instead`` holds, by endpoint, objects in the state that this endpoint's form asks for.
    """

    body: Body
    site: Site
    session: ExamSession
    owner: dict[str, Any]
    params: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    instead: dict[str, dict[str, Any]] = field(default_factory=dict)

    def named(self, endpoint: str) -> dict[str, Any]:
        """What the address of this endpoint names."""
        return self.params | self.instead.get(endpoint, {})


def notice_given_up(make: Factory) -> OutboxNotice:
    """One that was given up."""
    what = {
        "recipient": "a@example.cn",
        "channel": "email",
        "kind": "job_failed",
        "payload": {"subject": "", "text": ""},
    }
    times = {"created_at": DAY, "first_due": DAY, "next_try": DAY, "ended_at": DAY}
    return make.save(OutboxNotice(**what, **times, key=str(uuid.uuid4()), state="given_up"))


@made_once
def make_place(make: Factory, clock: Clock, *, site: Site | None = None, district: str = "440606") -> Place:
    """A running session with everything around it; at a new site of a new body unless a site is given."""
    body = make.session.get_one(Body, site.body_id) if site else make.body(district=district)
    site = site or make.site(body)
    room, batch = make.room(site, stations=3), make.batch(body)
    session, turns = make.session_with_turns(batch, room, turns=2, capacity=3, state="running")
    place = Place(body, site, session, {"body_id": body.id, "district": body.district})
    member = make.staff(body, "proctor")
    duty = make.duty(session, member, "proctor")
    place.params |= {
        "occupation_code": ELECTRICIAN,
        "value_key": "access",
        "entity_uid": make.session.get_one(LegalEntity, body.legal_entity_id).uid,
        "card_uid": make.session.execute(
            select(DirectoryCard.uid).where(DirectoryCard.body_id == body.id)
        ).scalar_one(),
        "session_uid": session.uid,
        "account_uid": make.user("security", body).uid,
        "duty_uid": duty.uid,
        "staff_uid": member.uid,
        "person_uid": member.uid,
        "qualification_uid": make.session.query(Qualification.uid).filter_by(staff_id=member.id).scalar(),
        "availability_uid": availability_of(make, member).uid,
        "notice_uid": notice_given_up(make).uid,
        "turn_uid": turns[0].uid,
        "batch_uid": batch.uid,
        "row_number": 2,
        "field": "name",
        "act": "leave",
        "job": "",
    }
    _of_city(place, make, batch, room, clock)
    place.instead["staff.end"] = {"qualification_uid": _spare_card(make, member).uid}
    place.instead["staff_api.end_member_card"] = {"qualification_uid": _spare_card(make, member, "2").uid}
    place.instead["staff_api.withdraw_time"] = {"availability_uid": availability_of(make, member).uid}
    place.more |= {
        "batch": batch.uid,
        "room": room.uid,
        "site": site.uid,
        "turn": turns[1].uid,
        "number": session.number,
        "body": body.uid,
    }
    _people(place, make, batch, room, turns[0], clock)
    _roster(place, make, batch)
    _footage(place, make, make.camera(room), clock)
    _spare_room(place, make)
    _devices(place, make, clock)
    _filing(place, make, clock)
    _papers(place, make, room)
    _versions(place, make)
    _exits(place, make)
    asked = make.opening_request(district)
    place.params["opening_uid"], place.more["opening"] = asked.uid, {"number": asked.number, "mobile": asked.mobile}
    return place


def _of_city(place: Place, make: Factory, batch: Batch, room: Room, clock: Clock) -> None:
    """Somebody of the city on duty in a session of another day, and others for forms that use them up."""
    later, _turns = make.session_with_turns(batch, room, starts_at=DAY + timedelta(days=3))
    sent = make.city_person()
    duty = make.city_duty(later, sent)
    reason = city_time_of(make, sent)
    place.params |= {"city_person_uid": sent.uid, "city_duty_uid": duty.uid, "city_reason_uid": reason.uid}
    place.instead["city_people.send"] = {"city_person_uid": make.city_person().uid}
    place.instead["city_people.end"] = {"city_person_uid": make.city_person().uid}


def city_time_of(make: Factory, person: CityPerson) -> CityAvailability:
    """A day on which they cannot come."""
    during = Range(DAY + timedelta(days=30), DAY + timedelta(days=31))
    said = {"is_free": False, "is_own": True, "written_by": person.name}
    return make.save(CityAvailability(city_person_id=person.id, during=during, **said))


def _spare_card(make: Factory, member: StaffMember, number: str = "1") -> Qualification:
    dates = {"valid_from": date(2026, 1, 1), "valid_until": date(2027, 6, 30)}
    owner = {"body_id": member.body_id, "district": member.district}
    return make.save(
        Qualification(**owner, staff_id=member.id, kind="manager", card_number=f"任〔2026〕{number}号", **dates)
    )


def availability_of(make: Factory, member: StaffMember) -> Availability:
    return make.save(
        Availability(
            **{"body_id": member.body_id, "district": member.district},
            staff_id=member.id,
            during=Range(DAY + timedelta(days=40), DAY + timedelta(days=41)),
            is_free=False,
            is_own=True,
            written_by=member.name,
        )
    )


def _people(place: Place, make: Factory, batch: Batch, room: Room, turn: Turn, clock: Clock) -> None:
    photo = f"photos/{uuid.uuid4()}"
    store().put("documents", photo, b"\xff\xd8 a picture")
    people = [make.candidate(place.body, photo_key=photo) for _ in range(3)]
    applications = [make.application(batch, one) for one in people]
    inside, ready = make.booking(turn, applications[0], "checked_in"), make.booking(turn, applications[1])
    of_session = {**place.owner, "session_id": place.session.id, "booking_id": inside.id}
    station = make.stations(room)[0]
    sitting = make.save(
        Sitting(**of_session, turn_id=turn.id, workstation_id=station.id, entered_at=DAY, admitted_by="监考")
    )
    scan = make.save(
        Scan(
            **of_session,
            desk="签到台 1",
            operator_uid=uuid.uuid4(),
            nonce=uuid.uuid4(),
            via="camera",
            outcome="admitted",
            answer={"admitted": True, "at": DAY.isoformat()},
            scanned_at=DAY,
            received_at=DAY,
        )
    )
    refused = {"admitted": False, "at": DAY.isoformat()}
    claimed = {"outcome": "unsettled", "reason": "time_unclear", "answer": refused}
    doubtful = make.save(
        Scan(
            **{**of_session, "booking_id": ready.id},
            **claimed,
            desk="签到台 1",
            operator_uid=uuid.uuid4(),
            nonce=uuid.uuid4(),
            via="camera",
            scanned_at=DAY,
            received_at=DAY,
        )
    )
    _frame(place, make, doubtful)
    tickets = [issue_ticket(one, clock=clock, actor=Actor.system("test")) for one in applications[:2]]
    make.session.commit()
    paper = make.save(
        Employment(
            **place.owner,
            candidate_id=people[0].id,
            kind="own",
            employer="华岭",
            started_on=DAY.date(),
            source="typed",
            as_of=DAY.date(),
        )
    )
    place.params |= {
        "kind": "employment",
        "group": "employment",
        "paper_uid": paper.uid,
        "candidate_uid": people[0].uid,
        "application_uid": applications[0].uid,
        "sitting_uid": sitting.uid,
        "booking_uid": ready.uid,
        "turn_uid": turn.uid,
        "scan_uid": doubtful.uid,
        "code": code_of(tickets[0]),
    }
    place.more |= {
        "scan": scan.uid,
        "waiting": applications[2].uid,
        "ticket": tickets[0],
        "code": code_of(tickets[1]),
        "name": people[0].name,
        "id_masked": people[0].id_masked,
    }


def _frame(place: Place, make: Factory, scan: Scan) -> None:
    """What the room's camera saw at a scan."""
    key, jpeg = f"scan-frames/{scan.uid}.jpg", b"\xff\xd8 a picture"
    store().put("derived", key, jpeg, "image/jpeg")
    of_scan = {"scan_id": scan.id, "session_id": scan.session_id, "booking_id": scan.booking_id}
    picture = {"object_key": key, "size": len(jpeg), "sha256": b"0" * 32}
    at = {"camera_label": "门口", "segment_uid": uuid.uuid4(), "taken_at": DAY}
    make.save(ScanFrame(**place.owner, **of_scan, **picture, **at))


def _roster(place: Place, make: Factory, batch: Batch) -> None:
    key, columns = f"rosters/{uuid.uuid4()}", guess_columns(table_of(SHEET, True), {})
    store().put("documents", key, SHEET)
    roster = make.save(
        Roster(
            **place.owner,
            batch_id=batch.id,
            name="名单.xlsx",
            content_digest=b"0" * 32,
            document_key=key,
            state="examined",
            sheet={"is_paste": True, "layout": columns_to_json(columns)},
            row_count=1,
            counts={"ok": 0, "no": 1, "unclear": 0},
        )
    )
    make.save(
        RosterRow(
            **place.owner,
            roster_id=roster.id,
            row_number=2,
            name="何兰",
            id_masked="4406**********0011",
            outcome="no",
            cells={"raw": ["何兰", "4406**********0011"]},
            problems=[],
            facts={},
            lines=[],
            reasons=[],
        )
    )
    place.params["roster_uid"] = roster.uid


def _footage(place: Place, make: Factory, camera: Camera, clock: Clock) -> None:
    during = Range(DAY - timedelta(hours=1), DAY + timedelta(hours=2))
    seen = {**place.owner, "session_id": place.session.id, "camera_id": camera.id}
    arming = make.save(Arming(**seen, during=during, state="armed"))
    box, token = pair(create_pairing_code(place.site, "recorder", clock=clock), "一号盒", "recorder", KEY, clock=clock)
    segment = make.save(
        Segment(
            **seen,
            arming_id=arming.id,
            device_id=box.id,
            run_uid=uuid.uuid4(),
            sequence=0,
            started_at=DAY,
            ended_at=DAY + timedelta(minutes=1),
            media_start_ticks=0,
            media_ms=60000,
            size=10,
            sha256=b"0" * 32,
            init_length=0,
            fragments=[],
            sidecar={},
            sidecar_digest=b"0" * 32,
            object_key=f"k/{uuid.uuid4()}",
            state="quarantined",
            quarantine_reason="chain.broken",
            announced_at=DAY,
        )
    )
    flag = make.save(
        Flag(
            **seen,
            started_at=DAY,
            ended_at=DAY + timedelta(seconds=5),
            severity="doubt",
            note="看一下",
            author_uid=uuid.uuid4(),
            author_name="何晓敏",
        )
    )
    span = {"started_at": DAY, "ended_at": DAY + timedelta(seconds=5)}
    late = make.save(LateGap(**seen, **span, arming_id=arming.id, reason="timeout", reported_at=DAY))
    place.params |= {"segment_uid": segment.uid, "flag_uid": flag.uid, "camera_uid": camera.uid, "gap_uid": late.uid}
    place.more |= {"recorder": token, "arming": arming.uid}


def _papers(place: Place, make: Factory, room: Room) -> None:
    """What is on record about the site, and a body to which it is lent for a day that is over."""
    key, guest = f"sites/{uuid.uuid4()}", make.body()
    store().put("documents", key, b"%PDF-1.4 %%EOF")
    of_site = {**place.owner, "site_id": place.site.id, "entered_by_name": "李小婷", "entered_at": DAY}
    tenure = make.save(
        SiteTenure(
            **of_site,
            kind="owned",
            document_key=key,
            document_name="租约.pdf",
            document_format="pdf",
            document_sha256=hashlib.sha256(b"%PDF-1.4 %%EOF").digest(),
        )
    )
    use = make.save(
        SiteUse(
            **of_site,
            guest_body_id=guest.id,
            during=Range(DAY - timedelta(days=3), DAY + timedelta(days=2)),
            agreement="借用协议 1 号",
        )
    )
    later = {"guest_body_id": guest.id, "during": Range(DAY + timedelta(days=3), DAY + timedelta(days=5))}
    ending = make.save(SiteUse(**of_site, **later, agreement="借用协议 2 号"))
    place.instead["sites_api.end_one_use"] = {"use_uid": ending.uid}
    place.instead["sites_api.put_picture"] = {"room_uid": make.room(place.site).uid}
    names = {"site_name": place.site.name, "host_name": "甲", "guest_name": "乙", "agreement": use.agreement}
    days = {"first_on": DAY.date(), "last_on": DAY.date()}
    asked = make.save(SiteUseApproval(**place.owner, site_use_id=use.id, side="host", **names, **days))
    of_guest = SiteUseApproval(**place.owner, site_use_id=use.id, side="guest", **names, **days)
    place.instead["sites_api.answer_lending"] = {"approval_uid": make.save(of_guest).uid}
    place.params |= {"site_uid": place.site.uid, "room_uid": room.uid, "tenure_uid": tenure.uid, "use_uid": use.uid}
    place.params["approval_uid"] = asked.uid
    place.more["guest_code"] = make.session.get_one(LegalEntity, guest.legal_entity_id).credit_code


def _spare_room(place: Place, make: Factory) -> None:
    """A room that no session uses: a workstation to take out of service, one that will be out, and cameras to try."""
    room = make.room(place.site, stations=5)
    spare, out, free, other, other_out = make.stations(room)
    later = Range(DAY + timedelta(days=30), None)
    outage = make.save(WorkstationOutage(**place.owner, workstation_id=out.id, during=later, reason="检修"))
    held = {"session_id": place.session.id, "workstation_id": free.id, "during": place.session.during}
    make.save(SessionStation(**place.owner, **held))
    # No draw of the day gives it away; it is there for the turns that began before.
    today = Range(DAY, DAY + timedelta(hours=3))
    make.save(WorkstationOutage(**place.owner, workstation_id=free.id, during=today, reason="检修"))
    place.params |= {"outage_uid": outage.uid, "station_uid": spare.uid}
    of_api = WorkstationOutage(**place.owner, workstation_id=other_out.id, during=later, reason="检修")
    place.instead["outages_api.put_in_service"] = {"outage_uid": make.save(of_api).uid}
    for endpoint in ("sites.places", "sites_api.put_places"):
        place.instead[endpoint] = {"room_uid": room.uid}  # its plan is as it was seen: no picture is put there
    place.more["other_station"] = other.uid
    place.more |= {"spare_station": spare.uid, "free_station": free.uid, "untried_camera": make.camera(room).uid}
    place.instead["marks.save"] = {"camera_uid": place.more["untried_camera"]}  # a mark counts sessions anew
    box = make.session.execute(select(Device.id).where(Device.site_id == place.site.id)).scalars().first()
    for n, endpoint in enumerate(
        ("recorder.begin", "recorder.trial_picture", "recorder.trial_result", "trials.withdraw")
    ):
        under_way = {"state": "running", "device_id": box, "started_at": DAY, "measures": {"run_uid": RUN}}
        trial = FitnessTrial(
            **place.owner,
            **(under_way if n else {}),
            number=f"SY{uuid.uuid4()}",
            camera_id=make.camera(room).id,
            seconds=60,
            asked_by="李婷",
            asked_at=DAY,
            due_at=DAY + timedelta(minutes=10),
        )
        place.instead[endpoint] = {"trial_uid": make.save(trial).uid}
    place.params["trial_uid"] = place.instead["recorder.begin"]["trial_uid"]


def _devices(place: Place, make: Factory, clock: Clock) -> None:
    code = create_pairing_code(place.site, "desk", clock=clock)
    tablet, token = pair(code, "东门 1 号", "desk", None, clock=clock)
    waiting = create_pairing_code(place.site, "desk", clock=clock)
    query = select(PairingCode.uid).where(PairingCode.code_digest == digest_of(waiting))
    place.params |= {"device_uid": tablet.uid, "code_uid": make.session.execute(query).scalar_one()}
    place.more["tablet"] = token
    make.session.commit()


def _filing(place: Place, make: Factory, clock: Clock) -> None:
    """A filing that the body fills in again, with a document and a letter of an earlier one."""
    open_one = select(Filing).where(Filing.body_id == place.body.id, Filing.state.in_(OPEN_STATES))
    filing = make.session.execute(open_one).scalar_one_or_none()
    if filing is None:
        make.historic_filing(place.body)
        filing = make.filing(place.body, kind="renewal")
    # Handed in once and returned: offices see it, and its body may go on.
    filing.state, filing.submitted_at, filing.due_on, filing.clock_owner = "returned", DAY, DAY.date(), "coordinator"
    make.save(filing)
    text = {"kind": "specification", "name": "评价规范.pdf"}  # no other kind goes with a specification
    document, letter = make.filing_document(filing, **text), make.filing_letter(filing)
    of_filing = select(FilingList).where(FilingList.filing_id == filing.id, FilingList.state == "in_force")
    listed = make.session.execute(of_filing).scalar_one_or_none() or make.filing_list(filing)
    place.instead |= {"filings.remove_document": {"document_uid": make.filing_document(filing, **text).uid}}
    upload = uuid.uuid4()
    store().put("documents", f"historic/{upload}", historic_papers())
    place.params |= {
        "list_uid": listed.uid,
        "receipt_uid": make.filing_receipt(filing).uid,
        "upload": upload,
        "filing_uid": filing.uid,
        "document_uid": document.uid,
        "letter_uid": letter.uid,
        "step": "entity",
    }
    _office(place, make)


def _versions(place: Place, make: Factory) -> None:
    """A draft of a specification that goes with the filing, a filed work plan, a published rule that is a document,
    an earlier specification whose document is public."""
    body, filing = place.body, make.session.execute(select(Filing).where(Filing.uid == place.params["filing_uid"]))
    drafts = select(Specification).where(Specification.body_id == body.id, Specification.state == "draft")
    draft = make.session.execute(drafts).scalar_one_or_none()
    plan = make.session.execute(select(WorkPlan).where(WorkPlan.body_id == body.id)).scalar_one_or_none()
    rule = make.session.execute(select(PublishedRule).where(PublishedRule.body_id == body.id)).scalar_one_or_none()
    table = PublishedSpecification
    published = make.session.execute(select(table).where(table.body_id == body.id)).scalar_one_or_none()
    draft = draft or make.specification(body, filing_id=filing.scalar_one().id)
    place.params |= {
        "body_uid": body.uid,
        "specification_uid": draft.uid,
        "version_uid": draft.uid,
        "level": "4",
        "plan_uid": (plan or make.work_plan(body, since=DAY - timedelta(days=30))).uid,
        "rule_uid": (rule or make.published_rule(body)).uid,
        "published_uid": (published or make.published_specification(body)).uid,
    }
    told = select(Specification.uid).where(Specification.body_id == body.id, Specification.state == "filed")
    filed = make.session.execute(told.order_by(Specification.id).limit(1)).scalar_one()
    for endpoint in ("specifications.show", "specifications_api.one_specification"):
        place.instead[endpoint] = {"specification_uid": filed}  # offices see no draft


def _office(place: Place, make: Factory) -> None:
    """Of the district: a deputy, and a run of acceptances that goes on."""
    district = {"role": "district_bureau", "district": place.body.district}
    officer, away = (make.user(**district) for _ in range(2))
    during = Range(DAY, DAY + timedelta(days=3))
    named = {"entered_by": away.uid, "entered_by_name": away.name}
    deputy = make.save(Deputy(officer_id=officer.id, for_id=away.id, during=during, **district, **named))
    signed = {"officer": officer.uid, "officer_name": officer.name, "act": "reviewed"}
    run = make.save(AcceptanceRun(**district, **signed, total=1, begun_at=DAY))
    place.params |= {"deputy_uid": deputy.uid, "run_uid": run.uid}


def _exits(place: Place, make: Factory) -> None:
    """A case that is drafted; one that the body was told by letter and may answer; its own wish; one whose sessions
    wait."""
    states = {"misconduct": "drafted", "condition_lost": "told", "own_wish": "heard", "idle": "winding_down"}
    known = {case.ground: case for case in make.session.query(ExitCase).filter_by(body_id=place.body.id)}
    drafted, told, wish, ended = (
        known.get(ground) or make.exit_case(place.body, ground, state) for ground, state in states.items()
    )
    place.params["case_uid"] = drafted.uid
    place.instead |= {
        "exits.show": {"case_uid": told.uid},
        "exits_api.one_exit": {"case_uid": told.uid},
        "exits.letter": {"case_uid": told.uid, "letter_uid": make.exit_letter(told).uid},
        "exits.save_statement": {"case_uid": told.uid},
        "exits.settle": {"case_uid": wish.uid},
        "exits.settle_session": {"case_uid": ended.uid},
    }
