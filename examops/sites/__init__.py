"""Sites, rooms, workstations, cameras, and the devices paired to a site."""

from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_

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
        ),
    ),
    tag_labels="tags:TAG_LABELS",
)
