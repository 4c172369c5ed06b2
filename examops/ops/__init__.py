"""Running an installation: checks, health, setup, migrations, the page of the log."""

from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_
from examops.ops.migrate import make_buckets, upgrade_database
from examops.ops.overdue import overdue_words_now
from examops.ops.probes import QUEUE

__all__ = ["DOMAIN", "QUEUE", "make_buckets", "overdue_words_now", "upgrade_database"]

DOMAIN = Domain(
    "examops.ops",
    pages=("audit_page:bp", "health:bp"),
    menu=(
        MenuEntry(
            "audit.index",
            N_("操作记录"),
            "history",
            places={
                "coordinator": 7,
                "supervisor": 5,
                "operator": 4,
                "security": 3,
                "city_bureau": 5,
                "city_centre": 5,
                "district_bureau": 5,
                "district_centre": 5,
            },
            pages=("timed_work.index",),
        ),
    ),
    tag_labels="tags:TAG_LABELS",
    invariants="invariants:INVARIANTS",
)
