"""A form for every endpoint that writes. With own objects it succeeds: see ``succeeded``."""

from __future__ import annotations

import base64
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import cv2
import numpy as np
from sqlalchemy import select
from werkzeug.test import TestResponse

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.catalogue.forms import seen_mark
from examops.catalogue.values import values_of
from examops.checkin.outage_things import mark_of
from examops.core.database import db
from examops.filings.models import Filing, FilingStep
from tests.factories import DAY, ELECTRICIAN
from tests.guards.place import BOX_KEY, KEY, RUN, SHEET, Place

Form = Callable[[Place], dict[str, Any]]
OFFER = f"{ELECTRICIAN}/4"
NEW_PASSWORD = "Tn9-quiet-river"


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


def _quietly(place: Place) -> dict[str, Any]:
    return {"data": {}}


def _password(place: Place) -> dict[str, Any]:
    return {"data": {"old": place.more.get("password", "wrong"), "new": NEW_PASSWORD, "again": NEW_PASSWORD}}


def _identity(place: Place) -> dict[str, Any]:
    return {"json": {"scan_uid": str(place.more["scan"]), "same": True}}


def _sign_in(place: Place) -> dict[str, Any]:
    return {"data": {"login": place.more.get("login", "nobody"), "password": place.more.get("password", "nothing")}}


def _version(place: Place, step: str) -> str:
    """Of a page of the place's filing, as it stands now."""
    query = select(FilingStep.version).join(Filing, Filing.id == FilingStep.filing_id)
    of_place = query.where(Filing.uid == place.params["filing_uid"], FilingStep.step == step)
    return str(db.session.execute(of_place).scalar_one())


FORMS: dict[str, Form] = {
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
    "devices.create_code": lambda place: {"data": {"site": str(place.more["site"]), "kind": "desk"}},
    "devices.take_out_of_use": _quietly,
    "devices.withdraw": _quietly,
    "duties.save_recusal": lambda place: {"data": {"sure": "1"}},
    "marks.save": lambda place: {"data": {"station": str(place.more["seen_station"]), "x": "640", "y": "360"}},
    "staff.save_number": lambda place: {"data": {"number": "440606198001010016"}},
    "duties.sign_in": lambda place: {"data": {"card": place.more.get("card", "")}},
    "filings.add": lambda place: {
        "data": {"version": _version(place, "occupations"), "occupation": "6-18-02-04", "level": "4"}
    },
    "filings.add_document": lambda place: {
        "data": {"kind": "promise", "file": (io.BytesIO(b"%PDF-1.4 %%EOF"), "承诺书.pdf")}
    },
    "filings.read_document": lambda place: {"data": {"sound": "yes"}},
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
    "footage.conclude": lambda place: {"data": {"outcome": "clean", "note": "看完了"}},
    "footage.decide_flag": lambda place: {"data": {"state": "dismissed"}},
    "footage.flag": lambda place: {"json": _camera_span(place, severity="doubt", text="看一下", seat="A-01")},
    "footage.look": _look,
    "entities.change_name": lambda place: {
        "data": {"name": "佛山市改名电器有限公司", "last_day": "2026-11-20", "document_number": "佛市监〔2026〕1号"}
    },
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
    "sessions.save_plan": lambda place: _plan(
        place, "2026-12-21"
    ),  # the other day is taken by the session that was changed
    "tablets.pair_tablet": lambda place: {
        "data": {"code": place.more.get("desk_code", "WRONGCODE2"), "name": "东门 2 号"}
    },
    "notices.again": lambda place: {"data": {"notice": str(place.more.get("notice", uuid.uuid4()))}},
    "trials.ask": lambda place: {"data": {"camera": str(place.more["untried_camera"])}},
    "timed_work.retry": lambda place: {"data": {"job": str(place.more.get("failed_job", 1))}},
}
# Forms that themselves name an object: an own address with a foreign object inside must change nothing either.
NAMES_IN_FORM = {
    "api_desk.scan_at_desk",
    "api_sessions.book_many",
    "batches.create",
    "checkin.identity",
    "checkin.mismatch",
    "checkin.scan_one",
    "handover.identity_late",
    "handover.scan_late",
    "devices.create_code",
    "filings.start",
    "footage.flag",
    "footage.look",
    "outages.preview",
    "outages.save",
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
    "accounts.notice": "no notice is published in this place, so none is there to accept",
    "accounts.sign_out": "asked by strangers here, who have no session to end",
    "accounts.sign_out_everywhere": "the same",
    "outages.preview": "shows what an outage would break",
    "search.ask": "leads to the address of its results",
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
