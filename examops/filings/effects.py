"""What follows when the city files a body, in the same transaction: state, day, occupations, public directory."""

from __future__ import annotations

from sqlalchemy import select

from config.levels import lowest_first
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.filings.gathering import Dossier
from examops.filings.judging.checks import AREA
from examops.filings.tags import Tag
from examops.organisations.directory import publish
from examops.organisations.models import BodyOccupation
from examops.specifications import make_valid, name_in_directory
from examops.specifications.publishing import Attached, publish_documents


def set_filed(found: Dossier, *, actor: Actor, clock: Clock) -> None:
    """``must_be_filed`` reads what is written here. An amendment adds to what was filed and ends no suspension; any
    other kind says all of it: an occupation that it leaves out has no level any more."""
    body, filing = found.body, found.filing
    if filing.kind != "amendment":
        body.state, body.filed_on = "filed", today(clock)
    area = found.facts.get(("", AREA))
    if body.kind == "social" and area:
        body.area = area.value["value"]
    rows = {row.occupation_code: row for row in _filed(body.id)}
    for known in rows.values() if filing.kind != "amendment" else ():
        known.levels = []
    for wanted in found.occupations:
        row = rows.get(wanted.occupation_code)
        if row is None:
            row = BodyOccupation(**owner_of(filing), occupation_code=wanted.occupation_code, levels=[])
            db.session.add(row)
        row.levels = lowest_first([*row.levels, *wanted.levels])
    make_valid(found.versions, actor=actor, now=clock.now())
    db.session.flush()
    documents = (Attached(one.id, one.name, one.format, one.object_key, one.digest) for one in found.documents)
    publish_documents(found.versions, {one.id: one for one in documents})
    name_in_directory(body.id)
    publish(body, today(clock))
    filed = [f"{row.occupation_code}/{level}" for row in found.occupations for level in row.levels]
    record(Tag.BODY_FILED, actor, body, words=body.name, filed_levels=filed)


def _filed(body_id: int) -> list[BodyOccupation]:
    query = select(BodyOccupation).where(BodyOccupation.body_id == body_id).with_for_update()
    return list(db.session.execute(query).scalars())
