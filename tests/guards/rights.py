"""Which roles may use which endpoint, and a plausible form for each POST. A new endpoint is added here first.

The table is written by hand on purpose: it says what is meant, the code is measured against it.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

from examops.accounts.models import ROLES
from tests.factories import DAY
from tests.guards.place import SHEET, Place

BODY = (
    "coordinator",
    "examiner",
    "proctor",
    "internal_supervisor",
    "security",
)  # they work for one body, or at one site
OFFICES = ("city_bureau", "city_centre", "district_bureau", "district_centre")
REVIEW = ("supervisor", *OFFICES)
DESK = ("coordinator", "examiner", "proctor", "internal_supervisor")
SESSIONS = ("coordinator", "internal_supervisor", *REVIEW)
LOOK_AFTER = ("coordinator", "security", "operator")
EVERYBODY = "everybody"  # signed in or not
RECORDER = "recorder"  # a box with its bearer token, never a person
LINK = "link"  # whoever holds the code in the address

MAY: dict[str, tuple[str, ...] | str] = {
    "accounts.choose_scope": ROLES,
    "accounts.home": EVERYBODY,
    "accounts.notice": EVERYBODY,
    "accounts.password": ROLES,
    "accounts.sign_in": EVERYBODY,
    "accounts.sign_out": EVERYBODY,
    "api-docs.openapi_json": EVERYBODY,
    "api_desk.desk": DESK,  # and paired desk devices with their token, see tests/guards/test_api.py
    "api_desk.scan_at_desk": DESK,
    "api_sessions.book_many": ("coordinator",),
    "api_sessions.list_sessions": SESSIONS,
    "api_sessions.one_session": SESSIONS,
    "api_sessions.release_one": ("coordinator",),
    "api_sessions.turns_of_session": SESSIONS,
    "audit.index": ("coordinator", "supervisor", "operator", "security", *OFFICES),
    "checkin.desk": DESK,
    "checkin.desks": DESK,
    "checkin.mismatch": DESK,
    "checkin.people": DESK,
    "checkin.photo": DESK,
    "checkin.scan_one": DESK,
    "checkin.sitting_act": DESK,
    "checkin.state": DESK,
    "devices.create_code": LOOK_AFTER,
    "devices.index": LOOK_AFTER,
    "devices.take_out_of_use": LOOK_AFTER,
    "devices.withdraw": LOOK_AFTER,
    "footage.armed_hours": ("security", *REVIEW),
    "footage.conclude": REVIEW,
    "footage.conclusion": REVIEW,
    "footage.decide_flag": REVIEW,
    "footage.flag": REVIEW,
    "footage.flags": REVIEW,
    "footage.look": REVIEW,
    "footage.playlist": REVIEW,
    "footage.review": REVIEW,
    "footage.review_data": REVIEW,
    "footage.wall": REVIEW,
    "footage.wall_data": REVIEW,
    "health.healthz": EVERYBODY,
    "quarantine.decide_segment": ("operator", *REVIEW),
    "quarantine.index": ("coordinator", "security", "operator", *REVIEW),
    "recorder.announce": RECORDER,
    "recorder.confirm": RECORDER,
    "recorder.health": RECORDER,
    "recorder.pair": EVERYBODY,  # the code is the key
    "recorder.plan": RECORDER,
    "recorder.report_gaps": RECORDER,
    "recorder.snapshot": RECORDER,
    "roster_photos.missing": ("coordinator",),
    "roster_photos.show": ("coordinator",),
    "roster_photos.upload": ("coordinator",),
    "rosters.blank_form": ("coordinator",),
    "rosters.columns": ("coordinator",),
    "rosters.correct": ("coordinator",),
    "rosters.index": ("coordinator",),
    "rosters.progress": ("coordinator",),
    "rosters.save": ("coordinator",),
    "rosters.show": ("coordinator",),
    "rosters.stop": ("coordinator",),
    "rosters.corrections_workbook": ("coordinator",),
    "rosters.upload": ("coordinator",),
    "search.ask": SESSIONS,
    "search.results": SESSIONS,
    "batches.show": ("coordinator", *OFFICES),
    "batches.index": ("coordinator", *OFFICES),
    "sessions.create": ("coordinator",),
    "sessions.create_bookings": ("coordinator",),
    "sessions.edit": ("coordinator",),
    "batches.close": ("coordinator",),
    "sessions.home": SESSIONS,
    "sessions.index": SESSIONS,
    "sessions.judged": ("coordinator",),
    "sessions.judged_edit": ("coordinator",),
    "sessions.move": ("coordinator", *OFFICES),
    "batches.new": ("coordinator",),
    "sessions.release_booking": ("coordinator",),
    "batches.save": ("coordinator",),
    "sessions.save_edit": ("coordinator",),
    "batches.create": ("coordinator",),
    "sessions.save_plan": ("coordinator",),
    "sessions.show": SESSIONS,
    "static": EVERYBODY,
    "tablets.pair_tablet": EVERYBODY,  # the code is the key
    "tickets.own_ticket": LINK,
    "tickets.staff_ticket": ("coordinator", "internal_supervisor", *OFFICES),
    "timed_work.index": ("operator", *OFFICES),
    "timed_work.retry": ("operator",),
}

Form = Callable[[Place], dict[str, Any]]


def _plan(place: Place) -> dict[str, Any]:
    return {"data": {
        "do": "save", "batch": str(place.more["batch"]), "groups": "1", "g0-room": str(place.more["room"]), "g0-part": "skill",
        "g0-target": "6-31-01-03:4", "g0-starts_at": "2026-12-20T09:00", "g0-turns": "1", "g0-minutes": "120", "g0-pause": "10",
    }}  # fmt: skip


def _batch(place: Place) -> dict[str, Any]:
    return {"data": {
        "body": str(place.more["body"]), "name": "2027 第 1 批", "applies_from": "2026-12-01T08:00", "applies_until": "2026-12-31T18:00",
        "cut_off_on": "2026-12-31", "held_from": "2027-01-05", "held_until": "2027-02-05", "fee": "0", "part": "skill",
        "offer": "6-31-01-03:4",
    }}  # fmt: skip


def _scan(place: Place) -> dict[str, Any]:
    return {"json": {"code": place.more["code"], "nonce": str(uuid.uuid4()), "scanned_at": DAY.isoformat()}}


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("440606199001010011.jpg", b"\xff\xd8 no picture")
    return out.getvalue()


def _camera_span(place: Place, **more: Any) -> dict[str, Any]:
    moment = DAY.isoformat()
    return {"camera_uid": str(place.params["camera_uid"]), "start": moment, "end": moment, **more}


def gap_report(place: Place) -> dict[str, Any]:
    gap = _camera_span(place, gap_uid=str(uuid.uuid4()), arming_uid=str(place.more["arming"]), reason="timeout")
    return {"gaps": [gap | {"end": "2026-11-23T01:00:05+00:00"}]}


def sidecar(place: Place) -> dict[str, Any]:
    return {
        "version": 1, "segment_uid": str(uuid.uuid4()), "camera_uid": str(place.params["camera_uid"]),
        "arming_uid": str(place.more["arming"]), "run_uid": str(uuid.uuid4()), "sequence": 0,
        "start": "2026-11-23T01:00:00.000Z", "end": "2026-11-23T01:01:00.000Z", "media_start_ticks": 0,
        "media_duration_ms": 60000, "wall_duration_ms": 60000, "bytes": 10, "sha256": "0" * 64, "init_length": 0,
        "fragments": [[0, 10, 0, 10, 0, 60000, 25, True]], "codec": "avc1.4d4028", "width": 1280, "height": 720, "frames": 25,
        "lost_packets": 0, "previous_digest": "", "signature": "x",
    }  # fmt: skip


FORMS: dict[str, Form] = {
    "search.ask": lambda place: {"data": {"q": "2026"}},
    "accounts.choose_scope": lambda place: {"data": {"grant": ""}},
    "accounts.notice": lambda place: {"data": {"version": "1"}},
    "accounts.password": lambda place: {"data": {"old": "wrong", "new": "Tn9-quiet-river", "again": "Tn9-quiet-river"}},
    "accounts.sign_in": lambda place: {"data": {"login": "nobody", "password": "nothing"}},
    "accounts.sign_out": lambda place: {"data": {}},
    "api_desk.scan_at_desk": lambda place: _scan(place),
    "api_sessions.book_many": lambda place: {
        "json": {"bookings": [{"application_uid": str(place.more["waiting"]), "turn_uid": str(place.more["turn"])}]},
        "headers": {"Idempotency-Key": str(uuid.uuid4())},
    },
    "api_sessions.release_one": lambda place: {},
    "checkin.mismatch": lambda place: {"json": {"scan_uid": str(place.more["scan"]), "nonce": str(uuid.uuid4())}},
    "checkin.scan_one": lambda place: _scan(place),
    "checkin.sitting_act": lambda place: {"data": {"reason": "洗手间"}},
    "devices.create_code": lambda place: {"data": {"site": str(place.more["site"]), "kind": "desk"}},
    "devices.take_out_of_use": lambda place: {"data": {}},
    "devices.withdraw": lambda place: {"data": {}},
    "footage.conclude": lambda place: {"data": {"outcome": "clean", "note": "看完了"}},
    "footage.decide_flag": lambda place: {"data": {"state": "dismissed"}},
    "footage.flag": lambda place: {"json": _camera_span(place, severity="doubt", text="看一下", seat="A-01")},
    "footage.look": lambda place: {
        "json": {"looks": [_camera_span(place, mode="play") | {"from": DAY.isoformat(), "to": DAY.isoformat()}]}
    },
    "quarantine.decide_segment": lambda place: {"data": {"decision": "kept", "note": "核对过日志"}},
    "recorder.announce": lambda place: {"json": {"segments": [sidecar(place)]}},
    "recorder.confirm": lambda place: {"json": {"segments": [{"segment_uid": str(place.params["segment_uid"])}]}},
    "recorder.health": lambda place: {
        "json": {
            "cameras": [{"camera_uid": str(place.params["camera_uid"]), "state": "recording", "at": DAY.isoformat()}]
        }
    },
    "recorder.pair": lambda place: {"json": {"code": "WRONGCODE2", "name": "x", "public_key": "x"}},
    "recorder.report_gaps": lambda place: {"json": gap_report(place)},
    "recorder.snapshot": lambda place: {"data": b"\xff\xd8 x", "headers": {"X-Taken-At": DAY.isoformat()}},
    "roster_photos.upload": lambda place: {"data": {"file": (io.BytesIO(_zip()), "照片.zip")}},
    "rosters.columns": lambda place: {"data": {"column-A": "name", "column-B": "id_number"}},
    "rosters.correct": lambda place: {"data": {"value": "何小兰"}},
    "rosters.save": lambda place: {"data": {}},
    "rosters.stop": lambda place: {"data": {}},
    "rosters.upload": lambda place: {"data": {"batch": str(place.more["batch"]), "pasted": SHEET.decode()}},
    "sessions.create_bookings": lambda place: {
        "data": {"application": str(place.more["waiting"]), "turn": str(place.more["turn"])}
    },
    "batches.close": lambda place: {"data": {}},
    "sessions.judged": _plan,
    "sessions.judged_edit": _plan,
    "sessions.move": lambda place: {"data": {"to": place.more.get("move_to", "interrupted"), "reason": "停电"}},
    "sessions.release_booking": lambda place: {"data": {"reason": "考生退出"}},
    "batches.save": _batch,
    "sessions.save_edit": _plan,
    "batches.create": _batch,
    "sessions.save_plan": _plan,
    "tablets.pair_tablet": lambda place: {"data": {"code": "WRONGCODE2", "name": "x"}},
    "timed_work.retry": lambda place: {"data": {"job": "1"}},
}
# Forms that themselves name an object: an own address with a foreign object inside must change nothing either.
NAMES_IN_FORM = {
    "api_desk.scan_at_desk", "api_sessions.book_many", "checkin.mismatch", "checkin.scan_one", "devices.create_code", "footage.flag", "footage.look", "rosters.upload",
    "sessions.create_bookings", "sessions.judged", "batches.create", "sessions.save_plan", "recorder.announce", "recorder.confirm",
    "recorder.health", "recorder.report_gaps",
}  # fmt: skip
