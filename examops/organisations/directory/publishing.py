"""The directory follows the body: :func:`publish` in the transaction of whatever changed what is public about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from examops.catalogue import occupations
from examops.core.database import db
from examops.core.numbers import next_number
from examops.organisations.directory.cards import card_columns
from examops.organisations.directory.models import FILED, LEAVING, SUSPENDED, DirectoryCard, DirectoryEntry
from examops.organisations.models import Body, BodyOccupation

REVISION = "directory"  # the counter that says which state of the directory somebody has seen
# A body whose removal is decided stays listed, without new applications, until its last session is over.
STANDINGS = {"filed": FILED, "suspended": SUSPENDED, "exiting": LEAVING}
Offer = tuple[str, str]  # occupation code, level


@dataclass(frozen=True)
class Facts:
    """What one entry says about the body, its occupation and level."""

    district: str
    standing: str
    kind: str
    name: str
    address: str
    telephone: str
    occupation_name: str
    standard: str
    area: str = ""


def publish(body: Body, day: date) -> None:
    """Bring the directory in line with the body, its state and its occupations, as they are in this transaction.

    Whoever changes one of them calls this once, afterwards, with the day from which the change counts. Entries that
    no longer hold end before ``day``, new ones begin on it; the first ones begin on the day of the filing.
    """
    next_number(REVISION)  # also the lock: two who publish wait for each other
    db.session.flush()
    wanted, standing = offers_of(body), _current(body.id)
    is_new = not standing and not _was_ever_listed(body.id)
    begins = body.filed_on if is_new and body.filed_on else max(day, body.filed_on or day)
    for offer, entry in standing.items():
        if facts_of(entry) != wanted.get(offer):
            _end(entry, day)
    db.session.flush()  # ranges end before their successors begin
    for offer, facts in wanted.items():
        held = standing.get(offer)
        if held is None or facts_of(held) != facts:
            _begin(body, offer, facts, begins)
    db.session.flush()
    _write_card(body, day)


def offers_of(body: Body) -> dict[Offer, Facts]:
    """What the directory says of this body while its state, occupations and levels are as they are."""
    standing = STANDINGS.get(body.state)
    if standing is None:
        return {}
    query = select(BodyOccupation).where(BodyOccupation.body_id == body.id)
    return {
        (row.occupation_code, str(level)): _facts(
            body, standing, row.occupation_code, row.specifications.get(str(level), "")
        )
        for row in db.session.execute(query).scalars()
        for level in row.levels
    }


def _facts(body: Body, standing: str, code: str, specification: str) -> Facts:
    """The body's own specification where it has one, else the national standard."""
    known = occupations().get(code)
    standard = specification or _national(code)
    return Facts(
        body.district,
        standing,
        body.kind,
        body.name,
        body.address,
        body.telephone,
        known.name if known else code,
        standard,
        body.area,
    )


def _national(code: str) -> str:
    known = occupations().get(code)
    return str(known.standards_sourced[known.standard].value) if known and known.standard else ""


def facts_of(entry: DirectoryEntry) -> Facts:
    return Facts(**{name: getattr(entry, name) for name in Facts.__dataclass_fields__})


def _current(body_id: int) -> dict[Offer, DirectoryEntry]:
    """The entries without an end."""
    query = select(DirectoryEntry).where(DirectoryEntry.body_id == body_id, func.upper_inf(DirectoryEntry.valid))
    return {(row.occupation_code, row.level): row for row in db.session.execute(query).scalars()}


def _was_ever_listed(body_id: int) -> bool:
    query = select(DirectoryEntry.id).where(DirectoryEntry.body_id == body_id).limit(1)
    return db.session.execute(query).first() is not None


def _end(entry: DirectoryEntry, day: date) -> None:
    begun = entry.valid.lower
    entry.valid = Range(begun, day) if begun is not None and begun < day else Range(empty=True)


def _begin(body: Body, offer: Offer, facts: Facts, day: date) -> None:
    """What ended on the very day from which it stands again, as by a suspension that was lifted the same day, goes on
    as if it had not: two equal stretches without a day between them would tell of a change that there was not."""
    ended = _ended_on(body.id, offer, day)
    if ended is not None and facts_of(ended) == facts:
        ended.valid = Range(ended.valid.lower, None)
    else:
        db.session.add(_entry(body, offer, facts, Range(day, None)))


def _ended_on(body_id: int, offer: Offer, day: date) -> DirectoryEntry | None:
    code, level = offer
    query = select(DirectoryEntry).where(
        DirectoryEntry.body_id == body_id,
        DirectoryEntry.occupation_code == code,
        DirectoryEntry.level == level,
        func.upper(DirectoryEntry.valid) == day,
    )
    return db.session.execute(query).scalar_one_or_none()


def _entry(body: Body, offer: Offer, facts: Facts, valid: Range[date]) -> DirectoryEntry:
    code, level = offer
    return DirectoryEntry(body_id=body.id, occupation_code=code, level=level, valid=valid, **asdict(facts))


def _write_card(body: Body, day: date) -> None:
    """The card is made of the entries alone."""
    query = select(DirectoryEntry).where(DirectoryEntry.body_id == body.id).order_by(DirectoryEntry.id)
    entries = db.session.execute(query).scalars().all()
    if not entries:
        return
    columns: Mapping[str, object] = card_columns(entries, day)
    card = db.session.execute(select(DirectoryCard).where(DirectoryCard.body_id == body.id)).scalar_one_or_none()
    if card is None:
        db.session.add(DirectoryCard(body_id=body.id, **columns))
        return
    for name, value in columns.items():
        setattr(card, name, value)
