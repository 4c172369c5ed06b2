"""What the files about bookings begin with; others have an ``exam`` of their own."""

from __future__ import annotations

import pytest

from tests.factories import DAY, Factory


@pytest.fixture
def exam(make: Factory, clock):
    """An open session of two turns with places for 3 each, and five accepted applications."""
    body = make.body()
    batch = make.batch(body)
    session, turns = make.session_with_turns(
        batch, make.room(make.site(body)), turns=2, capacity=3, starts_at=DAY.replace(day=24)
    )
    return body, session, turns, make.applications(batch, body, 5)
