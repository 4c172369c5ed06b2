"""Operators are told by mail when a job fails: once a day for each job, in the transaction that writes the failure."""

from __future__ import annotations

from examops.core.clock import Clock, today
from examops.core.extensions import settings
from examops.core.language import N_, Message, message
from examops.outbox import Notice, post


def tell_operators(job: str, words: Message | str, clock: Clock) -> None:
    """``job``: the name of a timed job or of a task. Nothing happens where no mailbox is set."""
    mailbox, day = settings().alarm_mailbox, today(clock)
    if not mailbox:
        return
    subject = str(message(N_("考务系统：任务 {job} 失败"), job=job))
    lines = (
        message(N_("{day}，任务 {job} 没有做完：{words}"), day=day.isoformat(), job=job, words=words),
        message(N_("到“定时任务”页看是否已自己补上；没有的按“再试”。今天同一个任务再失败不再通知。")),
        settings().public_url,
    )
    text = "\n\n".join(str(line) for line in lines)
    post(Notice(mailbox, "email", "job_failed", f"job_failed:{job}:{day}", subject, text), clock)
