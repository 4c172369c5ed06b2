"""Watched time is counted by the server's clock, the speed rule and the footage; the database holds the same bounds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.invariants import watched_two_sessions_at_once
from examops.footage.models import FootageViewing, Watched
from tests.domains.footage.conftest import Box, Scene, payload, stamp

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def supervisor(make, sign_in):
    return sign_in(make.user("supervisor", district="440606", name="何志敏"))


def record(box: Box, scene: Scene, camera: int = 0, minutes: int = 10) -> None:
    """Footage from the start of the exam."""
    body, start = payload(), scene.session.starts_at
    box.archive(box.sidecar(scene.armings[camera], scene.cameras[camera], start, seconds=60 * minutes, body=body), body)


class Page:
    """The review room of one person, opened now; ``report`` after the time it says has passed."""

    def __init__(self, client, scene: Scene, clock: FixedClock) -> None:
        self.client, self.scene, self.clock = client, scene, clock
        self.url = f"/footage/review/{scene.session.uid}"
        self.opened, self.opened_at = self.data()["session"]["opened"], clock.now()

    def data(self) -> dict:
        return self.client.get(self.url + "/data.json").json

    def claim(self, camera: int, start: float, end: float, shown: tuple[float, float], speed: float = 1) -> dict:
        begins = self.scene.session.starts_at
        return {
            "camera_uid": str(self.scene.cameras[camera].uid),
            "from": stamp(begins + timedelta(seconds=start)),
            "to": stamp(begins + timedelta(seconds=end)),
            "mode": "play",
            "speed": speed,
            "shown_from_ms": round(shown[0] * 1000),
            "shown_to_ms": round(shown[1] * 1000),
        }

    def report(self, *claims: dict, after: float, opened: str | None = None) -> None:
        self.clock.instant = self.opened_at + timedelta(seconds=after)
        body = {"opened": self.opened if opened is None else opened, "looks": list(claims)}
        answer = self.client.post(self.url + "/look", json=body)
        assert answer.status_code == 204, answer.text

    def seconds(self) -> dict[str, float]:
        """Counted by camera, as the page is told."""
        found: dict[str, float] = {}
        for span in self.data()["seen"]:
            length = _moment(span["end"]) - _moment(span["start"])
            found[span["camera_uid"]] = found.get(span["camera_uid"], 0) + length
        return found


def _moment(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()


@pytest.fixture
def page(supervisor, box, scene, clock) -> Page:
    record(box, scene)
    return Page(supervisor, scene, clock)


def counted(scene: Scene) -> list[Watched]:
    with transaction(SYSTEM):
        query = select(Watched).order_by(Watched.id).execution_options(populate_existing=True)
        return list(db.session.execute(query).scalars())


def test_each_camera_counts_for_itself(page, box, scene) -> None:
    record(box, scene, camera=1)
    page.report(page.claim(0, 0, 60, (0, 60)), page.claim(1, 0, 30, (0, 30)), after=60)
    assert page.seconds() == {str(scene.cameras[0].uid): 60, str(scene.cameras[1].uid): 30}


def test_reports_that_follow_each_other_are_one_row(page, scene) -> None:
    page.report(page.claim(0, 0, 30, (5, 35)), after=35)
    page.report(page.claim(0, 30, 60, (35, 65)), after=65)
    (row,) = counted(scene)
    assert (row.during.upper - row.during.lower, row.shown.upper - row.shown.lower) == (MINUTE, MINUTE)


def test_sixteen_times_is_no_watching_though_it_is_in_the_log(page, scene) -> None:
    page.report(page.claim(0, 0, 480, (0, 30), speed=16), after=30)
    assert page.seconds() == {}
    with transaction(SYSTEM):
        assert [look.mode for look in db.session.execute(select(FootageViewing)).scalars()] == ["playback"]


def test_a_page_without_pictures_counts_nothing(page, scene) -> None:
    page.report(page.claim(1, 0, 60, (0, 60)), after=60)  # nothing of this camera is archived
    assert page.seconds() == {}


def test_more_than_the_clock_since_the_page_was_opened_does_not_count(page, scene) -> None:
    page.report(page.claim(0, 0, 600, (0, 600)), after=20)
    assert page.seconds() == {str(scene.cameras[0].uid): 20}


@pytest.mark.parametrize("opened", ["", "1.x", "0", "99999999999999.0", "１２３.4"])
def test_a_page_that_was_never_given_out_counts_nothing(page, opened) -> None:
    page.report(page.claim(0, 0, 60, (0, 60)), after=60, opened=opened)
    assert page.seconds() == {}


def test_the_opening_of_somebody_else_counts_nothing(page, make, sign_in, scene, clock) -> None:
    other = Page(sign_in(make.user("supervisor", district="440606")), scene, clock)
    other.report(other.claim(0, 0, 60, (0, 60)), after=60, opened=page.opened)
    assert counted(scene) == []


def test_two_pages_of_one_person_share_the_clock(page, supervisor, scene, clock) -> None:
    second = Page(supervisor, scene, clock)
    page.report(page.claim(0, 0, 60, (0, 60)), after=60)
    second.report(second.claim(0, 200, 260, (0, 60)), after=60)
    assert page.seconds() == {str(scene.cameras[0].uid): 60}


def test_the_same_footage_twice_counts_once_and_another_viewer_for_himself(page, make, sign_in, scene, clock) -> None:
    page.report(page.claim(0, 0, 60, (0, 60)), after=60)
    page.report(page.claim(0, 0, 60, (100, 160)), after=160)
    assert page.seconds() == {str(scene.cameras[0].uid): 60}
    other = Page(sign_in(make.user("supervisor", district="440606")), scene, clock)
    other.report(other.claim(0, 0, 60, (0, 60)), after=60)
    assert other.seconds() == {str(scene.cameras[0].uid): 60}


def test_a_page_of_the_release_before_reports_without_being_counted(page, scene) -> None:
    old = {name: page.claim(0, 0, 60, (0, 60))[name] for name in ("camera_uid", "from", "to", "mode")}
    page.report(old, after=60)
    assert counted(scene) == []


def test_the_conclusion_says_how_much_was_watched_of_all_cameras(page, box, scene, supervisor) -> None:
    record(box, scene, camera=1)
    page.report(page.claim(0, 0, 60, (0, 60)), after=60)
    assert "占 5.0 %（应看 60 %）" in " ".join(supervisor.get(page.url + "/conclusion").text.split())


OTHER_SESSION = text("""
    INSERT INTO watched (uid, body_id, district, session_id, camera_id, viewer_id, during, shown, speed)
    SELECT gen_random_uuid(), a.body_id, a.district, a.session_id, a.camera_id, w.viewer_id, w.during, w.shown, w.speed
    FROM arming a, watched w WHERE a.session_id = :session_id LIMIT 1""")


def test_one_person_watches_one_session_at_a_time(page, supervisor, stage, pair_box, scene, clock) -> None:
    other = stage()
    record(pair_box(other.site), other)
    second = Page(supervisor, other, clock)
    page.report(page.claim(0, 0, 60, (0, 60)), after=60)
    second.report(second.claim(0, 0, 90, (0, 90)), after=90)
    assert second.seconds() == {str(other.cameras[0].uid): 30}
    with transaction(SYSTEM):
        assert watched_two_sessions_at_once() == []
        db.session.execute(OTHER_SESSION, {"session_id": other.session.id})
        assert len(watched_two_sessions_at_once()) == 1
        db.session.rollback()


INSERT = text("""
    INSERT INTO watched (uid, body_id, district, session_id, camera_id, viewer_id, during, shown, speed)
    SELECT gen_random_uuid(), body_id, district, session_id, camera_id, viewer_id,
           tstzrange(lower(during) + :exam, upper(during) + :exam + :longer),
           tstzrange(lower(shown) + :wall, upper(shown) + :wall), speed FROM watched""")


@pytest.mark.parametrize(
    ("exam", "wall", "longer", "constraint"),
    [
        (0, 600, 0, "watched_once"),
        (100, 0, 0, "one_picture_at_once"),
        (100, 600, 1, "ck_watched_within_clock"),
        (100, 600, 0, ""),
    ],
)
def test_the_database_refuses_what_the_code_would_miss(page, exam, wall, longer, constraint) -> None:
    page.report(page.claim(0, 0, 60, (0, 60)), after=60)
    values = {"exam": timedelta(seconds=exam), "wall": timedelta(seconds=wall), "longer": timedelta(seconds=longer)}
    found = ""
    try:
        with transaction(SYSTEM):
            db.session.execute(INSERT, values)
    except IntegrityError as error:
        found = str(error.orig.diag.constraint_name)
    assert found == constraint
