"""The page of the log: newest first, keyset paging, filters in the address, bounded in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from examops.accounts.guard import guarded, roles_only
from examops.accounts.roles import REGULATORS
from examops.audit.models import AuditEntry
from examops.audit.sealing import oldest_unsealed_seconds
from examops.audit.wording import TAG_WORDS
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.language import _, from_line

READERS = ("coordinator", "supervisor", "operator", "security", *REGULATORS)
bp = guarded(Blueprint("audit", __name__, url_prefix="/audit", template_folder="templates"), roles_only(*READERS))
PAGE = 50
WINDOW_DAYS = 90


@dataclass(frozen=True)
class Entry:
    """An entry as shown: what is not a person's name or words is in the reader's language."""

    at: datetime
    tag: str
    actor_kind: str
    actor_name: str
    subject_words: str
    payload: dict[str, Any]
    seal_number: int | None

    @classmethod
    def of(cls, row: AuditEntry) -> Entry:
        actor = _(row.actor_name) if row.actor_kind in ("system", "candidate") else row.actor_name
        subject = str(from_line(row.subject_words))
        return cls(row.at, row.tag, row.actor_kind, actor, subject, row.payload, row.seal_number)


@bp.get("/")
def index() -> ResponseReturnValue:
    since = clock().now() - timedelta(days=WINDOW_DAYS)
    query = select(AuditEntry).where(AuditEntry.at >= since).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    before, tag = request.args.get("before", type=int), request.args.get("tag", "")
    if before:
        query = query.where(AuditEntry.id < before)
    if tag in TAG_WORDS:
        query = query.where(AuditEntry.tag == tag)
    rows = db.session.execute(query).scalars().all()
    following = rows[PAGE - 1].id if len(rows) > PAGE else None
    return render_template(
        "ops/audit.html", rows=[Entry.of(row) for row in rows[:PAGE]], following=following, words=TAG_WORDS, tag=tag,
        window_days=WINDOW_DAYS, unsealed_seconds=oldest_unsealed_seconds(clock()),
    )  # fmt: skip
