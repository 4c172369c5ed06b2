"""What a filing finds wrong with the versions that go with it, beside what they lack themselves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from examops.catalogue import named_occupation
from examops.core.database import db
from examops.core.language import N_, Message, message
from examops.filings.gathering import Dossier
from examops.organisations.models import BodyOccupation
from examops.specifications import AnyVersion, Specification


def foreign_occupations(found: Dossier) -> Iterator[tuple[AnyVersion, Message]]:
    """Specifications of an occupation that this filing does not ask for and the body, in an amendment, is not filed
    for: a decision would put them in force and publish them all the same."""
    own = {row.occupation_code for row in found.occupations}
    if found.filing.kind == "amendment":
        own |= _filed(found.body.id)
    for row in found.versions:
        if isinstance(row, Specification) and row.occupation_code not in own:
            name = message(named_occupation(row.occupation_code).name)
            yield row, message(N_("这份申报里没有{name}，在“职业和等级”里加上它"), name=name)


def _filed(body_id: int) -> set[str]:
    query = select(BodyOccupation.occupation_code).where(BodyOccupation.body_id == body_id)
    return set(db.session.execute(query.where(func.cardinality(BodyOccupation.levels) > 0)).scalars())
