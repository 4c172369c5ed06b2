"""``python -m tests.e2e.exam_day.machine worker|scheduler FILE``: the product's own processes, on the walk's clock."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from config.settings import load
from examops.app.domains import registry
from examops.app.factory import create_app
from scheduler.clockwork import Clockwork, run_until_stopped
from scheduler.tasks import registered_tasks
from scheduler.worker import WorkerOptions, run_worker
from tests.e2e.exam_day.clock import MovedClock


def main(part: str, file: str) -> int:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    settings, clock = load(os.environ), MovedClock(Path(file))
    app = create_app(settings, kind="job", clock=clock)
    registered_tasks(registry())
    if part == "worker":
        return run_worker(app, settings, WorkerOptions(poll_s=0.3))
    run_until_stopped(Clockwork(app, registry().timed_jobs(), clock))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
