"""Rooms, workstations, people on duty and places: never twice, never too many, given back when cancelled."""

from __future__ import annotations

from examops.core.clock import Clock
from examops.core.domain import Invariant
from examops.core.faults import faults, without_clock
from examops.registration import LIVE_APPLICATION
from examops.sessions.outages.invariants import INVARIANTS as OUTAGES
from examops.sessions.states import LIVE_BOOKING, TAKES_A_PLACE

OVER = ("cancelled", "void")

# Rows of one thing sorted by their start: each must begin after all before it have ended.
OVERLAPS = """
    SELECT {thing} AS thing, lower(during) AS begins FROM (
      SELECT {thing}, during, max(upper(during)) OVER (
        PARTITION BY {thing} ORDER BY lower(during), id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS busy_until FROM {table} WHERE {counted}
    ) held WHERE busy_until > lower(during) ORDER BY 1, 2"""


def _overlaps(table: str, thing: str, counted: str, words: str, **values: object) -> list[str]:
    return faults(OVERLAPS.format(table=table, thing=thing, counted=counted), words, **values)


def overlapping_rooms() -> list[str]:
    counted = "state <> ALL (:over)"
    return _overlaps(
        "exam_session", "room_id", counted, "考场 {thing} 在 {begins:%F %R} UTC 有两个场次", over=list(OVER)
    )


def overlapping_workstations() -> list[str]:
    words = "工位 {thing} 在 {begins:%F %R} UTC 被两个场次占用"
    return _overlaps("session_station", "workstation_id", "NOT is_released", words)


def overlapping_duties() -> list[str]:
    words = "考务人员 {thing} 在 {begins:%F %R} UTC 有两处任务"
    return _overlaps("session_duty", "person_id", "NOT is_released", words)


def duties_for_city_and_body() -> list[str]:
    """People of the city who are in two places, or on duty for a body at the same time."""
    query = """
        SELECT c.person_id AS thing, lower(c.during) AS begins FROM city_duty c WHERE NOT c.is_released AND (
          EXISTS (SELECT 1 FROM session_duty d
            WHERE d.person_id = c.person_id AND NOT d.is_released AND d.during && c.during)
          OR EXISTS (SELECT 1 FROM city_duty o
            WHERE o.person_id = c.person_id AND o.id <> c.id AND NOT o.is_released AND o.during && c.during))
        ORDER BY 1, 2"""
    return faults(query, "市里人员 {thing} 在 {begins:%F %R} UTC 有两处任务")


def people_in_two_places() -> list[str]:
    words = "考生 {thing} 在 {begins:%F %R} UTC 有两个位子"
    return _overlaps("booking", "person_id", "state = ANY (:live)", words, live=list(LIVE_BOOKING))


def miscounted_turns() -> list[str]:
    query = """
        SELECT turn.uid, turn.taken, count(booking.id) AS held FROM turn
        LEFT JOIN booking ON booking.turn_id = turn.id AND booking.state = ANY (:taking)
        GROUP BY turn.id HAVING turn.taken <> count(booking.id) ORDER BY turn.id"""
    return faults(query, "轮次 {uid} 记为占 {taken} 个位子，实有 {held} 个", taking=list(TAKES_A_PLACE))


def overfull_turns() -> list[str]:
    query = "SELECT uid, taken, capacity FROM turn WHERE taken > capacity ORDER BY id"
    return faults(query, "轮次 {uid} 占 {taken} 个位子，超过 {capacity} 个")


def held_by_cancelled_sessions() -> list[str]:
    query = """
        SELECT session.number, held.what, count(*) AS many FROM exam_session session JOIN (
          SELECT session_id, '工位' AS what FROM session_station WHERE NOT is_released
          UNION ALL SELECT session_id, '考务人员' FROM session_duty WHERE NOT is_released
          UNION ALL SELECT session_id, '预约' FROM booking WHERE state = ANY (:live)
        ) held ON held.session_id = session.id
        WHERE session.state = ANY (:over) GROUP BY 1, 2 ORDER BY 1, 2"""
    words = "场次 {number} 已取消或作废，仍占着 {many} 个{what}"
    return faults(query, words, live=list(LIVE_BOOKING), over=list(OVER))


def bookings_beside_their_turn() -> list[str]:
    query = """
        SELECT booking.uid FROM booking JOIN turn ON turn.id = booking.turn_id
        WHERE booking.state = ANY (:live) AND (booking.during <> turn.during OR booking.session_id <> turn.session_id)
        ORDER BY booking.id"""
    return faults(query, "预约 {uid} 的时间或场次与轮次不符", live=list(LIVE_BOOKING))


def doubled_applications() -> list[str]:
    query = """
        SELECT min(number) AS first, count(*) AS many FROM application WHERE state = ANY (:live)
        GROUP BY person_id, occupation_code, level HAVING count(*) > 1 ORDER BY 1"""
    return faults(query, "同一人同职业同等级有 {many} 份有效报名（{first} 等）", live=list(LIVE_APPLICATION))


def doubled_bookings() -> list[str]:
    query = """
        SELECT application.number, part, count(*) AS many FROM booking
        JOIN application ON application.id = booking.application_id
        WHERE booking.state = ANY (:live) GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1, 2"""
    return faults(query, "报名 {number} 的 {part} 有 {many} 个有效预约", live=list(LIVE_BOOKING))


FOREIGN = """
    SELECT s.number, r.name AS room FROM exam_session s JOIN room r ON r.id = s.room_id
    WHERE s.state <> ALL (:over) AND r.body_id <> s.body_id AND NOT EXISTS (SELECT 1 FROM site_use u
      WHERE u.site_id = r.site_id AND u.guest_body_id = s.body_id AND u.during @> s.during)
    ORDER BY s.number"""
# Bookings have times of their own: each lies in the time of a use, whatever the session says.
BOOKED_OUTSIDE = """
    SELECT s.number, count(*) AS people FROM booking b JOIN exam_session s ON s.id = b.session_id
    JOIN room r ON r.id = s.room_id
    WHERE b.state = ANY (:live) AND r.body_id <> b.body_id AND NOT EXISTS (SELECT 1 FROM site_use u
      WHERE u.site_id = r.site_id AND u.guest_body_id = b.body_id AND u.during @> b.during)
    GROUP BY s.id ORDER BY s.number"""
WITHOUT_EXAMS = """
    SELECT r.name AS room, count(DISTINCT w.id) AS stations, count(DISTINCT s.id) AS sessions FROM room r
    LEFT JOIN workstation w ON w.room_id = r.id LEFT JOIN exam_session s ON s.room_id = r.id
    WHERE r.kind NOT IN ('paper', 'computer', 'practical', 'review')
    GROUP BY r.id HAVING count(w.id) + count(s.id) + max(r.seats) > 0 ORDER BY r.id"""


def sessions_at_foreign_sites(clock: Clock) -> list[str]:
    return [
        *faults(FOREIGN, "场次 {number} 在 {room}，不是本机构的考点，那段时间也没有借用", over=list(OVER)),
        *faults(BOOKED_OUTSIDE, "场次 {number} 有 {people} 人排在借用期以外", live=list(LIVE_BOOKING)),
        *faults(WITHOUT_EXAMS, "{room} 不是考场，却有 {stations} 个工位、{sessions} 个场次或座位"),
    ]


INVARIANTS = (
    Invariant("own-or-lent-site", "场次在本机构的或借来的考场，别的场所没有工位", "5.26", sessions_at_foreign_sites),
    *OUTAGES,
    Invariant("one-session-per-room", "一个考场同一时间只有一个场次", "5.1", without_clock(overlapping_rooms)),
    Invariant(
        "one-session-per-workstation", "一个工位同一时间只属于一个场次", "5.1", without_clock(overlapping_workstations)
    ),
    Invariant("one-place-per-person-on-duty", "一名考务人员同一时间只在一处", "5.1", without_clock(overlapping_duties)),
    Invariant("one-place-per-city-person", "市里人员同一时间只在一处", "5.1", without_clock(duties_for_city_and_body)),
    Invariant(
        "cancelled-sessions-hold-nothing",
        "取消的场次不再占用工位、人员和位子",
        "5.1",
        without_clock(held_by_cancelled_sessions),
    ),
    Invariant("turns-count-their-bookings", "轮次占用数等于实际占位的预约", "5.2", without_clock(miscounted_turns)),
    Invariant("turns-within-capacity", "轮次占用不超过容量", "5.2", without_clock(overfull_turns)),
    Invariant(
        "bookings-follow-their-turn", "预约的时间和场次与轮次一致", "5.2", without_clock(bookings_beside_their_turn)
    ),
    Invariant("one-place-per-candidate", "一名考生同一时间只有一个位子", "5.3", without_clock(people_in_two_places)),
    Invariant("one-live-application", "同一人同职业同等级只有一份有效报名", "5.3", without_clock(doubled_applications)),
    Invariant(
        "one-live-booking-per-part", "一份报名的每个部分只有一个有效预约", "5.3", without_clock(doubled_bookings)
    ),
)
