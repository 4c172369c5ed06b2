"""考试场次: planning, capacity, bookings, tickets, and the coordinator's overview."""

from examops.accounts import SESSION_READERS
from examops.core.domain import Domain, JobSpec, MenuEntry, SearchField
from examops.core.language import N_
from examops.sessions.declarations.gate import start_refusals as missing_for_start
from examops.sessions.impartial import must_be_impartial
from examops.sessions.refusals import PlanConflict
from examops.sessions.states import BOOKING_TRANSITIONS, LIVE_BOOKING, TAKES_A_PLACE, BookingState, SessionState
from examops.sessions.tags import Tag
from examops.sessions.timed import begin_session
from examops.sessions.transitions import cancel_by_decision, move_session
from examops.sessions.turn_locks import lock_turns

__all__ = [
    "BOOKING_TRANSITIONS",
    "DOMAIN",
    "LIVE_BOOKING",
    "TAKES_A_PLACE",
    "BookingState",
    "PlanConflict",
    "SessionState",
    "Tag",
    "begin_session",
    "cancel_by_decision",
    "lock_turns",
    "missing_for_start",
    "move_session",
    "must_be_impartial",
]

DOMAIN = Domain(
    "examops.sessions",
    models=("models", "checks.models", "lots.models"),
    pages=("pages:bp", "overview.search_routes:bp", "booking.ticket_routes:bp", "city_pages:bp", "own_city_pages:bp"),
    apis=("replacing.api:bp",),
    menu=(
        MenuEntry("sessions.home", N_("本周"), "calendar-week", places={"coordinator": 1}),
        MenuEntry(
            "sessions.index",
            N_("场次"),
            "calendar-event",
            places={
                "coordinator": 4,
                "internal_supervisor": 2,
                "supervisor": 2,
                "city_bureau": 1,
                "city_centre": 1,
                "district_bureau": 1,
                "district_centre": 1,
            },
            pages=(
                "batches.index",
                "staff.index",
                "staff.show",
                "staff.new",
                "staff.choose",
                "city_people.index",
                "city_people.show",
                "my_city.index",
                "account_admin.index",
                "account_admin.show",
                "account_person.show",
            ),
        ),
    ),
    search=SearchField("search.results", SESSION_READERS),
    filters="waiting:FILTERS",
    tag_labels="tags:TAG_LABELS",
    keyed="keyed:STORES",
    detail_words="labels:DETAIL_WORDS",
    invariants="invariants:INVARIANTS",
    tasks=("jobs",),
    timed_jobs=(
        JobSpec(
            "close-bookings",
            "sessions.close_bookings",
            "* * * * *",
            5,
            "once",
            N_("到截止时间的场次名单定稿"),
        ),
        JobSpec(
            "begin-and-finish",
            "sessions.begin_and_finish",
            "* * * * *",
            5,
            "once",
            N_("签到台开放、考评组到岗时开考，结束后收场"),
        ),
        JobSpec(
            "release-holds", "sessions.release_holds", "* * * * *", 10, "once", N_("保留到期未确认的位子放开给候补")
        ),
        JobSpec(
            "propose-no-shows",
            "sessions.propose_no_shows",
            "* * * * *",
            10,
            "once",
            N_("过了迟到时限仍未到的考生列为拟缺考，由考务确认"),
        ),
        JobSpec(
            "tell-of-catalogue-changes",
            "sessions.tell_of_catalogue_changes",
            "*/10 * * * *",
            60,
            "once",
            N_("市里改定职业目录的取值，通知有批次或场次受影响的机构"),
        ),
        JobSpec(
            "recount-capacity",
            "sessions.recount_capacity",
            "40 2 * * *",
            240,
            "once",
            N_("每夜按证件、请假和停用重算还没开考的场次的容量，排多了的提醒机构"),
        ),
    ),
)
