"""For the week: sessions that something out of service breaks, until everybody has a place again or somebody says that
there is none.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select

from examops.core.language import N_, _
from examops.core.queries import rows_of
from examops.sessions.access import in_reach
from examops.sessions.models import ExamSession, SessionBreak
from examops.sessions.outages.breaks import open_breaks_query
from examops.sessions.overview.items import Item

MOST = 5
OVER = ("cancelled", "void")


def break_items(now: datetime) -> list[Item]:
    """The soonest, one for each session with all that is out there."""
    found: dict[int, tuple[ExamSession, list[SessionBreak]]] = {}
    for row, session in _open_breaks(now):
        found.setdefault(session.id, (session, []))[1].append(row)
    return [_item(session, breaks) for session, breaks in list(found.values())[:MOST]]


@rows_of
def _open_breaks(now: datetime) -> Select[SessionBreak, ExamSession]:
    return open_breaks_query(ExamSession.ends_at > now, ExamSession.state.not_in(OVER), in_reach())


def _item(session: ExamSession, breaks: list[SessionBreak]) -> Item:
    names = dict.fromkeys(name for one in breaks for name in (*one.stations, *one.cameras))
    people = max(one.people for one in breaks)
    out = N_("{things} 停用：{people} 人没有位子，请换到别的轮次或写明怎么办")
    cards = N_("按现在的证件和人员重算：{people} 人没有位子，请换人、换到别的轮次或写明怎么办")
    detail = _(out if names else cards, things=_("、").join(names), people=people)
    title = f"{session.number} {session.title}"
    word = _("受停用影响") if names else _("位子不够")
    return Item("stop", word, title, detail, session.starts_at, _("重新安排"), "outages.show", session.uid)
