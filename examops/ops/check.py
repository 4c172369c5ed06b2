"""``python -m examops check [--json]``: proves the invariants against the live database; 1 when one is broken."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config.rulebook import rulebook
from config.settings import load
from examops.app.factory import create_app
from examops.core.clock import Clock, SystemClock
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import keyring, store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import invariants as footage
from examops.ops.invariants import capacity, decisions, running

MAX_SHOWN = 20


@dataclass(frozen=True)
class Invariant:
    """``reference`` is the number in the design's list of what must always be true."""

    name: str
    words: str
    reference: str
    find: Callable[[Clock], list[str]]


@dataclass(frozen=True)
class InvariantResult:
    name: str
    words: str
    reference: str
    faults: list[str]
    seconds: float


def asks(find: Callable[[], list[str]]) -> Callable[[Clock], list[str]]:
    """A check that needs no clock."""
    return lambda clock: find()


INVARIANTS = (
    Invariant("one-session-per-room", "一个考场同一时间只有一个场次", "5.1", asks(capacity.overlapping_rooms)),
    Invariant(
        "one-session-per-workstation", "一个工位同一时间只属于一个场次", "5.1", asks(capacity.overlapping_workstations)
    ),
    Invariant("one-place-per-person-on-duty", "一名考务人员同一时间只在一处", "5.1", asks(capacity.overlapping_duties)),
    Invariant(
        "cancelled-sessions-hold-nothing",
        "取消的场次不再占用工位、人员和位子",
        "5.1",
        asks(capacity.held_by_cancelled_sessions),
    ),
    Invariant("turns-count-their-bookings", "轮次占用数等于实际占位的预约", "5.2", asks(capacity.miscounted_turns)),
    Invariant("turns-within-capacity", "轮次占用不超过容量", "5.2", asks(capacity.overfull_turns)),
    Invariant(
        "bookings-follow-their-turn", "预约的时间和场次与轮次一致", "5.2", asks(capacity.bookings_beside_their_turn)
    ),
    Invariant("one-place-per-candidate", "一名考生同一时间只有一个位子", "5.3", asks(capacity.people_in_two_places)),
    Invariant(
        "one-live-application", "同一人同职业同等级同次只有一份有效报名", "5.3", asks(capacity.doubled_applications)
    ),
    Invariant(
        "one-live-booking-per-part", "一份报名的每个部分只有一个有效预约", "5.3", asks(capacity.doubled_bookings)
    ),
    Invariant(
        "verdicts-judged-again",
        "按所存依据再判，审核结论不变（最近 2000 份）",
        "5.5",
        asks(lambda: decisions.verdicts_that_changed(keyring())),
    ),
    Invariant(
        "armed-time-accounted",
        "布防的每一秒都有录像、缺口或在途",
        "5.7",
        lambda clock: footage.unaccounted_time(rulebook(), clock),
    ),
    Invariant("gaps-without-footage", "缺口里没有已核实的录像", "5.7", asks(footage.gaps_over_footage)),
    Invariant("gaps-once", "推定的缺口不与别的缺口重叠", "5.7", asks(footage.doubled_gaps)),
    Invariant("segments-chained", "同一路连续录像的各段首尾相连", "5.11", asks(footage.broken_chains)),
    Invariant("sidecars-unchanged", "录像段记录与录像盒签名的清单一致", "5.11", asks(footage.changed_sidecars)),
    Invariant(
        "verified-is-stored",
        "已核实的录像段与存储里的字节一致（最近 200 段）",
        "5.8",
        asks(lambda: footage.verified_unlike_store(store())),
    ),
    Invariant("audit-chain", "操作记录链完整", "5.11", asks(running.broken_audit_chain)),
    Invariant("audit-sealed-in-time", "操作记录及时链封", "5.11", running.late_seals),
    Invariant("no-lost-runs", "定时任务的运行没有丢失", "3", asks(running.lost_runs)),
)


def run_checks(clock: Clock, invariants: Sequence[Invariant] = INVARIANTS) -> list[InvariantResult]:
    """Ask every invariant, each in a read-only transaction of its own."""
    return [_ask(invariant, clock) for invariant in invariants]


def _ask(invariant: Invariant, clock: Clock) -> InvariantResult:
    began = time.monotonic()
    try:
        with transaction(SYSTEM):
            db.session.execute(text("SET TRANSACTION READ ONLY"))
            found = invariant.find(clock)
    except (SQLAlchemyError, DomainError) as error:  # a promise that cannot be checked does not hold
        found = [f"无法核对：{type(error).__name__}"]
    return InvariantResult(
        invariant.name, invariant.words, invariant.reference, found, round(time.monotonic() - began, 3)
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m examops check", description="核对必须成立的事实")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    options = parser.parse_args(arguments)
    app = create_app(load(os.environ), kind="job")
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
