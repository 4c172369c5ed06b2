"""``python -m examops setup FILE [--dry-run]``: one transaction, or nothing; 1 when the file has faults.

``setup --new-password LOGIN`` makes a new password for somebody who forgot theirs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from examops.accounts import hand_out_password, random_password
from examops.core.clock import Clock, SystemClock, today
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.ops.setup.block import Block, SetupFindings
from examops.ops.setup.checks import faults_of
from examops.ops.setup.content import Unreadable, placed, read_content
from examops.ops.setup.known import read_recorded
from examops.ops.setup.outcome import SetupResult, report
from examops.ops.setup.reading import read_plan
from examops.ops.setup.saving import save
from examops.ops.setup.saving_accounts import ACTOR

_HANDED_OUT = "密码只显示这一次，请当面交给本人；首次登录须改成自己的"
ADVISORY = 4406002027  # two runs at once wait for each other: both would add what is missing


class SetupFaults(Exception):
    """The file has faults: all of them, each ``path: text``, with the lines of paths. Nothing was saved."""

    def __init__(self, faults: list[str], lines: dict[str, int]) -> None:
        self.faults, self.lines = faults, lines
        super().__init__(f"{len(faults)} faults")


class _DryRun(Exception):
    """Raised to roll back a dry run."""


def apply_file(
    file: Path, *, clock: Clock, make_password: Callable[[], str] = random_password, dry_run: bool = False
) -> SetupResult:
    """Read, check and save the file. Raises :class:`SetupFaults` and :class:`Unreadable`; then nothing is saved."""
    read = read_content(file)
    outcome = SetupResult()
    try:
        with transaction(SYSTEM):
            db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY})
            notes = SetupFindings(faults=read.doubled)
            plan = read_plan(Block(read.content, "", notes), file.parent, today(clock))
            notes.faults += faults_of(plan, read_recorded(today(clock)))
            if notes.faults:
                raise SetupFaults(notes.faults, read.lines)
            outcome = save(plan, clock, make_password)
            outcome.warnings, outcome.lines = [*notes.warnings, *outcome.warnings], read.lines
            if dry_run:
                raise _DryRun
    except _DryRun:
        outcome.passwords.clear()  # nobody will ever sign in with them
    return outcome


def main(arguments: list[str], app: Flask) -> int:
    parser = argparse.ArgumentParser(prog="python -m examops setup", description="录入机构、考点、考务人员和账号")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "file", nargs="?", type=Path, metavar="文件", help="YAML 文件，样例见 docs/operations/installation.yaml"
    )
    what.add_argument("--new-password", metavar="账号", help="给忘了密码的人换一个一次性密码")
    parser.add_argument("--dry-run", action="store_true", help="只列出会做什么，不保存")
    options = parser.parse_args(arguments)
    if options.new_password and options.dry_run:
        parser.error("--dry-run 只和文件一起用")
    with app.app_context():
        if options.new_password:
            return renew(options.new_password, clock=SystemClock())
        return run(options.file, dry_run=options.dry_run, clock=SystemClock())


def run(file: Path, *, dry_run: bool, clock: Clock) -> int:
    """Writes what was done to standard output, what is wrong to standard error."""
    try:
        outcome = apply_file(file, clock=clock, dry_run=dry_run)
    except Unreadable as error:
        sys.stderr.write(f"{file}：{error}\n")
        return 2
    except SetupFaults as error:
        told = "\n".join(f"  {fault}" for fault in placed(error.faults, error.lines))
        sys.stderr.write(f"{file} 有 {len(error.faults)} 处要改，什么都没有保存：\n{told}\n")
        return 1
    except DomainError as error:
        sys.stderr.write(f"{file} 没有保存：{error.sentence}\n")
        return 1
    sys.stdout.write("\n".join([*report(outcome), *_ending(outcome, dry_run)]) + "\n")
    return 0


def renew(login: str, *, clock: Clock) -> int:
    password = random_password()
    try:
        with transaction(SYSTEM):
            user = hand_out_password(login, password, actor=ACTOR, clock=clock)
    except NotFound as error:
        sys.stderr.write(f"{error.words}\n")
        return 1
    sys.stdout.write(f"{_HANDED_OUT}：\n  {login:<16}{password}  {user.name}\n")
    return 0


def _ending(outcome: SetupResult, dry_run: bool) -> list[str]:
    if dry_run:
        return ["以上是会做的，没有保存（--dry-run）"]
    if not outcome.added and not outcome.changed:
        return ["和文件一致，没有要改的"]
    lines = ["已保存"]
    if outcome.passwords:
        lines += ["", f"{_HANDED_OUT}："]
        lines += [f"  {login:<16}{password}  {name}" for login, name, password in outcome.passwords]
    return lines
