"""The page of timed work: each job with its last outcome and next due time, and the ledger behind it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from examops.accounts import REGULATORS, current_actor, guarded, needs, roles_only
from examops.core.extensions import clock, registry
from examops.core.language import _
from examops.core.ledger import JobRun
from examops.core.queries import records_of
from examops.core.reading import read_records
from examops.core.transaction import transaction
from examops.ops import overdue_words_now
from scheduler.failures import failed_jobs, try_again
from scheduler.overview import STATES, overview
from scheduler.queue_state import queue_state
from scheduler.table import spec_named, timetable
from scheduler.tasks import registered_tasks

bp = guarded(
    Blueprint("timed_work", __name__, url_prefix="/timed-work"),
    roles_only("operator", *REGULATORS),
)
PAGE = 50
WINDOW_DAYS = 90


@bp.get("/")
def index() -> ResponseReturnValue:
    named = spec_named(request.args.get("job", ""))
    job, state = named.name if named else "", request.args.get("state", "")
    since = clock().now() - timedelta(days=WINDOW_DAYS)
    before = request.args.get("before", type=int)
    rows = read_records(ledger_query(since, job, state, before)) if job or state or before else _newest(since)
    lines = overview(timetable(), registered_tasks(registry()), clock().now())
    return render_template(
        "scheduler/timed_work.html",
        lines=lines,
        rows=rows[:PAGE],
        words=STATES,
        job=job,
        state=state,
        why={spec.name: spec.why for spec in timetable()},
        following=rows[PAGE - 1].id if len(rows) > PAGE else None,
        queue=queue_state(),
        overdue=overdue_words_now(clock().now()),
        failed=failed_jobs(),
        may_retry=any(grant.role == "operator" for grant in g.grants),
        troubled=sum(1 for line in lines if line.state in ("late", "failed", "unregistered")),
    )


@bp.post("/retry")
@needs("operator")
def retry() -> ResponseReturnValue:
    """Queue one failed job again; a second press changes nothing."""
    number = request.form.get("job", 0, type=int)
    with transaction():
        is_queued = try_again(number, actor=current_actor(), clock=clock())
    flash(_("已重新排入队列") if is_queued else _("这个任务已在排队、进行中或已完成，没有再排"))
    return redirect(url_for("timed_work.index"))


@records_of
def _newest(since: datetime) -> Select[JobRun]:
    return ledger_query(since, "", "", None)


def ledger_query(since: datetime, job: str, state: str, before: int | None) -> Select[JobRun]:
    """One row more than a page, newest first; jobs of every few seconds that found nothing to do are left out."""
    query = select(JobRun).where(JobRun.due_at >= since).order_by(JobRun.id.desc()).limit(PAGE + 1)
    query = query.where(JobRun.job == job) if job else query
    if state:
        query = query.where(JobRun.state == state)
    elif not job:
        query = query.where((JobRun.state != "done") | (JobRun.result != ""))
    return query.where(JobRun.id < before) if before else query
