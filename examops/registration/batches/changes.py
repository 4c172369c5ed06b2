"""What the city changed of what a batch offers, since its applications began and while its exams may be held."""

from __future__ import annotations

from collections.abc import Sequence

from examops.catalogue import ValueChange, changes_between
from examops.core.clock import local_day
from examops.registration.models import Batch, BatchOccupation
from examops.registration.states import SPECIFIED_VALUES


def changes_of(batch: Batch, offers: Sequence[BatchOccupation]) -> list[ValueChange]:
    taken = {(one.occupation_code, one.level): one.specification_id for one in offers}
    codes = {code for code, _level in taken}
    found = changes_between(codes, local_day(batch.applies_from), batch.held_until)
    return [one for one in found if _counts(one, taken)]


def _counts(change: ValueChange, offers: dict[tuple[str, str], int | None]) -> bool:
    levels = [change.level] if change.level else [level for code, level in offers if code == change.occupation.code]
    taken = [offers[key] for level in levels if (key := (change.occupation.code, level)) in offers]
    return any(own is None or change.what not in SPECIFIED_VALUES for own in taken)
