"""Rules and fees that a body publishes itself."""

from examops.specifications.labels import FEE_PARTS, RULE_WORDS
from examops.specifications.publishing.documents import publish_documents, published_specifications
from examops.specifications.publishing.inputs import (
    FEE_ROWS,
    MOST_FEN,
    RuleFormSchema,
    RuleSchema,
    fees_of,
    must_differ,
)
from examops.specifications.publishing.service import (
    Attached,
    fees_in_force,
    filed_levels,
    history_of,
    names_of,
    publish_fees,
    publish_rule,
    rules_in_force,
)

__all__ = [
    "FEE_PARTS",
    "FEE_ROWS",
    "MOST_FEN",
    "RULE_WORDS",
    "Attached",
    "RuleFormSchema",
    "RuleSchema",
    "fees_in_force",
    "fees_of",
    "filed_levels",
    "history_of",
    "must_differ",
    "names_of",
    "publish_documents",
    "publish_fees",
    "publish_rule",
    "published_specifications",
    "rules_in_force",
]
