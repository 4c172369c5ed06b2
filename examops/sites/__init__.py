"""Sites, rooms, workstations, cameras, and the devices paired to a site."""

from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_
from examops.sites.coverage import (
    Coverage,
    Place,
    coverage_of,
    end_mark,
    put_mark,
    standing_marks,
    stations_in_room,
)
from examops.sites.device_list import own_sites
from examops.sites.tags import Tag

__all__ = [
    "DOMAIN",
    "Coverage",
    "Place",
    "Tag",
    "coverage_of",
    "end_mark",
    "own_sites",
    "put_mark",
    "standing_marks",
    "stations_in_room",
]

DOMAIN = Domain(
    "examops.sites",
    models=("models",),
    pages=("device_pages:bp",),
    menu=(
        MenuEntry(
            "devices.index",
            N_("设备"),
            "building-factory-2",
            places={"coordinator": 6, "operator": 2, "security": 2},
            pages=("marks.index", "marks.show", "outages.index", "outages.show", "trials.index", "trials.show"),
        ),
    ),
    tag_labels="tags:TAG_LABELS",
)
