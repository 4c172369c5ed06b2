"""Timed work of sessions."""

from __future__ import annotations

from uuid import UUID

from config.rulebook import rulebook
from examops.core.extensions import clock
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions import timed
from examops.sessions.outages import recount_session, sessions_to_recount
from examops.sessions.telling_changes import tell_of_changes


@queue.task(name="sessions.close_bookings", queue="timed")
def close() -> Message | str:
    with transaction(SYSTEM):
        count = timed.close_bookings(clock())
    return message(N_("{count} 场停止预约"), count=count) if count else ""


@queue.task(name="sessions.begin_and_finish", queue="timed")
def begin_and_finish() -> Message | str:
    with transaction(SYSTEM):
        begun, finished = timed.begin_sessions(clock()), timed.finish_sessions(clock())
        held = timed.held_back(clock())
    if held:  # said every minute until somebody comes: this is the alarm of the operator's page
        words = N_("{begun} 场开考，{finished} 场结束，{held} 场因考评组未到岗不能开考")
        return message(words, begun=begun, finished=finished, held=held)
    return message(N_("{begun} 场开考，{finished} 场结束"), begun=begun, finished=finished) if begun or finished else ""


@queue.task(name="sessions.release_holds", queue="timed")
def release() -> Message | str:
    with transaction(SYSTEM):
        count = timed.release_holds(clock())
    return message(N_("放开 {count} 个保留"), count=count) if count else ""


@queue.task(name="sessions.propose_no_shows", queue="timed")
def no_shows() -> Message | str:
    with transaction(SYSTEM):
        count = timed.propose_no_shows(clock())
    return message(N_("拟缺考 {count} 人"), count=count) if count else ""


@queue.task(name="sessions.tell_of_catalogue_changes", queue="timed")
def tell_of_catalogue_changes() -> Message | str:
    with transaction(SYSTEM):
        count = tell_of_changes(clock())
    return message(N_("目录改动，通知 {count} 条"), count=count) if count else ""


@queue.task(name="sessions.recount_for_cards", queue="default")
def recount_for_cards(member: str) -> Message | str:
    """A card of this member was entered, changed or ended."""
    return _recounted(UUID(member))


@queue.task(name="sessions.recount_capacity", queue="timed")
def recount_capacity() -> Message | str:
    return _recounted(None)


def _recounted(member: UUID | None) -> Message | str:
    """Each session in a transaction of its own: booking waits for one only."""
    with transaction(SYSTEM):
        found = sessions_to_recount(clock(), member)
    changed = 0
    for session_id in found:
        with transaction(SYSTEM):
            changed += recount_session(session_id, clock=clock(), rules=rulebook())
    return message(N_("重算容量，{count} 场有变化"), count=changed) if changed else ""
