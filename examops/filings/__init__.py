"""备案: a body asks to be filed, the district reviews, the city decides."""

from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_
from examops.filings.states import FilingState

__all__ = ["DOMAIN", "FilingState"]

DOMAIN = Domain(
    "examops.filings",
    models=("models",),
    pages=("pages:bp",),
    menu=(
        MenuEntry(
            "filings.index",
            N_("备案"),
            "clipboard-check",
            places={"city_bureau": 2, "city_centre": 2, "district_bureau": 2, "district_centre": 2},
            pages=("entities.index", "entities.show", "sites.index", "sites.show", "sites.room"),
        ),
    ),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
)
