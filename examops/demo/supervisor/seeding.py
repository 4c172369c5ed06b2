"""The seed command as a process of its own, so that its memory is freed; it runs only when something is missing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from examops.demo.account_notice import read_account_notice
from examops.demo.servers.processes import tail
from examops.demo.story.past_box import is_archived
from examops.demo.story.stamp import look, stamp_of
from examops.demo.supervisor.forked import ForkServer
from examops.demo.supervisor.recorder_box import PAIRING

WORDS = "表结构、存储桶、演示数据"


class StepFailed(RuntimeError):
    """A step of the preparation ended with an error; the text is for the person at the keyboard."""


def what_is_missing(var: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The seed command that makes it, as words after ``python -m examops``; none when everything is there.

    Asks the database one question, so that a start with the data of the last one need not look at each of them.
    """
    stamp = stamp_of(environ)
    standing = look(environ["EXAMOPS_DATABASE_URL"], stamp, datetime.now(UTC))
    is_known = (var / PAIRING).exists() and bool(read_account_notice(var))
    first = () if is_archived(var) else ("--first",)  # then record-past is started, and makes the rest
    if not standing.is_made:
        return ("seed", "--upgrade", "--stamp", stamp, *first)
    return () if standing.runs and is_known and (standing.goes_on or first) else ("seed", *first)


def seed(server: ForkServer, log: Path, environ: Mapping[str, str], command: tuple[str, ...]) -> None:
    """Run it to its end. Raises :class:`StepFailed`."""
    line = [sys.executable, "-m", "examops", *command]
    code = server.spawn("seed", line, log=log, environ=environ).wait()
    if code != 0:
        raise StepFailed(f"演示数据没有成功（{code}）：\n{tail(log)}\n完整日志：{log}")
