"""A form for every endpoint that writes. With own objects it succeeds: see ``succeeded``."""

from __future__ import annotations

import base64
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import cv2
import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from werkzeug.test import TestResponse

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.catalogue.forms import seen_mark
from examops.catalogue.values import values_of
from examops.checkin.outage_things import mark_of
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.extensions import clock
from examops.exits.models import ExitAct, ExitCase
from examops.filings.models import Filing, FilingDocument, FilingStep
from examops.filings.states import OPEN_STATES
from examops.offices.models import Deputy
from examops.organisations.credit_code import check_character
from examops.sites.models import Room, RoomPlan
from examops.specifications.models import Specification, WorkPlan
from tests.factories import DAY, ELECTRICIAN, historic_papers
from tests.guards.place import BOX_KEY, KEY, RUN, SHEET, Place

Form = Callable[[Place], dict[str, Any]]
OFFER = f"{ELECTRICIAN}/4"
NEW_PASSWORD = "Tn9-quiet-river"
INSURED = "姓名,身份证号,统一社会信用代码\n何兰,440606199001010018,91440606MA4W2AJX1P".encode()
_CARD = {"kind": "proctor", "number": "JK-1", "valid_from": "2026-01-01", "valid_until": "2027-06-30"}
_TERM = {"valid_from": "2026-01-01", "valid_until": "2028-12-31"}
_TIME = {"how": "busy", "begins": "2026-12-24T08:00", "ends": "2026-12-24T18:00"}


READ = {"text": "两名考生代考", "read_in": "检查记录", "read_on": "2026-11-20"}


def _seen(place: Place, endpoint: str) -> str:
    """The newest act of the case that this endpoint names."""
    case = place.named(endpoint)["case_uid"]
    query = select(ExitAct.uid).join(ExitCase, ExitCase.id == ExitAct.case_id).where(ExitCase.uid == case)
    found = db.session.execute(query.order_by(ExitAct.id.desc()).limit(1)).scalar_one()
    db.session.rollback()
    return str(found)


def _plan(place: Place, day: str = "2026-12-20") -> dict[str, Any]:
    group = {
        "room": str(place.more["room"]),
        "target": OFFER,
        "part": "skill",
        "starts_at": f"{day}T09:00",
        "turns": "1",
        "minutes": "120",
        "pause": "10",
    }
    form = {"do": "save", "batch": str(place.more["batch"]), "groups": "1"}
    return {"data": form | {f"g0-{name}": value for name, value in group.items()}}


def _drawn_plan() -> bytes:
    return bytes(cv2.imencode(".png", np.full((60, 90, 3), 255, np.uint8))[1].tobytes())


def _batch(place: Place) -> dict[str, Any]:
    return {
        "data": {
            "body": str(place.more["body"]),
            "name": "2027 第 1 批",
            "applies_from": "2026-12-01T08:00",
            "applies_until": "2026-12-31T18:00",
            "cut_off_on": "2026-12-31",
            "held_from": "2027-01-05",
            "held_until": "2027-02-05",
            "fee": "0",
            "part": "skill",
            "offer": OFFER,
        }
    }


def _scan(code: str) -> Form:
    return lambda place: {"json": {"code": place.more[code], "nonce": str(uuid.uuid4()), "scanned_at": DAY.isoformat()}}


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("440606199001010011.jpg", b"\xff\xd8 no picture")
    return out.getvalue()


def _camera_span(place: Place, **more: Any) -> dict[str, Any]:
    start, end = DAY.isoformat(), (DAY + timedelta(seconds=5)).isoformat()
    return {"camera_uid": str(place.params["camera_uid"]), "start": start, "end": end, **more}


def _look(place: Place) -> dict[str, Any]:
    start, end = DAY.isoformat(), (DAY + timedelta(seconds=5)).isoformat()
    return {"json": {"looks": [_camera_span(place, mode="play") | {"from": start, "to": end}]}}


def _booking(endpoint: str) -> Callable[[Place], tuple[str, str]]:
    return lambda place: (str(place.more.get(f"applicant {endpoint}")), str(place.more.get("open_turn")))


def _book_one(place: Place) -> dict[str, Any]:
    application, turn = _booking("sessions.create_bookings")(place)
    return {"data": {"application": application, "turn": turn}}


def _book_many(place: Place) -> dict[str, Any]:
    application, turn = _booking("api_sessions.book_many")(place)
    return {
        "json": {"bookings": [{"application_uid": application, "turn_uid": turn}]},
        "headers": {"Idempotency-Key": str(uuid.uuid4())},
    }


def _filing_act(place: Place) -> dict[str, Any]:
    """Offices return a filing of another body in their hands; a body withdraws the newest that is open."""
    if "in_hand" in place.more:
        place.instead["filings_api.act_on_filing"] = {"filing_uid": place.more["in_hand"]}
    else:
        of_body = select(Filing.uid).where(Filing.body_id == place.body.id)
        newest = of_body.order_by(Filing.state.in_(OPEN_STATES).desc(), Filing.id.desc()).limit(1)
        uid = db.session.execute(newest).scalar_one()
        db.session.rollback()
        place.instead["filings_api.act_on_filing"] = {"filing_uid": uid}
    comment = {"rule": "capacity.insured_local_min", "subject": "", "text": "名册少两页"}
    asked = {"act": place.more.get("filing_act", "withdrawn"), "seen": "", "comments": [comment]}
    return {"json": asked, "headers": {"Idempotency-Key": str(uuid.uuid4())}}


def _newest_deputy(place: Place) -> dict[str, Any]:
    """Whoever asks has entered one for themselves before."""
    newest = select(Deputy.uid).where(Deputy.district == place.body.district).order_by(Deputy.id.desc()).limit(1)
    place.instead["offices.end_deputy"] = {"deputy_uid": db.session.execute(newest).scalar_one()}
    db.session.rollback()
    return {"data": {}}


def gap_report(place: Place) -> dict[str, Any]:
    gap = _camera_span(place, gap_uid=str(uuid.uuid4()), arming_uid=str(place.more["arming"]), reason="timeout")
    return {"gaps": [gap]}


PICTURE = cv2.imencode(".jpg", np.full((90, 160, 3), 90, np.uint8))[1].tobytes()


def sidecar(place: Place) -> dict[str, Any]:
    """As a recorder with ``BOX_KEY`` signs it: over the JSON with sorted names and without blanks."""
    content = {
        "version": 1,
        "segment_uid": str(uuid.uuid4()),
        "camera_uid": str(place.params["camera_uid"]),
        "arming_uid": str(place.more["arming"]),
        "run_uid": str(uuid.uuid4()),
        "sequence": 0,
        "start": "2026-11-23T01:08:00.000Z",
        "end": "2026-11-23T01:09:00.000Z",
        "media_start_ticks": 0,
        "media_duration_ms": 60000,
        "wall_duration_ms": 60000,
        "bytes": 10,
        "sha256": "0" * 64,
        "init_length": 0,
        "fragments": [[0, 10, 0, 10, 0, 60000, 25, True]],
        "codec": "avc1.4d4028",
        "width": 1280,
        "height": 720,
        "frames": 25,
        "lost_packets": 0,
        "previous_digest": "",
    }
    signed = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return content | {"signature": base64.b64encode(BOX_KEY.sign(signed)).decode()}


def _camera_health(place: Place) -> dict[str, Any]:
    word = {"camera_uid": str(place.params["camera_uid"]), "state": "recording", "at": DAY.isoformat()}
    return {"json": {"cameras": [word]}}


GROUNDS = {"document_number": "佛人社〔2026〕12号", "reason": "已对照原文", "valid_from": "2026-11-23"}


def seen_value(place: Place, key: str) -> str:
    """The mark of a value that nobody has decided about."""
    occupation = catalogue().by_code[place.params["occupation_code"]]
    return seen_mark(values_of(occupation, DAY.date(), rulebook(), catalogue())[key])


def _once(body: dict[str, Any]) -> dict[str, Any]:
    """JSON that is done once."""
    return {"json": body, "headers": {"Idempotency-Key": str(uuid.uuid4())}}


def _quietly(place: Place) -> dict[str, Any]:
    return {"data": {}}


def _password(place: Place) -> dict[str, Any]:
    return {"data": {"old": place.more.get("password", "wrong"), "new": NEW_PASSWORD, "again": NEW_PASSWORD}}


def _identity(place: Place) -> dict[str, Any]:
    return {"json": {"scan_uid": str(place.more["scan"]), "same": True}}


def _sign_in(place: Place) -> dict[str, Any]:
    return {"data": {"login": place.more.get("login", "nobody"), "password": place.more.get("password", "nothing")}}


def _edits(place: Place) -> str:
    """Of the place's draft, as it stands now."""
    query = select(Specification.edits).where(Specification.uid == place.params["specification_uid"])
    found = db.session.execute(query).scalar_one()
    db.session.rollback()
    return str(found)


def _draft_plan(endpoint: str) -> Form:
    """The form of a line of the draft that was begun, at its own address; without a draft of the filed one."""

    def form(place: Place) -> dict[str, Any]:
        query = select(WorkPlan.uid, WorkPlan.edits).where(WorkPlan.body_id == place.body.id)
        row = db.session.execute(query.order_by(WorkPlan.version.desc()).limit(1)).one()
        db.session.rollback()
        place.instead[endpoint] = {"plan_uid": row.uid}
        line = {"occupation": ELECTRICIAN, "level": "4", "part": "skill", "pass_mark": "60", "carry_over_months": "6"}
        return {"data": {"seen": str(row.edits), **line, "examiners": "3", "proctors": "2"}}

    return form


def _version(place: Place, step: str) -> str:
    """Of a page of the place's filing, as it stands now."""
    query = select(FilingStep.version).join(Filing, Filing.id == FilingStep.filing_id)
    of_place = query.where(Filing.uid == place.params["filing_uid"], FilingStep.step == step)
    return str(db.session.execute(of_place).scalar_one())


def _move(place: Place) -> dict[str, Any]:
    return {"data": {"before": str(place.more["body"]), "after": str(place.more.get("second_body")), "reason": "换岗"}}


def _code() -> str:
    """A credit code that nobody has, of Foshan."""
    stem = f"914406{uuid.uuid4().int % 10**11:011d}"
    return stem + check_character(stem)


def _coming(place: Place, endpoint: str) -> dict[str, str]:
    return {"staff": str(place.more.get(f"coming {endpoint}", uuid.uuid4())), "reason": "突发疾病"}


def _registered(place: Place) -> dict[str, str]:
    """A body that nobody knows, in the district of the place."""
    one = uuid.uuid4().hex[:10]
    told = {"code": _code(), "name": f"佛山市新公司{one}", "representative": "梁国强", "kind": "enterprise"}
    told |= {"short_name": f"新{one}", "district": place.body.district, "address": "容桂街道 1 号"}
    told |= {"telephone": "0757-28380000", "person": "何敏仪", "login": f"new-{one}", "mobile": "13800000021"}
    return {**told, "once": str(uuid.uuid4())}


def _filling_in(endpoint: str, asked: Callable[[Place, Filing], dict[str, Any]]) -> Form:
    """Of the body's filing that is open, at its own address: earlier calls withdraw one and begin the next."""

    def form(place: Place) -> dict[str, Any]:
        of_body = select(Filing).where(Filing.body_id == place.body.id)
        newest = of_body.order_by(Filing.state.in_(OPEN_STATES).desc(), Filing.id.desc()).limit(1)
        filing = db.session.execute(newest).scalar_one()
        papers = select(FilingDocument.uid).where(
            FilingDocument.filing_id == filing.id, FilingDocument.removed_at.is_(None)
        )
        document = db.session.execute(papers.order_by(FilingDocument.id.desc()).limit(1)).scalar()
        place.instead[endpoint] = {"filing_uid": filing.uid, **({"document_uid": document} if document else {})}
        found = asked(place, filing)
        db.session.rollback()
        return found

    return form


def _step(filing: Filing, step: str) -> str:
    query = select(FilingStep.version).where(FilingStep.filing_id == filing.id, FilingStep.step == step)
    return str(db.session.execute(query).scalar() or 0)


def _handed_in(place: Place, filing: Filing) -> dict[str, Any]:
    return {
        "data": b"%PDF-1.4 %%EOF",
        "content_type": "application/pdf",
        "query_string": {"kind": "specification", "name": "评价规范.pdf"},
        "headers": {"Idempotency-Key": str(uuid.uuid4())},
    }


def _begun_anew(place: Place) -> dict[str, Any]:
    """A body has one open work plan: one that was begun before is as if it had been filed long ago."""
    begun = select(WorkPlan).where(WorkPlan.body_id == place.body.id, WorkPlan.valid.is_(None))
    row = db.session.execute(begun).scalar_one_or_none()
    if row is not None:
        decided = select(Filing.id).where(Filing.body_id == place.body.id, Filing.state == "filed")
        filing = db.session.execute(decided.order_by(Filing.id).limit(1)).scalar_one()
        row.state, row.hash, row.filing_id = "submitted", "0", filing
        db.session.flush()
        row.state, row.valid = "filed", Range(DAY - timedelta(days=900), DAY - timedelta(days=800))
        db.session.commit()
    db.session.rollback()
    return _once({"body": str(place.more["body"])})


def _plan_line(endpoint: str, *, drops: bool = False) -> Form:
    """The newest work plan, at its own address."""

    def form(place: Place) -> dict[str, Any]:
        query = select(WorkPlan.uid, WorkPlan.edits).where(WorkPlan.body_id == place.body.id)
        row = db.session.execute(query.order_by(WorkPlan.version.desc()).limit(1)).one()
        db.session.rollback()
        place.instead[endpoint] = {"plan_uid": row.uid}
        line = {"parts": ["skill"], "pass_mark": 60, "carry_over_months": 6, "examiners": 3, "proctors": 2}
        return {"query_string": {"seen": row.edits}} if drops else {"json": {"seen": row.edits, **line}}

    return form


def _later(asked: dict[str, Any]) -> dict[str, Any]:
    """A moment after what the page has published: two versions of one moment are refused."""
    cast(FixedClock, clock()).instant += timedelta(milliseconds=1)
    return _once(asked)


def _placed(place: Place) -> dict[str, Any]:
    room = place.named("sites_api.put_places")["room_uid"]
    query = select(RoomPlan.version).join(Room, Room.id == RoomPlan.room_id).where(Room.uid == room)
    version = db.session.execute(query).scalar_one_or_none() or 0
    db.session.rollback()
    thing = {"kind": "station", "uid": str(place.more["spare_station"]), "x": 0.5, "y": 0.5}
    return {"json": {"version": version, "places": [thing]}}


FORMS: dict[str, Form] = {
    "account_admin.change_body": _move,
    "account_admin.end": lambda place: {"data": {"reason": "离职"}},
    "account_admin.give_back": _quietly,
    "account_admin.send_link": _quietly,
    "accounts.new_password": lambda place: {
        "data": {"code": place.more.get("link", "nothing"), "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    },
    "accounts.choose_scope": lambda place: {"data": {"grant": ""}},
    "accounts.notice": lambda place: {"data": {"version": "1"}},
    "accounts.password": _password,
    "accounts.sign_in": _sign_in,
    "accounts.sign_out": _quietly,
    "accounts.sign_out_everywhere": _quietly,
    "api_desk.scan_at_desk": _scan("code"),
    "api_sessions.book_many": _book_many,
    "api_sessions.release_one": lambda place: {},
    "batches.close": _quietly,
    "candidates.confirm": _quietly,
    "candidates.withdraw_application": lambda place: {"data": {"reason": "本人要求"}},
    "withdrawals.withdraw": lambda place: {
        "data": {"reason": "本人要求", "application": str(place.more.get("withdrawn", uuid.uuid4()))}
    },
    "batches.create": _batch,
    "batches.save": _batch,
    "checkin.change_seat": lambda place: {"data": {"station": str(place.more["free_station"]), "reason": "漏电"}},
    "checkin.hand_in_of_turn": _quietly,
    "checkin.identity": _identity,
    "checkin.mismatch": lambda place: {
        "json": {"scan_uid": str(place.more.get("mismatched", place.more["scan"])), "nonce": str(uuid.uuid4())}
    },
    "checkin.scan_one": lambda place: _scan("second_code" if "second_code" in place.more else "code")(place),
    "checkin.sitting_act": lambda place: {"data": {"reason": "洗手间"}},
    "checkin.settle_scan": lambda place: {"data": {"answer": "refuse", "note": "监考员看见他 09:20 才到"}},
    "handover.identity_late": lambda place: {
        "json": {"scan_uid": str(place.more.get("compared_late", place.more["scan"])), "same": True}
    },
    "handover.scan_late": _scan("code"),
    "cameras.add": lambda place: {"data": {**_camera("加"), "room": str(place.more.get("camera_room"))}},
    "cameras.admit": _quietly,
    "cameras.change": lambda place: {"data": _camera("改")},
    "cameras.move": lambda place: {"data": {"room": str(place.more.get("camera_room")), "label": "移"}},
    "cameras.retire": lambda place: {"data": {"reason": "拆走"}},
    "cameras.save_login": lambda place: {"data": {"username": "admin", "password": "p"}},
    "cameras_api.change_one_camera": lambda place: {"json": _camera("换")},
    "cameras_api.enter_camera": lambda place: _once(_camera("添")),
    "cameras_api.admit_one_camera": _quietly,
    "marks_api.put_mark": lambda place: {"json": {"x": 640, "y": 360}},
    "marks_api.end_mark": _quietly,
    "trials_api.ask_for_trial": lambda place: {"headers": {"Idempotency-Key": str(uuid.uuid4())}},
    "cameras_api.retire_one_camera": lambda place: {"json": {"reason": "拆走"}},
    "devices.create_code": lambda place: {"data": {"site": str(place.more["site"]), "kind": "desk"}},
    "devices.take_out_of_use": _quietly,
    "devices.withdraw": _quietly,
    "duties.save_recusal": lambda place: {"data": {"sure": "1"}},
    "sites.add_stations_to": lambda place: {"data": {"codes": "B01–B03", "occupation": ELECTRICIAN}},
    "sites.add_tenure": lambda place: {
        "data": {"kind": "leased", "until_on": "2028-06-30", "file": (io.BytesIO(b"%PDF-1.4 %%EOF"), "租约.pdf")}
    },
    "sites.add_use": lambda place: {
        "data": {
            "guest": place.more["guest_code"],
            "from_on": "2026-12-01",
            "until_on": "2026-12-31",
            "agreement": "借用协议 7 号",
        }
    },
    "sites.add_verification": lambda place: {"data": {"verified_on": "2026-11-20", "result": "passed", "note": ""}},
    "sites.create": lambda place: {
        "data": {"name": "新考点", "address": "9 号", "district": place.body.district, "body": str(place.body.uid)}
    },
    "sites.create_room": lambda place: {"data": {"name": "监控室", "kind": "monitoring"}},
    "sites_api.enter_room": lambda place: _once({"name": "监控室二", "kind": "monitoring"}),
    "sites_api.enter_site": lambda place: _once(
        {"name": "新考点二", "address": "9 号", "district": place.body.district, "body": str(place.body.uid)}
    ),
    "sites_api.enter_stations": lambda place: _once({"codes": "C01–C03", "occupation": ELECTRICIAN}),
    "sites_api.put_places": _placed,
    "sites.end": _quietly,
    "sites_api.end_one_use": _quietly,
    "sites_api.add_verification": lambda place: _once({"verified_on": "2026-11-20", "result": "passed"}),
    "sites_api.answer_lending": lambda place: {"json": {"outcome": "refused", "reason": "监控还没有验收"}},
    "sites_api.put_picture": lambda place: {
        **{"query_string": {"version": "0"}, "data": _drawn_plan(), "content_type": "image/png"},
    },
    "sites_api.add_tenure": lambda place: {
        "query_string": {"kind": "leased", "until_on": "2028-06-30", "name": "租约.pdf"},
        **{"data": b"%PDF-1.4 %%EOF", "content_type": "application/pdf"},
        "headers": {"Idempotency-Key": str(uuid.uuid4())},
    },
    "sites_api.lend_site": lambda place: _once(
        {
            **{"guest": place.more["guest_code"], "from_on": "2027-01-01", "until_on": "2027-01-31"},
            "agreement": "借用协议 8 号",
        }
    ),
    "sites.picture": lambda place: {"data": {"version": "0", "file": (io.BytesIO(_drawn_plan()), "平面图.png")}},
    "sites.places": lambda place: {
        "json": {
            "version": 0,
            "places": [{"kind": "station", "uid": str(place.more["spare_station"]), "x": 0.25, "y": 0.5}],
        }
    },
    "marks.save": lambda place: {"data": {"station": str(place.more["spare_station"]), "x": "640", "y": "360"}},
    "availability.state": lambda place: {"data": _TIME},
    "availability.withdraw": _quietly,
    "city_people.add": lambda place: {
        "data": {**_TERM, "name": "欧阳", "number": "440606197001010011", "kind": "expert"}
    },
    "city_people.declare": lambda place: {"data": {"relation": "employed", "body": str(place.more["body"])}},
    "city_people.state_time": lambda place: {"data": _TIME},
    "city_people.withdraw": _quietly,
    "lending.save": lambda place: {"data": {"outcome": "refused", "reason": "监控还没有验收"}},
    "my_city.declare": lambda place: {
        "data": {"relation": "relative", "number": "440606197001010011", "about": "陈某"}
    },
    "my_city.state": lambda place: {"data": _TIME},
    "my_city.withdraw": _quietly,
    "account_person_api.link_person": _quietly,
    "account_person_api.unlink_person": lambda place: {"json": {"reason": "关联错了人"}},
    "account_person.save": lambda place: {"data": {"person": str(place.more.get("unlinked")), "step": "confirm"}},
    "account_person.end": lambda place: {"data": {"person": str(place.more.get("linked")), "reason": "关联错了人"}},
    "city_people.end": lambda place: {"data": {"last": "2027-06-30", "reason": "调离"}},
    "city_people.save": lambda place: {"data": {**_TERM, "name": "欧阳明"}},
    "city_people.send": lambda place: {"data": {"session": place.more["number"]}},
    "city_people.take_back": _quietly,
    "staff.add": lambda place: {"data": {**_CARD, "number": "JK-2"}},
    "staff.create": lambda place: {"data": {"name": "何兰"}},
    "staff.end": lambda place: {"data": {"last": "2026-11-30", "reason": "调离"}},
    "staff.preview": lambda place: {
        "data": {"what": "people", "body": str(place.more["body"]), "pasted": "姓名\t班组\n何梅\t设备部"}
    },
    "staff.save": lambda place: {"data": {"name": "何兰", "is_active": "1"}},
    "staff.save_card": lambda place: {"data": _CARD},
    "staff.save_sheet": lambda place: {
        "data": {"what": "people", "body": str(place.more["body"]), "sheet": '[["姓名"],["何梅"]]'}
    },
    "staff.state_for": lambda place: {"data": _TIME},
    "staff.withdraw_for": _quietly,
    "staff_api.enter_member": lambda place: _once({"name": "何兰", "teaches": ["电工一班"]}),
    "staff_api.replace_member": lambda place: {"json": {"name": "何兰", "team": "设备部", "is_active": True}},
    "staff_api.enter_card": lambda place: _once({**_CARD, "number": "JK-3"}),
    "staff_api.end_member_card": lambda place: {"json": {"last": "2026-11-30", "reason": "调离"}},
    "staff_api.enter_time": lambda place: _once(
        {"how": "busy", "begins": "2026-12-25T08:00:00+08:00", "ends": "2026-12-25T18:00:00+08:00"}
    ),
    "staff_api.withdraw_time": _quietly,
    "staff_api.put_id_number": lambda place: {"json": {"number": "440606198001010016"}},
    "staff_api.replace_card": lambda place: {"json": {**_CARD, "number": "JK-4"}},
    "staff.save_number": lambda place: {"data": {"number": "440606198001010016"}},
    "duties.sign_in": lambda place: {"data": {"card": place.more.get("card", "")}},
    "filings.accept_all": lambda place: {"data": {"filing": f"{place.params['filing_uid']}~"}},
    "filings.change_contact": lambda place: {"data": {"name": "陈工", "mobile": "13800005678"}},
    "filings.cut_accepting": _quietly,
    "filings.give": lambda place: {"data": {"take": "1"}},
    "filing_lists_api.hand_in_list": lambda place: {
        "data": INSURED,
        "content_type": "text/csv",
        "query_string": {"kind": "insured", "as_of": "2026-11-20", "name": "参保.csv"},
        "headers": {"Idempotency-Key": str(uuid.uuid4())},
    },
    "filing_lists_api.put_names": lambda place: {"json": {"answers": [{"question": 0, "name": 0}]}},
    "filing_lists_api.count_by_list": lambda place: {"json": {}},
    "filing_lists_api.put_list_away": _quietly,
    "filings_api.act_on_filing": _filing_act,
    "filings_api.begin_filing": lambda place: _once({"kind": "new", "body": str(place.more["body"])}),
    "filings_api.drop_occupation": _filling_in(
        "filings_api.drop_occupation",
        lambda place, filing: {"query_string": {"version": _step(filing, "occupations")}},
    ),
    "filings_api.hand_in_document": _filling_in("filings_api.hand_in_document", _handed_in),
    "filings_api.publish_one_rule": lambda place: _later({"kind": "quality", "text": "每场由内部质量督导巡考"}),
    "filings_api.publish_one_schedule": lambda place: _later(
        {"amounts": [{"occupation": ELECTRICIAN, "level": "4", "fen": 12050}]}
    ),
    "filings_api.put_contact": lambda place: {"json": {"name": "陈工", "mobile": "13800005678"}},
    "filings_api.put_filing_version": _filling_in(
        "filings_api.put_filing_version",
        lambda place, filing: {
            "json": {"document": str(place.named("filings_api.put_filing_version")["document_uid"])}
        },
    ),
    "filings_api.put_occupation": _filling_in(
        "filings_api.put_occupation",
        lambda place, filing: {"json": {"version": _step(filing, "occupations"), "levels": ["4"]}},
    ),
    "filings_api.put_step": _filling_in(
        "filings_api.put_step",
        lambda place, filing: {
            "json": {
                **{"version": _step(filing, "entity"), "as_of": "2026-11-20"},
                "facts": [{"key": "is_registered", "value": True}],
            }
        },
    ),
    "filings_api.take_out_document": _filling_in("filings_api.take_out_document", lambda place, filing: {}),
    "filings_api.take_out_version": _filling_in("filings_api.take_out_version", lambda place, filing: {}),
    "exits.add_fact": lambda place: {"data": {"seen": _seen(place, "exits.add_fact"), **READ}},
    "exits.save_new": lambda place: {"data": {"body": str(place.more["body"]), "ground": "idle", **READ}},
    "exits.save_rule": lambda place: {
        "data": {
            **{"rule": "capacity.insured_local_min", "revision": "0", "on": "yes", "valid_from": "2026-12-01"},
            **{"document_number": "佛人社〔2026〕12号", "reason": "试运行无误"},
        }
    },
    "exits.save_statement": lambda place: {
        "data": {"seen": _seen(place, "exits.save_statement"), "statement": "不属实"}
    },
    "exits.settle": lambda place: {
        "data": {"act": "withdrawn", "seen": _seen(place, "exits.settle"), "reason": "不再办"}
    },
    "exits.settle_session": lambda place: {
        "data": {"session": str(place.more.get("declared", uuid.uuid4())), "choice": "move", "note": "转顺德技师学院"}
    },
    "exits.wish": lambda place: {"data": {"body": str(place.more["body"]), "reason": "业务调整"}},
    "filings.add": lambda place: {
        "data": {"version": _version(place, "occupations"), "occupation": "6-18-02-04", "level": "4"}
    },
    "filings.add_document": lambda place: {
        "data": {"kind": "promise", "file": (io.BytesIO(b"%PDF-1.4 %%EOF"), "承诺书.pdf")}
    },
    "filings.add_list": lambda place: {
        "data": {"about": "insured", "as_of": "2026-11-20", "file": (io.BytesIO(INSURED), "参保.csv")}
    },
    "filings.cancel_list": _quietly,
    "filings.choose_names": lambda place: {"data": {"name-0": "0"}},
    "filings.copy": _quietly,
    "filings.enter_historic": _quietly,
    "filings.put_list_in_force": _quietly,
    "filings.read_list": lambda place: {"data": {"sound": "yes"}},
    "filings.upload_historic": lambda place: {"data": {"file": (io.BytesIO(historic_papers()), "备案.csv")}},
    "filings.publish": lambda place: {"data": {"kind": "quality", "text": "每场由内部质量督导巡考"}},
    "filings.publish_amounts": lambda place: {
        "data": {"occupation-1": ELECTRICIAN, "level-1": "4", "part-1": "whole", "fee-1": "120.50"}
    },
    "filings.put_version": lambda place: {
        "data": {
            "version": f"specification~{place.params['specification_uid']}",
            "document": str(place.params["document_uid"]),
        }
    },
    "filings.remove_version": lambda place: {"data": {"version": f"specification~{place.params['specification_uid']}"}},
    "filings.read_document": lambda place: {"data": {"sound": "yes"}},
    "filings.remove_document": _quietly,
    "filings.record_fact": lambda place: {
        "data": {"fact": "insured_local~", "value": "300", "looked_up_in": "社保", "as_of": "2026-11-20"}
    },
    "filings.remove": lambda place: {"data": {"version": _version(place, "occupations"), "occupation": ELECTRICIAN}},
    "filings.rule": lambda place: {
        "data": {"about": f"filing.enterprise_tie~{ELECTRICIAN}", "outcome": "yes", "reason": "看过现场"}
    },
    "filings.save": lambda place: {
        "data": {"version": _version(place, "entity"), "is_registered": "yes", "as_of": "2026-11-20"}
    },
    "filings.settle": lambda place: {
        "data": {
            "act": place.more.get("filing_act", "withdrawn"),
            "seen": "",
            "comment~capacity.insured_local_min~": "名册少两页",
        }
    },
    "filings.start": lambda place: {"data": {"kind": "new", "body": str(place.more["body"])}},
    "specifications.begin_plan": lambda place: {"data": {"body": str(place.more["body"])}},
    "specifications.remove_line": _draft_plan("specifications.remove_line"),
    "specifications.remove_one": lambda place: {"data": {"seen": _edits(place), "level": "4"}},
    "specifications.save": lambda place: {"data": {"seen": _edits(place), "kind": "industry", "name": "新的名称"}},
    "specifications.save_one": lambda place: {
        "data": {
            **{"seen": _edits(place), "level": "5", "part": "skill", "minutes-skill": "120", "pass_mark": "60"},
            **{"text": "从事本职业一年", "years-1": "1"},
        }
    },
    "specifications.save_plan": _draft_plan("specifications.save_plan"),
    "specifications_api.begin_one_plan": _begun_anew,
    "specifications_api.begin_one_specification": lambda place: _once(
        {"body": str(place.more["body"]), "occupation": "6-17-09-09", "kind": "enterprise", "name": "车工规范"}
    ),
    "specifications_api.drop_level": lambda place: {"query_string": {"seen": _edits(place)}},
    "specifications_api.drop_line": _plan_line("specifications_api.drop_line", drops=True),
    "specifications_api.name_specification": lambda place: {
        "json": {"seen": _edits(place), "kind": "industry", "name": "又一个名称"}
    },
    "specifications_api.put_level": lambda place: {
        "json": {
            **{"seen": _edits(place), "parts": ["skill"], "minutes": {"skill": 120}, "pass_mark": 60},
            **{"text": "从事本职业一年", "conditions": [{"needs": [{"need": "work", "years": 1}]}]},
        }
    },
    "specifications_api.put_line": _plan_line("specifications_api.put_line"),
    "specifications.start": lambda place: {
        "data": {"body": str(place.more["body"]), "occupation": "6-18-02-04", "kind": "enterprise", "name": "焊工规范"}
    },
    "footage.conclude": lambda place: {"data": {"outcome": "clean", "note": "看完了"}},
    "footage.decide_flag": lambda place: {"data": {"state": "dismissed"}},
    "footage.flag": lambda place: {"json": _camera_span(place, severity="doubt", text="看一下", seat="A-01")},
    "footage.look": _look,
    "entities.change_standing": lambda place: {
        "data": {"district": "440607", "industry": "other", "seen": f"{place.body.district}|||"}
    },
    "entities.change_name": lambda place: {
        "data": {"name": "佛山市改名电器有限公司", "last_day": "2026-11-20", "document_number": "佛市监〔2026〕1号"}
    },
    "entities.save_new": lambda place: {"data": _registered(place)},
    "entities.invite": lambda place: {"data": _registered(place)},
    "entities.correct_entity": lambda place: {
        "data": {
            **{"code": _code(), "correct_name": "佛山市正字有限公司", "correction": "对照营业执照"},
            "seen": str(place.more.get("unfiled_seen")),
        }
    },
    "entities_api.invite_coordinator_again": lambda place: _once(_registered(place)),
    "entities_api.register_body": lambda place: {
        "json": _registered(place),
        "headers": {"Idempotency-Key": str(uuid.uuid4())},
    },
    "entities_api.answer_opening": lambda place: {"json": {"act": "returned", "why": "执照看不清"}},
    "entities_api.register_opening": lambda place: _once(_registered(place)),
    "openings.look_up": lambda place: {"data": place.more["opening"]},
    "openings.prove": lambda place: {"data": {"digits": "000000"}},
    "openings.save": lambda place: {
        "data": {**_registered(place), "file": (io.BytesIO(b"%PDF-1.4 %%EOF"), "执照.pdf")}
    },
    "openings.send_again": lambda place: {"data": {}},
    "opening_queue.register": lambda place: {"data": _registered(place)},
    "opening_queue.settle": lambda place: {"data": {"act": "returned", "why": "执照看不清"}},
    "offices.add_deputy": lambda place: {
        "data": {"officer": str(place.more.get("colleague", uuid.uuid4())), "first": "2026-11-24", "last": "2026-11-25"}
    },
    "offices.contact": lambda place: {"data": {"email": "lan@example.cn"}},
    "offices.end_deputy": _newest_deputy,
    "occupations.confirm_values": lambda place: {"data": {"seen": seen_value(place, "levels"), **GROUNDS}},
    "occupations.decide": lambda place: {
        "data": {"seen": seen_value(place, "access"), "act": "changed", "value": "whole", **GROUNDS}
    },
    "outages.end": _quietly,
    "outages.move": lambda place: {
        "data": {
            "booking": str(place.more.get("movable", uuid.uuid4())),
            "turn": str(place.more.get("later_turn", uuid.uuid4())),
        }
    },
    "outages.no_place": lambda place: {
        "data": {"outage": str(place.more.get("break", uuid.uuid4())), "note": "改到下一批"}
    },
    "outages.preview": lambda place: {"data": {"station": str(place.more["spare_station"]), "reason": "漏电"}},
    "outages.save": lambda place: {
        "data": {"station": str(place.more["spare_station"]), "reason": "漏电", "seen": mark_of([])}
    },
    "quarantine.decide_late": lambda place: {"data": {"decision": "left", "note": "核对过日志"}},
    "outages_api.put_in_service": _quietly,
    "outages_api.take_out_of_service": lambda place: _once(
        {"stations": [str(place.more["other_station"])], "reason": "漏电"}
    ),
    "quarantine.decide_segment": lambda place: {"data": {"decision": "kept", "note": "核对过日志"}},
    "recorder.announce": lambda place: {"json": {"segments": [sidecar(place)]}},
    "recorder.begin": lambda place: {"json": {"run_uid": RUN}},
    "recorder.trial_picture": lambda place: {
        "data": PICTURE,
        "headers": {"X-Run": RUN, "X-Number": "1"},
    },
    "recorder.trial_result": lambda place: {"json": {"run_uid": RUN, "state": "could_not_run", "cause": "no_answer"}},
    "recorder.confirm": lambda place: {
        "json": {"segments": [{"segment_uid": str(place.more.get("announced", place.params["segment_uid"]))}]}
    },
    "recorder.health": _camera_health,
    "recorder.pair": lambda place: {
        "json": {"code": place.more.get("recorder_code", "WRONGCODE2"), "name": "二号盒", "public_key": KEY}
    },
    "recorder.report_gaps": lambda place: {"json": gap_report(place)},
    "recorder.snapshot": lambda place: {"data": PICTURE, "headers": {"X-Taken-At": DAY.isoformat()}},
    "roster_photos.upload": lambda place: {"data": {"file": (io.BytesIO(_zip()), "照片.zip")}},
    "rosters.answer_employer": lambda place: {"data": {"name": "别家公司", "act": "other"}},
    "rosters.change_rows": lambda place: {"data": {"act": "drop", "row": "2", "tab": "ok"}},
    "rosters.columns": lambda place: {"data": {"column-A": "name", "column-B": "id_number"}},
    "rosters.confirm": _quietly,
    "rosters.take_back": _quietly,
    "rosters.correct": lambda place: {"data": {"value": "何小兰"}},
    "rosters.save": _quietly,
    "rosters.stop": _quietly,
    "rosters.undo_change": lambda place: {"data": {"change": "1"}},
    "rosters.upload": lambda place: {"data": {"batch": str(place.more["batch"]), "pasted": SHEET.decode()}},
    "search.ask": lambda place: {"data": {"q": "2026"}},
    "sessions.confirm_absent": lambda place: {"data": {"booking": str(place.more.get("absent", uuid.uuid4()))}},
    "sessions.create_bookings": _book_one,
    "sessions.judged": _plan,
    "sessions.judged_edit": _plan,
    "sessions.move": lambda place: {"data": {"to": place.more.get("move_to", "interrupted"), "reason": "停电"}},
    "sessions.release_booking": lambda place: {"data": {"reason": "考生退出"}},
    "sessions.save_copy": lambda place: {"data": {"day": "2026-12-22", "batch": str(place.more["batch"])}},
    "sessions.save_edit": _plan,
    "sessions.save_replacement": lambda place: {"data": _coming(place, "sessions.save_replacement")},
    "api_sessions.replace_on_duty": lambda place: _once(_coming(place, "api_sessions.replace_on_duty")),
    "sessions.save_plan": lambda place: _plan(
        place, "2026-12-21"
    ),  # the other day is taken by the session that was changed
    "tablets.pair_tablet": lambda place: {
        "data": {"code": place.more.get("desk_code", "WRONGCODE2"), "name": "东门 2 号"}
    },
    "notices.again": lambda place: {"data": {"notice": str(place.more.get("notice", uuid.uuid4()))}},
    "notices.told": lambda place: {"data": {"how": "phone", "whom": "联系人王兰", "on": DAY.date().isoformat()}},
    "notices.correct_address": lambda place: {"data": {"address": "lan@example.cn"}},
    "trials.ask": lambda place: {"data": {"camera": str(place.more["untried_camera"])}},
    "trials.withdraw": _quietly,
    "timed_work.retry": lambda place: {"data": {"job": str(place.more.get("failed_job", 1))}},
}


def _camera(label: str) -> dict[str, str]:
    source = f"rtsp://192.168.1.64/{uuid.uuid4()}"
    return {"label": label, "position": "front", "source": source, "width": "1280", "height": "720"}


# Forms that themselves name an object: an own address with a foreign object inside must change nothing either.
NAMES_IN_FORM = {
    "account_admin.change_body",
    "account_person.end",
    "account_person.save",
    "api_desk.scan_at_desk",
    "api_sessions.book_many",
    "batches.create",
    "checkin.identity",
    "checkin.mismatch",
    "checkin.scan_one",
    "handover.identity_late",
    "handover.scan_late",
    "cameras.add",
    "cameras.move",
    "devices.create_code",
    "exits.save_new",
    "exits.settle_session",
    "exits.wish",
    "filings.put_version",
    "filings_api.begin_filing",
    "filings_api.put_filing_version",
    "filings.accept_all",
    "filings.start",
    "staff.preview",
    "staff.save_sheet",
    "sites_api.enter_site",
    "sites_api.put_places",
    "specifications.begin_plan",
    "specifications.start",
    "specifications_api.begin_one_plan",
    "specifications_api.begin_one_specification",
    "footage.flag",
    "footage.look",
    "outages.preview",
    "outages.save",
    "outages_api.take_out_of_service",
    "recorder.announce",
    "recorder.confirm",
    "recorder.health",
    "recorder.report_gaps",
    "rosters.upload",
    "sessions.create_bookings",
    "sessions.judged",
    "sessions.judged_edit",
    "sessions.save_copy",
    "sessions.save_edit",
    "sessions.save_plan",
    "trials.ask",
}
NOTHING_WRITTEN = {
    "filings.upload_historic": "kept in the store until it is entered",
    "accounts.notice": "no notice is published in this place, so none is there to accept",
    "accounts.sign_out": "asked by strangers here, who have no session to end",
    "accounts.sign_out_everywhere": "the same",
    "outages.preview": "shows what an outage would break",
    "openings.look_up": "leads to the state of a request; only its tries are counted",
    "search.ask": "leads to the address of its results",
    "staff.preview": "shows what a sheet would change",
    "sessions.judged": "a plan judged while its form is edited",
    "sessions.judged_edit": "the same for a saved session",
}


def _states(*good: str) -> Callable[[TestResponse], bool]:
    return lambda answer: {one["state"] for one in answer.json["results"]} <= set(good)  # type: ignore[index]


# Where the status says nothing: what the answer shows when the form was taken.
TAKEN: dict[str, Callable[[TestResponse], bool]] = {
    "api_desk.scan_at_desk": lambda answer: answer.json["admitted"],  # type: ignore[index]
    "api_sessions.book_many": lambda answer: not any(one["refusal"] for one in answer.json["results"]),  # type: ignore[index]
    "checkin.scan_one": lambda answer: answer.json["admitted"],  # type: ignore[index]
    "handover.scan_late": lambda answer: answer.json["admitted"],  # type: ignore[index]
    "recorder.announce": _states("announced"),
    "recorder.confirm": _states("verified"),
    "recorder.health": lambda answer: not answer.json["refused"],  # type: ignore[index]
    "recorder.report_gaps": _states("recorded"),
    "sessions.judged": lambda answer: 'class="fine"' in answer.text,  # free of faults and clashes
    "sessions.judged_edit": lambda answer: 'class="fine"' in answer.text,
}


def succeeded(endpoint: str, answer: TestResponse) -> bool:
    """The answer of somebody whose request was done: 2xx or 3xx, and nothing in it refused."""
    return 200 <= answer.status_code < 400 and (endpoint not in TAKEN or TAKEN[endpoint](answer))
