"""The moment of a scan counts within bounds; what cannot be believed goes to the coordinator, not to a refusal."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from examops.checkin.models import Scan, Sitting
from examops.checkin.moments import ScanTimes, believe
from examops.core.database import db
from tests.factories import DAY

MINUTE = timedelta(minutes=1)
OPENS = DAY - timedelta(minutes=60)
TOLERANCE = timedelta(seconds=60)


def times(
    made: timedelta, arrived: timedelta, off: timedelta = timedelta(), known: timedelta | None = None
) -> ScanTimes:
    """Made and arrived so long after 09:00 by the server's clock, on a tablet that is ``off`` ahead of it."""
    scanned, sent = DAY + made + off, DAY + arrived + off
    return ScanTimes(scanned, sent, -off if known is None else known, DAY + arrived)


@pytest.mark.parametrize("off", [timedelta(), 10 * MINUTE, -10 * MINUTE, timedelta(days=30), timedelta(days=-9000)])
def test_a_late_arrival_counts_at_its_scan_whatever_the_tablets_clock_shows(off: timedelta) -> None:
    found = believe(times(5 * MINUTE, 80 * MINUTE, off), OPENS, TOLERANCE)
    assert (found.at, found.doubt) == (DAY + 5 * MINUTE, "")


@pytest.mark.parametrize(
    ("scan", "doubt"),
    [
        (ScanTimes(DAY + timedelta(days=30), None, None, DAY), "ahead"),
        (ScanTimes(DAY + 2 * MINUTE, DAY, timedelta(), DAY), "ahead"),
        (ScanTimes(DAY - 30 * MINUTE, None, None, DAY + 30 * MINUTE), "clock_unknown"),
        (times(-61 * MINUTE, 30 * MINUTE), "before_open"),
        (times(5 * MINUTE, 30 * MINUTE, known=2 * MINUTE), "clock_changed"),
        (times(5 * MINUTE, 30 * MINUTE, known=TOLERANCE), ""),
        (times(-60 * MINUTE, 30 * MINUTE), ""),
        (ScanTimes(DAY - TOLERANCE, None, None, DAY), ""),
        (ScanTimes(DAY + TOLERANCE, None, None, DAY), ""),
    ],
)
def test_each_bound_to_the_second(scan: ScanTimes, doubt: str) -> None:
    found = believe(scan, OPENS, TOLERANCE)
    assert found.doubt == doubt
    assert found.at <= scan.received_at
    assert not doubt or found.at == scan.received_at


def late(clock, made: datetime, arrived: datetime, **more: object) -> dict:
    """What a tablet with a true clock sends that could not send at once."""
    clock.instant = arrived
    return {"scanned_at": made.isoformat(), "sent_at": arrived.isoformat(), "offset_ms": 0, **more}


def test_scanned_in_time_and_sent_after_an_outage_is_in_time(exam, codes, desk, clock) -> None:
    made, arrived = DAY + 5 * MINUTE, DAY + 35 * MINUTE
    answer = desk(codes[0], **late(clock, made, arrived)).json
    assert (answer["admitted"], answer["at"]) == (True, made.isoformat())
    assert db.session.execute(select(Sitting.entered_at)).scalar_one() == made
    kept = db.session.execute(select(Scan)).scalar_one()
    assert (kept.judged_at, kept.received_at, kept.sent_at, kept.moment_doubt) == (made, arrived, arrived, None)


def test_scanned_too_late_stays_too_late(exam, codes, desk, clock) -> None:
    answer = desk(codes[0], **late(clock, DAY + 16 * MINUTE, DAY + 35 * MINUTE)).json
    assert answer["reason"]["code"] == "too_late"


@pytest.mark.parametrize(
    "claim",
    [
        {"scanned_at": (DAY + timedelta(days=30)).isoformat(), "sent_at": None, "offset_ms": None},
        {"scanned_at": (DAY - 5 * MINUTE).isoformat(), "sent_at": None, "offset_ms": None},
        {"scanned_at": "1970-01-01T00:00:05Z", "sent_at": None, "offset_ms": None},
        {"offset_ms": 600_000},
    ],
)
def test_what_cannot_be_believed_waits_for_the_coordinator(exam, codes, desk, clock, claim: dict) -> None:
    answer = desk(codes[0], **{**late(clock, DAY - 5 * MINUTE, DAY + 35 * MINUTE), **claim}).json
    assert (answer["admitted"], answer["unsettled"], answer["reason"]["code"]) == (False, True, "time_unclear")
    assert answer["reason"]["todo"]
    assert (answer["state"]["unsettled"], answer["state"]["refused"]) == (1, 0)
    assert db.session.execute(select(Sitting)).first() is None


def test_an_arrival_in_time_was_made_in_time_whatever_it_claims(exam, codes, desk, clock) -> None:
    """It is taken at its arrival, not 30 days ahead, and the doubt is kept."""
    answer = desk(codes[0], scanned_at=(clock.now() + timedelta(days=30)).isoformat()).json
    assert (answer["admitted"], answer["at"]) == (True, clock.now().isoformat())
    assert db.session.execute(select(Scan.moment_doubt)).scalar_one() == "ahead"


@pytest.fixture
def unsettled(exam, codes, desk, clock) -> str:
    """The address of a scan that claims 08:55 and whose tablet's clock was changed since."""
    sent = late(clock, DAY - 5 * MINUTE, DAY + 35 * MINUTE, offset_ms=600_000)
    return f"/desk/{exam[1].uid}/unsettled/{desk(codes[0], **sent).json['scan_uid']}"


def test_the_coordinator_sees_who_waits_and_lets_them_in_at_the_scans_moment(exam, unsettled, make, sign_in) -> None:
    office = sign_in(make.user("coordinator", exam[0]))
    page = office.get(f"/desk/{exam[1].uid}/people").text
    assert "待考务决定" in page
    assert "扫码后平板的时钟改过" in page
    form = {"answer": "admit", "note": "监考员 08:55 看见他在门口"}
    assert office.post(unsettled, data=form).status_code == 302
    assert db.session.execute(select(Sitting.entered_at)).scalar_one() == DAY - 5 * MINUTE
    assert "扫码后平板的时钟改过" not in office.get(f"/desk/{exam[1].uid}/people").text
    assert office.post(unsettled, data=form).status_code == 409


def test_a_refusal_of_the_coordinator_needs_its_grounds_and_ends_the_waiting(exam, unsettled, make, sign_in) -> None:
    office = sign_in(make.user("coordinator", exam[0]))
    assert office.post(unsettled, data={"answer": "refuse", "note": ""}).status_code == 422
    assert office.post(unsettled, data={"answer": "refuse", "note": "09:20 才到"}).status_code == 302
    assert db.session.execute(select(Sitting)).first() is None
    assert office.get(f"/desk/{exam[1].uid}/state").json["unsettled"] == 0


def test_only_the_coordinator_settles(exam, unsettled, make, sign_in) -> None:
    proctor = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))
    assert proctor.post(unsettled, data={"answer": "admit", "note": "x"}).status_code == 403
