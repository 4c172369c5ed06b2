"""Timed work of exits: the nightly check, and terms that are over."""

from __future__ import annotations

from examops.core.extensions import clock
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.exits.recheck import recheck as check_all
from examops.exits.recounting import recount_terms
from examops.exits.timed import end_terms, settle_exits


@queue.task(name="exits.recheck", queue="timed")
def recheck() -> Message | str:
    night = check_all(clock())
    if not (night.checked or night.failed):
        return ""
    words = N_("核对 {checked} 家，所见 {found} 项，拟稿 {drafted} 件，提醒 {reminded} 家，{failed} 家没有核成")
    return message(words, **vars(night))


@queue.task(name="exits.follow_terms", queue="timed")
def follow_terms() -> Message | str:
    with transaction(SYSTEM):
        recount_terms(clock())  # first: a term that got longer is not over
        over, settled = end_terms(clock()), settle_exits(clock())
    return (
        message(N_("陈述期满 {over} 件，退出完成 {settled} 家"), over=over, settled=settled) if over or settled else ""
    )
