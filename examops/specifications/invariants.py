"""What must always be true of specifications, work plans, and verdicts that rest on them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text

from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.faults import without_clock
from examops.specifications.content import hash_of
from examops.specifications.models import Specification, WorkPlan

# Not one of its own body, occupation and level; not filed; not in force when it was taken; other lines than it has.
WITHOUT_VERSION = text(
    """
    SELECT v.uid FROM verdict v
    CROSS JOIN LATERAL (SELECT v.inputs #> '{context,specification}' AS told) t
    WHERE jsonb_typeof(t.told) = 'object' AND NOT EXISTS (
      SELECT 1 FROM specification s
      WHERE s.uid = (t.told ->> 'uid')::uuid AND s.body_id = v.body_id AND s.occupation_code = v.occupation_code
        AND s.state = 'filed' AND s.hash = t.told ->> 'hash' AND s.version = (t.told ->> 'version')::bigint
        AND s.valid @> (t.told ->> 'chosen_at')::timestamptz
        AND s.levels #> ARRAY[v.level, 'conditions'] = t.told -> 'lines'
    )
    ORDER BY v.id
    """
)
OTHER_THAN_APPLIED_FOR = text(
    """
    SELECT a.number FROM application a
    JOIN verdict v ON v.id = a.verdict_id
    LEFT JOIN specification s ON s.id = a.specification_id
    WHERE (v.inputs #>> '{context,specification,uid}') IS DISTINCT FROM s.uid::text
    ORDER BY a.id
    """
)


UNLIKE_VERSIONS = text(
    """
    SELECT s.uid FROM specification s
    FULL JOIN published_specification p ON p.specification_id = s.id
    WHERE p.id IS NULL AND s.state = 'filed' AND s.kind IN ('industry', 'enterprise') AND s.document_id IS NOT NULL
      OR p.id IS NOT NULL AND (s.state <> 'filed' OR p.valid <> s.valid OR p.body_id <> s.body_id
        OR p.occupation_code <> s.occupation_code OR p.name <> s.name OR p.version <> s.version)
    ORDER BY s.id
    """
)


def verdicts_without_a_version() -> list[str]:
    """A verdict by a specification that was not filed, or not in force when the batch took it."""
    return [
        f"审核结论 {uid} 所依据的评价规范当时没有备案、不在有效期，或内容不同"
        for uid in db.session.execute(WITHOUT_VERSION).scalars()
    ]


def applications_judged_by_another() -> list[str]:
    return [
        f"报名 {number} 的审核结论所依据的标准与报名所记不同"
        for number in db.session.execute(OTHER_THAN_APPLIED_FOR).scalars()
    ]


def versions_that_changed() -> list[str]:
    """Handed in or filed, and no longer what its hash says."""
    rows: list[Specification | WorkPlan] = []
    table: Any
    for table in (Specification, WorkPlan):
        rows += db.session.execute(select(table).where(table.state != "draft").order_by(table.id)).scalars()
    return [f"{type(row).__tablename__} {row.uid} 的内容与交出时不同" for row in rows if hash_of(row) != row.hash]


def bodies_with_two_versions() -> list[str]:
    """Two in force at once; the database's exclusion says the same."""
    query = select(Specification.body_id, Specification.occupation_code).where(func.upper_inf(Specification.valid))
    twice = query.group_by(Specification.body_id, Specification.occupation_code).having(func.count() > 1)
    return [f"机构 {row[0]} 的 {row[1]} 同时有两版评价规范有效" for row in db.session.execute(twice)]


def publications_unlike_versions() -> list[str]:
    """A filed version whose document is not public, or a public one of another time, name or version, or of a draft."""
    found = db.session.execute(UNLIKE_VERSIONS).scalars()
    return [f"评价规范 {uid} 与公开的文本不一致" for uid in found]


INVARIANTS = (
    Invariant(
        "verdicts-by-a-filed-version",
        "按评价规范作出的审核结论，所依据的版本已备案并在取用时有效",
        "5.31",
        without_clock(verdicts_without_a_version),
    ),
    Invariant(
        "applications-judged-by-their-standard",
        "报名所记的标准就是审核结论所依据的",
        "5.31",
        without_clock(applications_judged_by_another),
    ),
    Invariant("filed-versions-unchanged", "交出和备案的版本没有变过", "5.31", without_clock(versions_that_changed)),
    Invariant(
        "published-specifications-are-filed",
        "公开的评价规范文本就是已备案的各版，期限相同",
        "5.31",
        without_clock(publications_unlike_versions),
    ),
    Invariant(
        "one-version-in-force", "一个职业同时只有一版评价规范有效", "5.31", without_clock(bodies_with_two_versions)
    ),
)
