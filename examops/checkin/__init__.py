"""The desk at the door: scans, lots, sittings."""

from examops.checkin.duties import duties_of, sign_in_duty
from examops.checkin.frames import are_shown as scan_frames_are_shown
from examops.checkin.frames import frames_of as scan_frames_of
from examops.checkin.scanning import Reading, scan
from examops.checkin.sittings import hand_in
from examops.core.domain import Domain, JobSpec, MenuEntry
from examops.core.language import N_

__all__ = [
    "DOMAIN",
    "Reading",
    "duties_of",
    "hand_in",
    "scan",
    "scan_frames_are_shown",
    "scan_frames_of",
    "sign_in_duty",
]

DOMAIN = Domain(
    "examops.checkin",
    models=("models",),
    pages=(
        "people_routes:bp",
        "handover:bp",
        "desk_app:bp",
        "duty_routes:bp",
        "lot_routes:bp",
        "tablets:bp",
        "outage_pages:bp",
    ),
    apis=("outage_api:bp",),
    device_apis=("api:bp",),
    menu=(
        MenuEntry(
            "checkin.desks",
            N_("签到台"),
            "device-tablet",
            places={"coordinator": 5, "examiner": 1, "proctor": 1, "internal_supervisor": 1},
            pages=("availability.index", "duties.index"),
        ),
    ),
    filters="waiting:FILTERS",
    tag_labels="tags:TAG_LABELS",
    keyed="keyed:STORES",
    tasks=("jobs",),
    timed_jobs=(JobSpec("draw-lots", "checkin.draw_lots", "* * * * *", 5, "once", N_("轮次开门时抽签排工位")),),
)
