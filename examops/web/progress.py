"""The tray of a long task that a worker does: how far it has come, how fast, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from examops.core.language import _


class ProgressSchema(Schema):
    """The tray of a long task; words are ready to be shown."""

    verb = fields.Str(required=True)
    name = fields.Str(required=True)
    percent = fields.Float(required=True)
    done = fields.Str(required=True)
    total = fields.Str(required=True)
    rate = fields.Str(required=True)
    left = fields.Str(required=True)
    finish_at = fields.Str(required=True)
    finished = fields.Bool(required=True)
    result_words = fields.Str(required=True)
    reload = fields.Bool(required=True, metadata={"description": "The page shows more once it is finished"})
    result_url = fields.Str(required=True, allow_none=True)
    progress_url = fields.Str(required=True)
    cancel_url = fields.Str(required=True, allow_none=True)


@dataclass(frozen=True)
class LongWork:
    """``verb`` and ``name`` say what is done to what; ``done`` of ``total`` rows are."""

    verb: str
    name: str
    done: int
    total: int
    started_at: datetime | None
    is_finished: bool


def tray(
    work: LongWork, now: datetime, *, result_url: str, progress_url: str, cancel_url: str | None
) -> dict[str, Any]:
    """As :class:`ProgressSchema` and the macro ``tray`` have it: percent, done and all, rate, time left, result."""
    all_, done, finished = work.total, work.done, work.is_finished
    spent = (now - work.started_at).total_seconds() if work.started_at else 0.0
    rate = done / spent if spent > 0.5 and done else 0.0
    left = (all_ - done) / rate if rate else 0.0
    return {
        "verb": work.verb,
        "name": work.name,
        "percent": 100.0 if finished else (100 * done / all_ if all_ else 0.0),
        "done": f"{done:,}",
        "total": _("{count:,} 行", count=all_),
        "rate": _("每秒 {rate:,.0f} 行", rate=rate) if rate else "",
        "left": _("还需 {left:,.0f} 秒", left=left) if left and not finished else "",
        "finish_at": "",
        "finished": finished,
        "result_words": _("看结果"),
        "reload": True,
        "result_url": result_url if finished else None,
        "progress_url": progress_url,
        "cancel_url": cancel_url,
    }
