"""Bodies about which the city has decided here: the file says no more what is filed, whatever it still holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select

from examops.core.database import db
from examops.exits.models import ExitCase
from examops.filings import FilingState
from examops.filings.models import Filing
from examops.ops.setup.levels import Run
from examops.ops.setup.plan import BodyEntry, SetupItem, body_key
from examops.organisations.models import Body, BodyOccupation

DECIDED = ("suspended", "removed")


def decided_here() -> dict[str, Body]:
    """Bodies with a filing that was decided in this installation, paper entered by the city too, or an exit; by key."""
    filed = select(Filing.id).where(Filing.body_id == Body.id, Filing.state == FilingState.FILED).exists()
    left = select(ExitCase.id).where(ExitCase.body_id == Body.id, ExitCase.decision.in_(DECIDED)).exists()
    found = db.session.execute(select(Body).where(or_(filed, left))).scalars()
    return {body_key(body.credit_code, body.kind): body for body in found}


def as_decided(run: Run, entry: BodyEntry, body: Body | None) -> BodyEntry:
    """The entry with the occupations and without the day of filing where the city has decided on them; told where the
    file says otherwise."""
    if body is None:
        return entry
    query = select(BodyOccupation).where(BodyOccupation.body_id == body.id).order_by(BodyOccupation.id)
    filed = {row.occupation_code: row.levels for row in db.session.execute(query).scalars()}
    told = {one.get("occupation_code"): one.get("levels") for one in entry.occupations}
    if (told and told != filed) or entry.facts.get("filed_on", body.filed_on) != body.filed_on:
        run.outcome.warnings.append(
            f"{entry.path}.occupations: {body.short_name} 的备案由市人社局在系统里决定过，"
            "文件里的职业等级和备案日没有写；要改的由机构申报增项或变更，文件照系统里的改"
        )
    facts: dict[str, Any] = {name: value for name, value in entry.facts.items() if name != "filed_on"}
    kept = [SetupItem(entry.path, {"occupation_code": code, "levels": levels}) for code, levels in filed.items()]
    return replace(entry, facts=facts, occupations=tuple(kept))
