"""Whoever looks at a session for the city does not judge where they have declared that they must step aside."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.core.clock import local_day
from examops.core.database import db
from examops.core.errors import NotAllowed
from examops.core.language import N_
from examops.core.scope import Scope
from examops.core.transaction import transaction
from examops.sessions.city_duties import recused_from
from examops.sessions.models import ExamSession
from examops.staff import RULE, own_city_persons

OF_CITY = Scope(everything=True)


class ReviewerRecused(NotAllowed):
    code, message = "review.recused", N_("您要回避：{about}，{relation}（{by}），不能复核这一场的录像")
    advice = N_("请另一位督导员复核；写错了的，先在“我的时间和回避”里撤回")


def must_be_impartial(user_id: int, session_uid: UUID, rules: Rulebook) -> None:
    """Before the transaction of the act, in one of its own: people of the city are seen by the city alone. An account
    that is joined to nobody, and a session that is not there, pass here. Raises :class:`ReviewerRecused`."""
    with transaction(OF_CITY):
        people = own_city_persons(user_id)
        session = db.session.execute(select(ExamSession).where(ExamSession.uid == session_uid)).scalar_one_or_none()
        if session is None:
            return
        clause = rules[RULE].on(local_day(session.starts_at)).clause
        for person in people:
            if (recused := recused_from(person, session, rules)) is not None:
                raise ReviewerRecused(clause=clause, **recused)
