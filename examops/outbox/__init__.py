"""发件箱：every notice that leaves the product, in one table, written in the transaction of what happened.

``post(Notice(...))`` and nothing else: whether it goes out, and when, is this domain's. See docs/operations.md, 15.
"""

from examops.core.domain import Domain, JobSpec, MenuEntry
from examops.core.language import N_
from examops.outbox.labels import CHANNELS, STATES, mask_recipient
from examops.outbox.posting import Notice, address_digest, post

__all__ = ["CHANNEL_WORDS", "DOMAIN", "STATE_WORDS", "Notice", "address_digest", "mask_recipient", "post"]
CHANNEL_WORDS = CHANNELS
STATE_WORDS = {state: word for state, (_mark, word) in STATES.items()}

DOMAIN = Domain(
    "examops.outbox",
    models=("models",),
    pages=("pages:bp",),
    menu=(MenuEntry("notices.index", N_("通知"), "bell", places={"operator": 2}),),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
    tasks=("jobs",),
    timed_jobs=(
        JobSpec(
            "send-notices", "outbox.deliver", "*/20 * * * * *", 5, "skip", N_("发出等着的通知，发不出的隔一会再试")
        ),
        JobSpec("purge-notices", "outbox.purge", "50 3 * * *", 120, "once", N_("清理 90 天前已发出的通知")),
    ),
)
