"""Why the reader's own bodies may not assess now, for pages on which one would go on in vain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from sqlalchemy import Select, select

from examops.accounts import INVITATION_STATES
from examops.core.clock import today
from examops.core.database import among
from examops.core.extensions import clock
from examops.core.queries import records_of
from examops.organisations.credit_code import elsewhere_words
from examops.organisations.filed import FILED, NotFiled, filing_refusal
from examops.organisations.labels import FILTERS as LABELS
from examops.organisations.models import Body
from examops.organisations.openings.labels import FILTERS as OPENINGS
from examops.web.labels import marked


def not_filed_of(role: str) -> list[NotFiled]:
    """Of the bodies this coordinator works for that were filed once and are not now; a new one knows it is not yet."""
    if role != "coordinator":
        return []
    day = today(clock())
    return [one for body in _not_filed_any_more(_own_bodies(role)) if (one := filing_refusal(body, (), day))]


@records_of
def _not_filed_any_more(ids: list[int]) -> Select[Body]:
    left = select(Body).where(among(Body.id, ids), Body.filed_on.is_not(None), Body.state != "filed")
    return left.order_by(Body.id)


def may_announce(role: str) -> bool:
    """Whether one of the bodies this coordinator works for is filed now, so that a batch is the next step."""
    if role != "coordinator":
        return True
    return bool(_filed_among(_own_bodies(role)))


@records_of
def _filed_among(ids: list[int]) -> Select[int]:
    return select(Body.id).where(among(Body.id, ids), Body.state == FILED).limit(1)


def _own_bodies(role: str) -> list[int]:
    return sorted({grant.body_id for grant in g.grants if grant.role == role and grant.body_id})


FILTERS: dict[str, Callable[..., Any]] = {
    **LABELS,
    "invitation_state": marked(INVITATION_STATES),
    "bodies_not_filed": not_filed_of,
    "may_announce": may_announce,
    "registered_elsewhere": elsewhere_words,
    **OPENINGS,
}
