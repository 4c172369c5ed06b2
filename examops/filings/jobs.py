"""Queued and timed work of filings."""

from __future__ import annotations

from uuid import UUID

from config.calendar import calendar
from config.rulebook import rulebook
from examops.core.actor import Actor
from examops.core.clock import today
from examops.core.extensions import clock, keyring, settings, store
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.filings.accepting.running import work
from examops.filings.clocks import calendar_fault, overdue_ids, raise_overdue
from examops.filings.lists.erasing import erase_due
from examops.filings.lists.examining import examine_list
from examops.filings.publishing import publish_left_out
from examops.filings.recounting import outdated_terms, recount_term
from examops.filings.telling import tell_of_calendar

LISTS = Actor.system(N_("名册处理"))


@queue.task(name="filings.examine_list", queue="default")
def examine(list_uid: str) -> Message | str:
    return examine_list(UUID(list_uid), actor=LISTS, clock=clock(), store=store(), ring=keyring())


@queue.task(name="filings.erase_lists", queue="timed")
def erase() -> Message | str:
    """A few lists in each transaction, until none is due."""
    erased = 0
    while True:
        with transaction(SYSTEM):
            done = erase_due(clock(), rulebook(), store(), actor=LISTS)
        if not done:
            return message(N_("抹去 {count} 份名册里的人"), count=erased) if erased else ""
        erased += done


@queue.task(name="filings.accept", queue="default")
def accept(run_uid: str) -> Message | str:
    count = work(UUID(run_uid), clock())
    return message(N_("办理 {count} 份"), count=count) if count else ""


@queue.task(name="filings.watch_clocks", queue="timed")
def watch_clocks() -> Message | str:
    """Each filing in a transaction of its own, so that one odd filing holds up no other for long."""
    with transaction(SYSTEM):
        waiting = overdue_ids(today(clock()))
    posted = 0
    for filing_id in waiting:
        with transaction(SYSTEM):
            posted += raise_overdue(filing_id, clock())
    _tell_of_calendar()
    with transaction(SYSTEM):
        publish_left_out()
    return message(N_("逾期 {count} 份，通知 {posted} 条"), count=len(waiting), posted=posted) if waiting else ""


@queue.task(name="filings.recount_terms", queue="timed")
def recount_terms() -> Message | str:
    """After the holidays of a year were entered; nothing at any other time. Each filing in its own transaction."""
    with transaction(SYSTEM):
        outdated = [row.id for row in outdated_terms()]
    moved = 0
    for filing_id in outdated:
        with transaction(SYSTEM):
            moved += recount_term(filing_id, clock())
    return message(N_("重算期限 {count} 份"), count=moved) if moved else ""


def _tell_of_calendar() -> None:
    """The operators enter holidays: once a week while the calendar ends."""
    day = today(clock())
    fault = calendar_fault(day, calendar(), rulebook())
    if fault is None or not settings().alarm_mailbox:
        return
    with transaction(SYSTEM):
        tell_of_calendar(fault, settings().alarm_mailbox, day, clock=clock())
