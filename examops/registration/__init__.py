"""报名: batches, rosters on their way in, applications."""

from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_
from examops.registration.states import LIVE_APPLICATION, SPECIFIED_VALUES, ApplicationState

__all__ = ["DOMAIN", "LIVE_APPLICATION", "SPECIFIED_VALUES", "ApplicationState"]

SPECIFICATIONS = ("specifications.index", "specifications.show", "specifications.plan")

DOMAIN = Domain(
    "examops.registration",
    models=("models",),
    pages=("batches.routes:bp", "rosters.routes:bp", "rosters.photo_routes:bp"),
    menu=(
        MenuEntry(
            "batches.index",
            N_("批次"),
            "stack-2",
            places={"coordinator": 2},
            pages=(
                *("filings.index", "filings.show", "filings.step", "filings.letter", "filings.rules", "filings.listed"),
                *(
                    "filings.changed",
                    "filings.print_view",
                    "filings.receipt",
                    *("exits.index", "offices.contact"),  # what an office decides of the body, and whom it writes to
                    "withdrawals.show",
                    "withdrawals.withdraw",
                    *SPECIFICATIONS,
                ),
            ),
        ),
        MenuEntry(
            "rosters.index",
            N_("名单"),
            "list-check",
            places={"coordinator": 3},
            pages=("candidates.show", "roster_photos.show"),
        ),
    ),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    keyed="keyed:STORES",
    tasks=("jobs",),
)
