"""What the pages of sessions read from forms, addresses and JSON. The form of a plan has a module of its own."""

from __future__ import annotations

import re
from typing import Any

from examops.core.language import N_
from examops.sessions.states import SessionState
from examops.web.api import LenientSchema
from examops.web.inputs import Day, ListOf, OneOf, ShortText, Uid, WholeNumber, YesNo
from examops.web.pages import AfterNumberSchema, BeforeSchema

MAX_REASON = 200
MAX_BOOKED = 500  # of one form; a page offers fewer


class SessionsSchema(BeforeSchema):
    """The list's filters: days in Foshan, ``day`` alone is that one day."""

    day = Day()
    until = Day()
    state = OneOf(SessionState)


class PlaceKey(ShortText):
    """``3-55``: turn and booking of the last person of the page before."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        text = super()._deserialize(value, *args, **options)
        if not re.fullmatch(r"\d{1,4}-\d{1,18}", text):
            raise self.make_error("invalid")
        return text


class PrintSchema(LenientSchema):
    """Of which turn (none: the whole session), and where a page begins."""

    turn = Uid()
    after = PlaceKey(30)


class CopySchema(LenientSchema):
    """The days a session is copied to: from the first to the last, those of these weekdays; another batch if named."""

    since = Day()
    until = Day()
    weekday = ListOf(WholeNumber(1, 7), most=7)
    batch = Uid()


class CopyDaysSchema(LenientSchema):
    """The days ticked."""

    advice = N_("刷新页面，再勾选一次")
    day = ListOf(Day(), most=31, fault=N_("日期不对"))
    batch = Uid()


class MoveSchema(LenientSchema):
    to = OneOf(SessionState, required=True, fault=N_("没有这种状态"))
    reason = ShortText(MAX_REASON, label=N_("原因"))


class ReleaseSchema(LenientSchema):
    reason = ShortText(MAX_REASON, load_default=N_("考务退出"), label=N_("原因"))


class ChoiceSchema(LenientSchema):
    """Which of the people who wait for a place."""

    team = ShortText(200)
    roster = Uid()


class PeopleSchema(ChoiceSchema, AfterNumberSchema):
    """Pages of one session: people with a place ``after`` a booking, people who wait after an application."""

    waiting = WholeNumber(0, load_default=0)


class ChosenSchema(ChoiceSchema):
    """Whom the form places: those ticked, or ``all`` who wait; into a turn, or (none given) all turns of the group."""

    advice = N_("刷新页面，再勾选一次")
    application = ListOf(Uid(), most=MAX_BOOKED, fault=N_("考生或轮次不对"))
    turn = Uid(fault=N_("考生或轮次不对"))
    group = WholeNumber(0, load_default=0, fault=N_("考生或轮次不对"))
    all = YesNo()


class NoShowsSchema(LenientSchema):
    """Whom the form confirms as absent."""

    advice = N_("刷新页面，再勾选一次")
    booking = ListOf(Uid(), most=MAX_BOOKED, fault=N_("考生不对"))
