"""``python -m examops check [--json]``: checks the invariants on the live database; exits with 1 if one fails."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from examops.core.clock import Clock, SystemClock
from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.errors import DomainError
from examops.core.extensions import registry
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction

MAX_SHOWN = 20


@dataclass(frozen=True)
class InvariantResult:
    name: str
    words: str
    reference: str
    faults: list[str]
    seconds: float


def run_checks(clock: Clock, invariants: Sequence[Invariant] | None = None) -> list[InvariantResult]:
    """Ask every invariant of all domains (or these), each in a read-only transaction with one snapshot."""
    invariants = registry().invariants() if invariants is None else invariants
    return [_ask(invariant, clock) for invariant in invariants]


def _ask(invariant: Invariant, clock: Clock) -> InvariantResult:
    began = time.monotonic()
    try:
        with transaction(SYSTEM):
            # One moment for all that it reads: what changes meanwhile on a running system is no fault.
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            db.session.execute(text("SET TRANSACTION READ ONLY"))
            found = invariant.find(clock)
    except (SQLAlchemyError, DomainError) as error:  # a promise that cannot be checked does not hold
        found = [f"无法核对：{type(error).__name__}"]
    return InvariantResult(
        invariant.name, invariant.words, invariant.reference, found, round(time.monotonic() - began, 3)
    )


def main(arguments: list[str], app: Flask) -> int:
    parser = argparse.ArgumentParser(prog="python -m examops check", description="核对必须成立的事实")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    options = parser.parse_args(arguments)
    with app.app_context():
        outcomes = run_checks(SystemClock())
    broken = [outcome for outcome in outcomes if outcome.faults]
    if options.json:
        report = {"ok": not broken, "checks": [asdict(outcome) for outcome in outcomes]}
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("".join(_lines(outcome) for outcome in outcomes))
    return 1 if broken else 0


def _lines(outcome: InvariantResult) -> str:
    mark = "✗" if outcome.faults else "✓"
    lines = [f"{mark} {outcome.words}（{outcome.reference}，{outcome.seconds:.2f} 秒）"]
    lines += [f"    {fault}" for fault in outcome.faults[:MAX_SHOWN]]
    hidden = len(outcome.faults) - MAX_SHOWN
    lines += [f"    还有 {hidden} 处，见 --json"] if hidden > 0 else []
    return "\n".join(lines) + "\n"
