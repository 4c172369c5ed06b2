"""The left rail: at most seven words for each role."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    endpoint: str
    word: str


THIS_WEEK, SESSIONS = Entry("sessions.home", "本周"), Entry("sessions.index", "场次")
ROSTERS, BATCHES = Entry("rosters.index", "名单"), Entry("sessions.batches", "批次")
DESKS, WALL = Entry("checkin.desks", "签到台"), Entry("footage.wall", "督导墙")
FLAGS, AUDIT = Entry("footage.flags", "标记"), Entry("audit.index", "操作记录")
JOBS = Entry("timed_work.index", "定时任务")

RAILS = {
    "coordinator": (THIS_WEEK, BATCHES, ROSTERS, SESSIONS, DESKS, AUDIT),
    "examiner": (DESKS,),
    "proctor": (DESKS,),
    "internal_supervisor": (DESKS, SESSIONS),
    "supervisor": (WALL, SESSIONS, FLAGS, AUDIT),
    "operator": (JOBS, AUDIT),
    "security": (Entry("footage.armed_hours", "录像时段"), AUDIT),
}
REGULATOR = (SESSIONS, WALL, FLAGS, AUDIT, JOBS)


def rail(role: str) -> tuple[Entry, ...]:
    return RAILS.get(role, REGULATOR)
