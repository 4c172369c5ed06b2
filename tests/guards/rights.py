"""Which roles may use which endpoint. A new endpoint is added here first, its form in forms.py.

The table is written by hand on purpose: it says what is meant, the code is measured against it.
"""

from __future__ import annotations

from examops.accounts.models import ROLES

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
    "duties.index": DESK,
    "duties.recusal": DESK,
    "duties.save_recusal": DESK,
    "duties.sign_in": DESK,
    "lots.show": EVERYBODY,
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
    "sessions.confirm_absent": ("coordinator",),
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
