"""备案: a body asks to be filed, the district reviews, the city decides."""

from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_
from examops.filings.acting import Act, act
from examops.filings.documents import mark_read, receive
from examops.filings.editing import Entry, add_occupation, begin, save_step
from examops.filings.gathering import Dossier, dossier
from examops.filings.rulings import Ruling, look_up, rule_on
from examops.filings.states import FilingState
from examops.filings.steps import DOCUMENTS

__all__ = [
    "DOCUMENTS",
    "DOMAIN",
    "Act",
    "Dossier",
    "Entry",
    "FilingState",
    "Ruling",
    "act",
    "add_occupation",
    "begin",
    "dossier",
    "look_up",
    "mark_read",
    "receive",
    "rule_on",
    "save_step",
]

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
            pages=("entities.index", "entities.show"),
        ),
    ),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
)
