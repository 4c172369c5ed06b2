"""考生: everything a body knows about one person, over all domains that know a part of it."""

from examops.core.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    "examops.candidates",
    pages=("routes:bp", "withdrawing_pages:bp"),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
)
