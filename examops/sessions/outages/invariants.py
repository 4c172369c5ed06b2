"""Nobody is booked or seated on a workstation out of service without an entry that says who knows of it."""

from __future__ import annotations

from examops.core.domain import Invariant
from examops.core.faults import faults, without_clock
from examops.sessions.states import LIVE_BOOKING

KNOWN = """EXISTS (SELECT 1 FROM session_break known JOIN workstation_outage o ON o.act_uid = known.act_uid
      WHERE known.session_id = OF.session_id AND o.during && OF.during)"""
SEATED = """
    SELECT session.number, station.code, held.what FROM (
      SELECT sitting.session_id, workstation_id, '坐着' AS what,
        tstzrange(entered_at, greatest(coalesce(left_at, upper(turn.during)), entered_at)) AS during
      FROM sitting JOIN turn ON turn.id = sitting.turn_id
      UNION ALL
      SELECT turn.session_id, lot.workstation_id, '抽到', turn.during FROM lot JOIN turn ON turn.id = lot.turn_id
      JOIN booking ON booking.id = lot.booking_id AND booking.state = 'confirmed'
    ) held JOIN workstation_outage outage
      ON outage.workstation_id = held.workstation_id AND outage.during && held.during
    JOIN workstation station ON station.id = held.workstation_id
    JOIN exam_session session ON session.id = held.session_id
    WHERE NOT KNOWN
    ORDER BY 1, 2"""
BOOKED = """
    SELECT session.number, turn.number AS turn, booked.people, works.stations FROM turn
    JOIN exam_session session ON session.id = turn.session_id
    JOIN session_group ON session_group.id = turn.group_id
    CROSS JOIN LATERAL (SELECT count(*) AS people FROM booking WHERE turn_id = turn.id AND state = ANY (:live)) booked
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE NOT is_out) AS stations, coalesce(bool_or(is_out), false) AS lacks FROM (
        SELECT EXISTS (SELECT 1 FROM workstation_outage o
          WHERE o.workstation_id = held.workstation_id AND o.during && turn.during) AS is_out
        FROM session_station held JOIN workstation ON workstation.id = held.workstation_id AND workstation.is_usable
        WHERE held.session_id = turn.session_id AND NOT held.is_released
          AND (cardinality(held.serves) = 0 OR session_group.number = ANY (held.serves))) one) works
    WHERE works.lacks AND booked.people > works.stations
      AND NOT KNOWN
    ORDER BY 1, 2"""


def _known(query: str, what: str) -> str:
    return query.replace("KNOWN", KNOWN.replace("OF.", f"{what}."))


def seated_unknown() -> list[str]:
    return faults(_known(SEATED, "held"), "场次 {number} 有人{what}停用的工位 {code}，没有登记谁知道")


def booked_unknown() -> list[str]:
    words = "场次 {number} 第 {turn} 轮排了 {people} 人，停用后只有 {stations} 个工位，没有登记谁知道"
    return faults(_known(BOOKED, "turn"), words, live=list(LIVE_BOOKING))


INVARIANTS = (
    Invariant("outages-seat-nobody", "停用的工位上没有人不知情地坐着", "5.27", without_clock(seated_unknown)),
    Invariant("outages-are-known", "停用后排多了人的轮次都有人知道", "5.27", without_clock(booked_unknown)),
)
