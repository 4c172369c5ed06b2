"""Timed work of the desk at the door."""

from __future__ import annotations

from functools import partial

from examops.checkin.lots import TooFewStations
from examops.checkin.opening import draw_turn, undrawn_turns
from examops.core.actor import Actor
from examops.core.extensions import clock
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import retried, transaction

CLOCKWORK = Actor.system(N_("定时任务"))


@queue.task(name="checkin.draw_lots", queue="timed")
def draw_lots() -> Message | str:
    """Each turn in a transaction of its own: a desk waits for its own turn only, and no turn waits for another."""
    with transaction(SYSTEM):
        due = undrawn_turns(clock())
    drawn = short = 0
    for turn_id in due:
        try:
            drawn += retried(partial(_draw, turn_id))
        except TooFewStations:
            short += 1
    if short:  # said every minute until the turn has its stations: this is the alarm of the operator's page
        return message(N_("{drawn} 轮抽签，{short} 轮因工位不足不能抽签"), drawn=drawn, short=short)
    return message(N_("{count} 轮抽签"), count=drawn) if drawn else ""


def _draw(turn_id: int) -> bool:
    with transaction(SYSTEM):
        return draw_turn(turn_id, actor=CLOCKWORK, clock=clock())
