"""Everybody on duty: who they are whatever the body, their qualifications and recusal relations."""

from examops.core.domain import Domain
from examops.staff.labels import RELATIONS
from examops.staff.persons import busy_staff

__all__ = ["DOMAIN", "RELATIONS", "busy_staff"]

DOMAIN = Domain(
    "examops.staff",
    models=("models",),
    pages=("pages:bp",),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
)
