"""Assessment bodies and what they may assess."""

from examops.core.domain import Domain, JobSpec
from examops.core.language import N_
from examops.organisations.bars import EntityBarred, bar_of, bar_refusal, bars_by_code, must_not_be_barred
from examops.organisations.credit_code import doubtful_words, doubts_of, read_credit_code, registered_elsewhere
from examops.organisations.entities import Standing, describe, entities_below, entity_of, former_names, new_body, rename
from examops.organisations.filed import (
    FILED_LEVELS,
    Filing,
    NotFiled,
    OutsideArea,
    area_refusal,
    filing_of,
    filing_refusal,
    must_be_filed,
    refusal_by_filing,
)
from examops.organisations.labels import BODY_KINDS, BODY_STATES, INDUSTRIES, RELATIONS

__all__ = [
    "BODY_KINDS",
    "BODY_STATES",
    "DOMAIN",
    "FILED_LEVELS",
    "INDUSTRIES",
    "RELATIONS",
    "EntityBarred",
    "Filing",
    "NotFiled",
    "OutsideArea",
    "Standing",
    "area_refusal",
    "bar_of",
    "bar_refusal",
    "bars_by_code",
    "describe",
    "doubtful_words",
    "doubts_of",
    "entities_below",
    "entity_of",
    "filing_of",
    "filing_refusal",
    "former_names",
    "must_be_filed",
    "must_not_be_barred",
    "new_body",
    "read_credit_code",
    "refusal_by_filing",
    "registered_elsewhere",
    "rename",
]

DOMAIN = Domain(
    "examops.organisations",
    models=("models", "directory.models", "openings.models"),
    pages=("pages:bp", "openings.public_pages:bp", "openings.office_pages:bp"),
    apis=("openings.api_writes:bp",),
    filters="own:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
    tasks=("jobs",),
    timed_jobs=(
        JobSpec(
            "erase-openings",
            "organisations.erase_openings",
            "25 * * * *",
            120,
            "once",
            N_("删除没有验证的和早已办结的开户申请，连同证照文件"),
        ),
    ),
)
