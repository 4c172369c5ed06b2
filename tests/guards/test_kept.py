"""A place that is put back is the place that was made, and nothing that a test did comes back with it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect

from examops.core.clock import FixedClock
from examops.core.extensions import store
from examops.eligibility.models import Candidate
from tests.factories import Factory
from tests.fixtures.cleaner import SEQUENCES, Cleaner
from tests.guards.place import Place, make_place
from tests.guards.stock import make_stocked_place
from tests.guards.test_routes import ELSEWHERE, HERE, rows
from tests.guards.walk import Rows

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
__all__ = ["rows"]


def emptied(make: Factory, cleaner: Cleaner) -> None:
    make.session.commit()
    make.session.expunge_all()
    cleaner.empty()


def two_places(make: Factory, clock: FixedClock) -> list[Place]:
    return [make_stocked_place(make, clock, district=district) for district in (HERE, ELSEWHERE)]


def everything(rows: Rows, cleaner: Cleaner) -> tuple[dict[str, Any], dict[str, int]]:
    rows.mark()
    with cleaner.engine.connect() as connection:
        return dict(rows.known), {row[0]: row[1] for row in connection.execute(SEQUENCES)}


def test_rows_sequences_and_objects_are_those_of_the_place_that_was_made(
    make: Factory, clock: FixedClock, cleaner: Cleaner, rows: Rows
) -> None:
    emptied(make, cleaner)
    first, before = two_places(make, clock), everything(rows, cleaner)
    key = make.session.query(Candidate.photo_key).filter_by(uid=first[0].params["candidate_uid"]).scalar()
    named = [(place.body.name, place.session.number) for place in first]
    make.user("operator")
    store().delete("documents", key)
    emptied(make, cleaner)
    again = two_places(make, clock)
    assert everything(rows, cleaner) == before
    assert store().get("documents", key) == b"\xff\xd8 a picture"
    for one, other in zip(first, again, strict=True):
        assert (one.params, one.instead) == (other.params, other.instead)
        assert {inspect(row).session for row in (other.body, other.site, other.session)} == {make.session()}
        assert inspect(other.more["ticket"]).session is make.session()
    assert [(place.body.name, place.session.number) for place in again] == named


def test_a_place_is_made_anew_where_something_stands_in_the_tables(
    make: Factory, clock: FixedClock, cleaner: Cleaner
) -> None:
    emptied(make, cleaner)
    first = make_place(make, clock)
    emptied(make, cleaner)
    make.user("operator")
    assert make_place(make, clock).body.name != first.body.name, "what is put back takes away what stands there"
    emptied(make, cleaner)
    assert make_place(make, clock).body.name == first.body.name, "the control"


def test_what_a_test_changes_on_its_place_is_its_own(make: Factory, clock: FixedClock, cleaner: Cleaner) -> None:
    for _ in range(2):
        emptied(make, cleaner)
        place = make_place(make, clock)
        assert not {"of another test"} & (place.params.keys() | place.more.keys() | place.instead.keys())
        assert place.instead["staff.end"].keys() == {"qualification_uid"}
        for changed in (place.params, place.more, place.instead, place.instead["staff.end"]):
            changed["of another test"] = {}
