"""The review of a running session: when a page asks again, and what it is sent then."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from examops.core.database import db, owner_of
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.models import Segment, Strip
from examops.footage.moments import iso
from tests.domains.footage.conftest import payload, seat_somebody

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def asked(make, sign_in, scene):
    """The document, as a supervisor's page asks for it."""
    client = sign_in(make.user("supervisor", district="440606"))

    def ask(**known):
        answer = client.get(f"/footage/review/{scene.session.uid}/data.json", query_string=known)
        assert answer.status_code == 200, answer.text
        return answer.json

    return ask


def archive_with_strip(box, scene, start, clock) -> None:
    body = payload()
    box.archive(box.sidecar(scene.armings[0], scene.cameras[0], start, body=body), body)
    with transaction(SYSTEM):
        segment = db.session.execute(select(Segment).where(Segment.started_at == start)).scalar_one()
        of = {**owner_of(segment), "segment_id": segment.id, "session_id": segment.session_id}
        frames = {"frame_count": 1, "activity": [[start.timestamp() * 1000, 0.5]], "made_at": clock.now()}
        db.session.add(Strip(**of, **frames, images_key=f"s/{segment.id}.jpgs", index_key=f"s/{segment.id}.json"))


def test_a_running_session_grows_and_only_new_strips_are_sent_again(asked, box, scene, make, clock) -> None:
    start = scene.session.starts_at
    archive_with_strip(box, scene, start, clock)
    clock.instant += 3 * MINUTE
    first = asked()
    assert first["session"]["refresh_s"] == 15
    assert first["session"]["now"] == iso(clock.now())

    clock.instant += 4 * MINUTE
    archive_with_strip(box, scene, start + MINUTE, clock)
    seat_somebody(scene, make)
    grown = asked(known_at=first["session"]["now"])
    (front, _) = grown["cameras"]
    assert len(front["segments"]) == 2
    assert [strip["start"] for strip in front["strips"]] == [iso(start + MINUTE)]
    assert sum(value > 0 for value in front["activity"]["values"]) == 2, "activity is that of all strips"
    assert (grown["session"]["present"], len(grown["people"])) == (1, 1)
    assert len(asked()["cameras"][0]["strips"]) == 2, "without it the answer is whole"


def test_a_page_asks_more_slowly_after_the_end_and_then_no_more(asked, scene, clock) -> None:
    closes = scene.armings[0].during.upper
    seen = []
    for moment in (closes - MINUTE, closes + MINUTE, closes + 119 * MINUTE, closes + 121 * MINUTE):
        clock.instant = moment
        seen.append(asked()["session"]["refresh_s"])
    assert seen == [15, 60, 60, None]
