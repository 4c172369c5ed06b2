"""Words of requests, and how many wait for whoever reads a page of another part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from examops.core.database import db
from examops.core.language import N_
from examops.organisations.openings.models import OpeningRequest
from examops.organisations.openings.states import OPENING_STATES, WAITING
from examops.web.labels import labelled, marked

PARTS = {"waiting": N_("等着办"), "all": N_("全部")}
CHANNEL_WORDS = {"sms": N_("手机短信"), "email": N_("邮件")}


def waiting_count(role: str) -> int:
    """In the reader's scope; the role is that of a filter, every office decides."""
    query = select(func.count()).select_from(OpeningRequest).where(OpeningRequest.state == WAITING)
    return int(db.session.execute(query).scalar_one())


FILTERS: dict[str, Callable[..., Any]] = {
    "opening_state": marked(OPENING_STATES),
    "opening_channel": labelled(CHANNEL_WORDS),
    "openings_waiting": waiting_count,
}
