"""Other names that bodies said to be themselves, as pages of other parts show them to whoever oversees the bodies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, select

from examops.core.database import db
from examops.organisations.models import Body
from examops.registration.models import EmployerName

MOST = 200


def answered_query(body_ids: Sequence[int]) -> Select[EmployerName]:
    """Names that count as the body first, then those that do not; each by the day of the answer, the newest first."""
    query = select(EmployerName).where(EmployerName.body_id.in_(body_ids))
    return query.order_by(EmployerName.is_own.desc(), EmployerName.decided_on.desc(), EmployerName.id).limit(MOST)


def employer_answers(bodies: Sequence[Body]) -> Sequence[EmployerName]:
    if not bodies:
        return ()
    return db.session.execute(answered_query([body.id for body in bodies])).scalars().all()


FILTERS: dict[str, Callable[..., Any]] = {"employer_answers": employer_answers}
