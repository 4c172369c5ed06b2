"""What the pages of sessions read from forms, addresses and JSON. The form of a plan has a module of its own."""

from __future__ import annotations

from examops.core.language import N_
from examops.sessions.states import SessionState
from examops.web.api import LenientSchema
from examops.web.inputs import Day, ListOf, OneOf, ShortText, Uid
from examops.web.pages import BeforeSchema

MAX_REASON = 200
MAX_BOOKED = 500  # of one form; a page offers fewer


class SessionsSchema(BeforeSchema):
    """The list's filters: days in Foshan, ``day`` alone is that one day."""

    day = Day()
    until = Day()
    state = OneOf(SessionState)


class MoveSchema(LenientSchema):
    to = OneOf(SessionState, required=True, fault=N_("没有这种状态"))
    reason = ShortText(MAX_REASON, label=N_("原因"))


class ReleaseSchema(LenientSchema):
    reason = ShortText(MAX_REASON, load_default=N_("考务退出"), label=N_("原因"))


class ChosenSchema(LenientSchema):
    """Whom the form books, and into which turn."""

    advice = N_("刷新页面，再勾选一次")
    application = ListOf(Uid(), most=MAX_BOOKED, fault=N_("考生或轮次不对"))
    turn = Uid(required=True, fault=N_("考生或轮次不对"))


class NoShowsSchema(LenientSchema):
    """Whom the form confirms as absent."""

    advice = N_("刷新页面，再勾选一次")
    booking = ListOf(Uid(), most=MAX_BOOKED, fault=N_("考生不对"))
