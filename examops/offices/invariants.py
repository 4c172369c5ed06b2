"""Deputies: one at a time, nobody for themselves, no chain."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.faults import without_clock
from examops.offices.models import Deputy


def chains() -> list[str]:
    """Two of one office that stand at the same time: one person in both, other than one deputy of two people."""
    other = aliased(Deputy)
    twice = or_(Deputy.for_id == other.for_id, Deputy.officer_id == other.for_id)
    same = and_(Deputy.role == other.role, Deputy.district.is_not_distinct_from(other.district))
    query = (
        select(Deputy.uid)
        .join(other, and_(Deputy.id != other.id, twice, same, Deputy.during.overlaps(other.during)))
        .where(Deputy.revoked_at.is_(None), other.revoked_at.is_(None))
        .distinct()
    )
    own = select(Deputy.uid).where(Deputy.officer_id == Deputy.for_id)
    found = [*db.session.execute(query).scalars(), *db.session.execute(own).scalars()]
    return [f"代理 {uid} 与另一项重叠，或又由别人代" for uid in found]


INVARIANTS = (Invariant("deputies-act-for-one-at-a-time", "代理不重叠、不转托", "5.30", without_clock(chains)),)
