"""The tray of a roster that a worker examines or saves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from examops.core.language import _
from examops.registration.models import Roster


def progress(roster: Roster, now: datetime) -> dict[str, Any]:
    """The tray: percent, done and all, rate, time left, result."""
    all_, done = roster.row_count, roster.done_count
    spent = (now - roster.started_at).total_seconds() if roster.started_at else 0.0
    rate = done / spent if spent > 0.5 and done else 0.0
    left = (all_ - done) / rate if rate else 0.0
    finished = roster.state not in ("examining", "saving")
    return {
        "verb": _("保存") if roster.state in ("saving", "saved") else _("核对"),
        "name": roster.name,
        "percent": 100.0 if finished else (100 * done / all_ if all_ else 0.0),
        "done": f"{done:,}",
        "total": _("{count:,} 行", count=all_),
        "rate": _("每秒 {rate:,.0f} 行", rate=rate) if rate else "",
        "left": _("还需 {left:,.0f} 秒", left=left) if left and not finished else "",
        "finish_at": "",
        "finished": finished,
        "result_words": _("看结果"),
        "reload": True,
        "result_url": url_for("rosters.show", roster_uid=roster.uid) if finished else None,
        "progress_url": url_for("rosters.progress", roster_uid=roster.uid),
        "cancel_url": url_for("rosters.stop", roster_uid=roster.uid) if roster.state == "examining" else None,
    }
