"""The bar after an exit: it hangs on the legal entity, so that no other name and no other body of it gets around it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, select

from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.language import N_
from examops.organisations.models import Body, EntityBar, LegalEntity


class EntityBarred(Conflict):
    """The body's legal entity may not ask to be filed until a day."""

    code, message = "body.barred", N_("{body}已取消备案（{number}），{until} 以前不接受本单位的备案申请")
    advice = N_("{until} 之后再申报；对取消备案的决定不服的，可以依法申请行政复议，或者提起行政诉讼")


def bar_of(entity_id: int, day: date) -> EntityBar | None:
    """The bar that holds on that day, the longest of several."""
    query = select(EntityBar).where(EntityBar.legal_entity_id == entity_id, *_holds(day))
    return db.session.execute(query.order_by(EntityBar.until_on.desc()).limit(1)).scalar_one_or_none()


def bars_by_code(day: date) -> dict[str, EntityBar]:
    """Every bar that holds on that day, by its entity's credit code; the longest of several."""
    query = select(LegalEntity.credit_code, EntityBar).join(EntityBar, EntityBar.legal_entity_id == LegalEntity.id)
    rows = db.session.execute(query.where(*_holds(day)).order_by(EntityBar.until_on)).all()
    return {row.credit_code: row.EntityBar for row in rows}


def _holds(day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        EntityBar.from_on <= day,
        EntityBar.until_on >= day,
        EntityBar.lifted_on.is_(None) | (EntityBar.lifted_on > day),
    )


def bar_refusal(body: Body, day: date) -> EntityBarred | None:
    """With clause and last day; None where nothing bars it."""
    bar = bar_of(body.legal_entity_id, day)
    if bar is None:
        return None
    return EntityBarred(clause=bar.clause, body=body.name, number=bar.case_number, until=bar.until_on.isoformat())


def must_not_be_barred(body: Body, day: date) -> None:
    """Raises :class:`EntityBarred`."""
    refusal = bar_refusal(body, day)
    if refusal is not None:
        raise refusal
