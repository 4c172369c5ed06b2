"""``python -m scheduler run | worker | list``."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import unicodedata
from dataclasses import replace
from datetime import datetime

from flask import Flask

from config.settings import Settings, SettingsError, load
from examops.app.factory import assert_may_start, assert_read_committed, create_app
from examops.core.clock import SHANGHAI, SystemClock
from examops.core.domain import JobSpec, Registry
from examops.core.extensions import registry
from examops.core.failures import FailureFormatter
from examops.core.garbage import freeze_what_started
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from scheduler.clockwork import Clockwork, queue_at_start, run_until_stopped
from scheduler.overview import STATES, JobLine, overview
from scheduler.tasks import jobs_without_task, registered_tasks
from scheduler.worker import WorkerOptions, run_worker

logger = logging.getLogger("scheduler")
SPARE = 4  # slots of the other lanes, and one for the start


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    # The queue's own lines (two for each job, every 5 s) would bury ours.
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(FailureFormatter("%(asctime)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    for name in ("procrastinate", "apscheduler"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        settings = load(os.environ)
        threads = max(settings.threads, getattr(options, "concurrency", 0) + SPARE)  # a pool as wide as the work
        app = create_app(replace(settings, threads=threads), kind="job")
        assert_may_start(app)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with app.app_context():
        assert_read_committed()
    freeze_what_started()
    return COMMANDS[options.command](app, settings, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scheduler", description="定时任务与队列")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="按时间表把任务放进队列")
    commands.add_parser("list", help="列出定时任务、上次运行与下次时间")
    worker = commands.add_parser("worker", help="执行队列中的任务")
    worker.add_argument(
        "--concurrency", type=int, default=WorkerOptions.concurrency, help="同时执行的任务数（定时和录像任务另有位置）"
    )
    worker.add_argument("--queues", help="只取这些队列，逗号分隔，如 media；不写则全部")
    return parser


def _run(app: Flask, settings: Settings, options: argparse.Namespace) -> int:
    domains = _domains(app)
    missing = _warn_about_missing_tasks(domains)
    table = [spec for spec in domains.timed_jobs() if spec not in missing]
    run_until_stopped(Clockwork(app, table, SystemClock()))
    return 0


def _worker(app: Flask, settings: Settings, options: argparse.Namespace) -> int:
    domains = _domains(app)
    logger.info("the worker knows %d tasks", len(registered_tasks(domains)))
    missing = _warn_about_missing_tasks(domains)
    with app.app_context():
        queue_at_start([spec for spec in domains.timed_jobs() if spec not in missing], SystemClock())
    queues = tuple(options.queues.split(",")) if options.queues else ()
    return run_worker(app, settings, WorkerOptions(concurrency=options.concurrency, queues=queues))


def _domains(app: Flask) -> Registry:
    with app.app_context():
        return registry()


def _warn_about_missing_tasks(domains: Registry) -> list[JobSpec]:
    missing = jobs_without_task(domains)
    for spec in missing:
        logger.warning("timed job %s names task %s, which no module registers: left out", spec.name, spec.task)
    return missing


def _list(app: Flask, settings: Settings, options: argparse.Namespace) -> int:
    now = SystemClock().now()
    with app.app_context(), transaction(SYSTEM):
        lines = overview(registry().timed_jobs(), registered_tasks(registry()), now)
        rows = [("任务", "时间", "上次", "结果", "下次", "状态"), *(_cells(line) for line in lines)]
    widths = [max(_width(row[column]) for row in rows) for column in range(6)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    return 0


def _cells(line: JobLine) -> tuple[str, ...]:
    last = line.newest.due_at if line.newest else None
    result = str(line.ended.result) if line.ended else ""
    return (line.spec.name, line.spec.cron, _moment(last), result[:40], _moment(line.next_due), STATES[line.state][1])


def _moment(value: datetime | None) -> str:
    return f"{value.astimezone(SHANGHAI):%m-%d %H:%M:%S}" if value else "—"


def _width(text: str) -> int:
    """Columns in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


COMMANDS = {"run": _run, "worker": _worker, "list": _list}

if __name__ == "__main__":
    sys.exit(main())
