"""The tray of a roster that a worker examines or saves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from examops.core.language import _
from examops.registration.models import Roster
from examops.web.progress import LongWork, tray


def progress(roster: Roster, now: datetime) -> dict[str, Any]:
    is_finished = roster.state not in ("examining", "saving")
    verb = _("保存") if roster.state in ("saving", "saved") else _("核对")
    return tray(
        LongWork(verb, roster.name, roster.done_count, roster.row_count, roster.started_at, is_finished),
        now,
        result_url=url_for("rosters.show", roster_uid=roster.uid),
        progress_url=url_for("rosters.progress", roster_uid=roster.uid),
        cancel_url=url_for("rosters.stop", roster_uid=roster.uid) if roster.state == "examining" else None,
    )
