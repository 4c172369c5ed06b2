"""The desk at the door: scans, lots, sittings."""

from examops.checkin.scanning import Reading, scan
from examops.checkin.sittings import hand_in
from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_

__all__ = ["DOMAIN", "Reading", "hand_in", "scan"]

DOMAIN = Domain(
    "examops.checkin",
    models=("models",),
    pages=("people_routes:bp", "handover:bp", "desk_app:bp", "tablets:bp"),
    device_apis=("api:bp",),
    menu=(
        MenuEntry(
            "checkin.desks",
            N_("签到台"),
            "device-tablet",
            places={"coordinator": 5, "examiner": 1, "proctor": 1, "internal_supervisor": 1},
        ),
    ),
    tag_labels="tags:TAG_LABELS",
)
