"""Who looked at the people of a roster, for the audit trail."""

from __future__ import annotations

from examops.accounts import current_actor
from examops.audit import record_access
from examops.core.extensions import clock
from examops.registration.models import Roster
from examops.registration.tags import Tag


def record_view(roster: Roster) -> None:
    """In the transaction of the page, which then needs no second one."""
    record_access(Tag.ROSTER_VIEWED, current_actor(), roster, clock=clock(), words=roster.name)
