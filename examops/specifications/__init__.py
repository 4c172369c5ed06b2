"""评价规范、工作方案、管理办法、收费标准: what a body assesses by, in versions that are filed or published."""

from examops.core.domain import Domain
from examops.specifications.content import AnyVersion, faults_of
from examops.specifications.editing import (
    begin_plan,
    begin_specification,
    plan_by_uid,
    save_level,
    save_line,
    specification_by_uid,
)
from examops.specifications.force import in_force_for, plan_in_force, specifications_by_id, specified
from examops.specifications.handing_in import (
    drafts_of,
    give_back,
    hand_in,
    hold,
    make_valid,
    must_be_complete,
    name_in_directory,
    put_with,
    title,
    versions_with,
)
from examops.specifications.models import Specification, WorkPlan
from examops.specifications.refusals import SPECIFICATION_CLAUSE, DocumentUnread

__all__ = [
    "DOMAIN",
    "SPECIFICATION_CLAUSE",
    "AnyVersion",
    "DocumentUnread",
    "Specification",
    "WorkPlan",
    "begin_plan",
    "begin_specification",
    "drafts_of",
    "faults_of",
    "give_back",
    "hand_in",
    "hold",
    "in_force_for",
    "make_valid",
    "must_be_complete",
    "name_in_directory",
    "plan_by_uid",
    "plan_in_force",
    "put_with",
    "save_level",
    "save_line",
    "specification_by_uid",
    "specifications_by_id",
    "specified",
    "title",
    "versions_with",
]

DOMAIN = Domain(
    "examops.specifications",
    models=("models",),
    pages=("pages:bp",),
    apis=("api_writes:bp",),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
)
