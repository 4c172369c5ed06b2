"""Why the reader's own bodies may not assess now, for pages on which one would go on in vain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from sqlalchemy import select

from examops.accounts import INVITATION_STATES
from examops.core.clock import today
from examops.core.extensions import clock
from examops.core.reading import read_records
from examops.organisations.credit_code import elsewhere_words
from examops.organisations.filed import NotFiled, filing_refusal
from examops.organisations.labels import FILTERS as LABELS
from examops.organisations.models import Body
from examops.organisations.openings.labels import FILTERS as OPENINGS
from examops.web.labels import marked


def not_filed_of(role: str) -> list[NotFiled]:
    """Of the bodies this coordinator works for that were filed once and are not now; a new one knows it is not yet."""
    if role != "coordinator":
        return []
    ids = {grant.body_id for grant in g.grants if grant.role == role and grant.body_id}
    query = select(Body).where(Body.id.in_(ids), Body.filed_on.is_not(None), Body.state != "filed").order_by(Body.id)
    day = today(clock())
    return [one for body in read_records(query) if (one := filing_refusal(body, (), day))]


FILTERS: dict[str, Callable[..., Any]] = {
    **LABELS,
    "invitation_state": marked(INVITATION_STATES),
    "bodies_not_filed": not_filed_of,
    "registered_elsewhere": elsewhere_words,
    **OPENINGS,
}
