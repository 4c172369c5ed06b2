"""The page on which anybody recomputes the seats of a turn: before the draw the commitment, after it everything."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from examops.accounts import count_attempt, guarded, open_to_all
from examops.checkin.models import Lot, LotDraw
from examops.core import draws
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.extensions import clock
from examops.core.language import N_
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions.lots import commitment_of_turn
from examops.sessions.models import Booking, ExamSession, Turn
from examops.sites.models import Workstation

bp = guarded(Blueprint("lots", __name__, url_prefix="/draws"), open_to_all("抽签由任何人复算，页上没有姓名"))
VIEWS_PER_WINDOW, MINUTES = 120, 10


@bp.get("/<uuid:turn_uid>")
def show(turn_uid: UUID) -> ResponseReturnValue:
    """No names and no ID numbers: bookings by their random number, workstations by their code."""
    with transaction():
        count_attempt(f"draws:{request.remote_addr}", limit=VIEWS_PER_WINDOW, minutes=MINUTES, clock=clock())
    with transaction(SYSTEM):
        query = select(Turn, ExamSession).join(ExamSession, ExamSession.id == Turn.session_id)
        found = db.session.execute(query.where(Turn.uid == turn_uid)).one_or_none()
        if found is None:
            raise NotFound(N_("没有找到这一轮"), advice=N_("请核对链接，或向组织考试的单位要"))
        turn, session = found
        commitment, draw, seats = commitment_of_turn(turn), _draw(turn), _seats(turn)
        public = draw.public_value or b"" if draw else b""
        return render_template(
            "checkin/lots.html",
            session=session,
            turn=turn,
            commitment=commitment,
            draw=draw,
            public=public.hex(),
            seats=seats,
            is_right=_is_right(commitment, draw, public, seats) if commitment and draw else None,
            algorithm=draws.ALGORITHM,
        )


def _draw(turn: Turn) -> LotDraw | None:
    return db.session.execute(select(LotDraw).where(LotDraw.turn_id == turn.id)).scalar_one_or_none()


def _seats(turn: Turn) -> dict[str, str]:
    """Uid of the booking → code of the workstation, by uid."""
    query = (
        select(Booking.uid, Workstation.code)
        .join(Lot, Lot.booking_id == Booking.id)
        .join(Workstation, Workstation.id == Lot.workstation_id)
        .where(Lot.turn_id == turn.id)
    )
    return dict(sorted((str(row.uid), row.code) for row in db.session.execute(query)))


def _is_right(commitment: object, draw: LotDraw, public: bytes, seats: dict[str, str]) -> bool:
    """What this page claims of itself; a stranger runs the lines that it shows instead of believing it."""
    people, stations = tuple(commitment.people), tuple(commitment.stations)  # type: ignore[attr-defined]
    bound = draws.Draw(bytes(draw.commitment), bytes(draw.seed), public, people, stations, tuple(draw.unusable))
    return draws.verify(bound, seats)
