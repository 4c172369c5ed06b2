"""One person has one live application for an occupation and level: the database holds it, whatever code forgets."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories import Factory


def test_a_second_attempt_beside_a_live_one_is_refused_at_any_body(make: Factory) -> None:
    body, other = make.body(), make.body()
    candidate = make.candidate(body)
    make.application(make.batch(body), candidate)
    elsewhere = make.candidate(other)
    elsewhere.person_id = candidate.person_id
    make.save(elsewhere)
    batches = [(make.batch(body), candidate), (make.batch(other), elsewhere)]

    for batch, whom in batches:
        with pytest.raises(IntegrityError, match="uq_application_live"):
            make.application(batch, whom, attempt=2)
        make.session.rollback()


@pytest.mark.parametrize("state", ["completed", "withdrawn", "refused"])
def test_the_next_attempt_begins_when_the_one_before_has_ended(make: Factory, state: str) -> None:
    body = make.body()
    candidate = make.candidate(body)
    first = make.application(make.batch(body), candidate, state=state)

    again = make.application(make.batch(body), candidate, attempt=2, first_application_id=first.id)

    assert again.first_application_id == first.id


def test_another_level_of_the_same_occupation_is_another_application(make: Factory) -> None:
    body = make.body()
    candidate = make.candidate(body)
    make.application(make.batch(body), candidate)

    assert make.application(make.batch(body), candidate, level="3").level == "3"
