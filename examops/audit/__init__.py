"""Who did what; recorded in the business transaction, sealed in batches, anchored outside the database."""

from examops.audit.access import record_access
from examops.audit.anchors import write_anchor
from examops.audit.heads import PublicHead, head_between
from examops.audit.record import ENTRY, entry_parameters, record
from examops.audit.rows import ENTRY_COLUMNS, new_entry
from examops.audit.sealing import oldest_unsealed_seconds, seal_entries
from examops.core.domain import Domain, JobSpec
from examops.core.language import N_

__all__ = [
    "DOMAIN",
    "ENTRY",
    "ENTRY_COLUMNS",
    "PublicHead",
    "entry_parameters",
    "head_between",
    "new_entry",
    "oldest_unsealed_seconds",
    "record",
    "record_access",
    "seal_entries",
    "write_anchor",
]


DOMAIN = Domain(
    "examops.audit",
    models=("models",),
    invariants="invariants:INVARIANTS",
    tag_labels="tags:TAG_LABELS",
    tasks=("jobs",),
    timed_jobs=(
        JobSpec("seal-audit-log", "audit.seal", "*/5 * * * * *", 1, "once", N_("操作记录成批链封，改动可被发现")),
        JobSpec("anchor-audit-log", "audit.anchor", "7 * * * *", 60, "once", N_("操作记录的末尾每小时在存储里留底")),
    ),
)
