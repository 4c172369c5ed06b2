"""Sites, rooms, workstations, cameras, and the devices paired to a site."""

from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_
from examops.sites.coverage import (
    SIGHT_UNTIL,
    Coverage,
    Place,
    admitted_now,
    coverage_of,
    end_mark,
    put_mark,
    seen_times,
    standing_marks,
    stations_in_room,
)
from examops.sites.device_list import own_sites
from examops.sites.ground import RoomGround, Station, room_ground
from examops.sites.lending import NotLent, guests_of, lender_of, lent_times, lent_to
from examops.sites.rooms import NoExamRoom
from examops.sites.standing import SiteFinding, SitePapers, newest, papers_of
from examops.sites.station_codes import read_codes, split_code
from examops.sites.tags import Tag

__all__ = [
    "DOMAIN",
    "SIGHT_UNTIL",
    "Coverage",
    "NoExamRoom",
    "NotLent",
    "Place",
    "RoomGround",
    "SiteFinding",
    "SitePapers",
    "Station",
    "Tag",
    "admitted_now",
    "coverage_of",
    "end_mark",
    "guests_of",
    "lender_of",
    "lent_times",
    "lent_to",
    "newest",
    "own_sites",
    "papers_of",
    "put_mark",
    "read_codes",
    "room_ground",
    "seen_times",
    "split_code",
    "standing_marks",
    "stations_in_room",
]

DOMAIN = Domain(
    "examops.sites",
    models=("models", "lending_models"),
    pages=("device_pages:bp", "pages:bp", "agreeing_pages:bp"),
    apis=("api_lending:bp",),
    menu=(
        MenuEntry(
            "devices.index",
            N_("设备"),
            "building-factory-2",
            places={"coordinator": 6, "operator": 2, "security": 2},
            pages=(
                "cameras.index",
                "cameras.new",
                "cameras.show",
                "marks.index",
                "marks.show",
                "outages.index",
                "outages.show",
                "quarantine.index",
                "sites.index",
                "sites.room",
                "sites.show",
                "trials.index",
                "trials.show",
            ),
        ),
    ),
    filters="agreeing:FILTERS",
    tag_labels="tags:TAG_LABELS",
)
