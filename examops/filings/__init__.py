"""备案: a body asks to be filed, the district reviews, the city decides."""

from examops.core.domain import Domain, JobSpec, MenuEntry
from examops.core.language import N_
from examops.filings.acting import Act, act
from examops.filings.clocks import counted_anew, due_after, left_until, unsettled_year
from examops.filings.current import current_dossiers
from examops.filings.documents import mark_read, receive
from examops.filings.editing import Entry, add_occupation, begin, save_step
from examops.filings.ending import end_on_top, ended_with, hold_on_top
from examops.filings.gathering import Dossier, Obstacles, dossier, lines_of
from examops.filings.lists.intake import mark_list_read, put_in_force
from examops.filings.rulings import Ruling, look_up, rule_on
from examops.filings.shown import ShownLine, shown
from examops.filings.states import OPEN_STATES, FilingState
from examops.filings.steps import DOCUMENTS
from examops.filings.telling import recipients_at, save_contact
from examops.filings.versions import attach

__all__ = [
    "DOCUMENTS",
    "DOMAIN",
    "OPEN_STATES",
    "Act",
    "Dossier",
    "Entry",
    "FilingState",
    "Obstacles",
    "Ruling",
    "ShownLine",
    "act",
    "add_occupation",
    "attach",
    "begin",
    "counted_anew",
    "current_dossiers",
    "dossier",
    "due_after",
    "end_on_top",
    "ended_with",
    "hold_on_top",
    "left_until",
    "lines_of",
    "look_up",
    "mark_list_read",
    "mark_read",
    "put_in_force",
    "receive",
    "recipients_at",
    "rule_on",
    "save_contact",
    "save_step",
    "shown",
    "unsettled_year",
]

DOMAIN = Domain(
    "examops.filings",
    models=("models", "lists.models", "accepting.models"),
    pages=("pages:bp",),
    apis=("api_writes:bp", "lists.api:bp"),
    menu=(
        MenuEntry(
            "filings.index",
            N_("备案"),
            "clipboard-check",
            # The first of an office's rail, where it lands: what waits for it has a term, sessions have not.
            places={"city_bureau": 1, "city_centre": 1, "district_bureau": 1, "district_centre": 1},
            pages=(
                *("exits.index", "exits.show", "exits.begin", "exits.letter", "exits.findings", "exits.rules"),
                "entities.begin",
                "entities.index",
                "entities.show",
                "offices.contact",
                "offices.deputies",
                "opening_queue.index",
                "opening_queue.show",
                "sites.index",
                "lending.index",
                "sites.room",
                "sites.show",
                "specifications.index",
                "specifications.plan",
                "specifications.show",
            ),
        ),
    ),
    filters="filters:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
    keyed="lists.keyed:STORES",
    tasks=("jobs",),
    timed_jobs=(
        JobSpec(
            "erase-filing-lists",
            "filings.erase_lists",
            "10 4 * * *",
            120,
            "once",
            N_("到期的备案名册只留人数，抹去里面的人"),
        ),
        JobSpec(
            "recount-filing-terms",
            "filings.recount_terms",
            "5 * * * *",
            60,
            "once",
            N_("录入下一年节假日以后，跨到那一年的期限按新的安排重算"),
            at_start=True,
        ),
        JobSpec(
            "watch-filing-clocks",
            "filings.watch_clocks",
            "20 9 * * *",
            120,
            "once",
            N_(
                "备案申报过期没有办的，通知该办的人，再过几个工作日通知负责人；看节假日安排够不够用；升级期间备案而没有公开的评价规范补公开"
            ),
        ),
    ),
)
