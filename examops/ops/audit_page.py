"""The page of the log: newest first, keyset paging, filters in the address, bounded in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from examops.accounts import REGULATORS, guarded, roles_only
from examops.audit import oldest_unsealed_seconds
from examops.audit.models import AuditEntry
from examops.core.extensions import clock, registry
from examops.core.language import _
from examops.core.paging import key_of, newest_first, of_own_body, page_and_next
from examops.core.queries import records_of
from examops.core.reading import read_records
from examops.ops.audit_details import details, subject

READERS = ("coordinator", "supervisor", "operator", "security", *REGULATORS)
bp = guarded(Blueprint("audit", __name__, url_prefix="/audit"), roles_only(*READERS))
PAGE = 50
WINDOW_DAYS = 90


@dataclass(frozen=True)
class LogLine:
    """An entry as shown: what is not a person's name or words is in the reader's language."""

    at: datetime
    tag: str
    actor_kind: str
    actor_name: str
    subject_words: str
    details: list[str]
    seal_number: int | None

    @classmethod
    def of(cls, row: AuditEntry) -> LogLine:
        actor = _(row.actor_name) if row.actor_kind in ("system", "candidate") else row.actor_name
        about = subject(row.tag, row.subject_words)
        return cls(row.at, row.tag, row.actor_kind, actor, about, details(row.tag, row.payload), row.seal_number)


@bp.get("/")
def index() -> ResponseReturnValue:
    tag = request.args.get("tag", "")
    before, since = request.args.get("before"), clock().now() - timedelta(days=WINDOW_DAYS)
    found = read_records(entries_query(since, tag, before)) if tag or before else _newest(since)
    rows, last = page_and_next(found, PAGE)
    older = url_for("audit.index", before=key_of(last.at, last.id), tag=tag or None) if last else None
    return render_template(
        "ops/audit.html",
        rows=[LogLine.of(row) for row in rows],
        older=older,
        words=registry().tag_labels(),
        tag=tag,
        window_days=WINDOW_DAYS,
        unsealed_seconds=oldest_unsealed_seconds(clock()),
    )


@records_of
def _newest(since: datetime) -> Select[AuditEntry]:
    return entries_query(since, "", None)


def entries_query(since: datetime, tag: str, before: str | None) -> Select[Any]:
    query = of_own_body(select(AuditEntry).where(AuditEntry.at >= since), AuditEntry.body_id)
    query = query.where(AuditEntry.tag == tag) if tag in registry().tag_labels() else query
    return newest_first(query, AuditEntry.at, AuditEntry.id, before, PAGE)
