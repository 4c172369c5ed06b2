"""The story's people get drawn photos by the product's own zip; once, and some have none."""

from __future__ import annotations

from sqlalchemy import select

from examops.core.database import db
from examops.demo.story import photos
from examops.eligibility.models import Candidate
from tests.domains.registration.conftest import desk  # noqa: F401
from tests.domains.registration.roster_files import ACTOR
from tests.domains.registration.test_roster_photos import check, photos_of, saved  # noqa: F401


def test_photos_are_handed_in_once_and_checked_by_the_worker(saved, job_app, clock) -> None:  # noqa: F811
    with job_app.app_context():
        assert photos.submit_photos(ACTOR, clock) == 2
        assert photos.submit_photos(ACTOR, clock) == 0
    assert photos_of(saved)["state"] == "reading"
    assert check(saved, job_app, clock)["fitted"] == 2
    assert set(db.session.execute(select(Candidate.photo_state)).scalars()) == {"accepted"}


def test_some_people_lack_a_photo_and_some_are_blurred(saved, job_app, clock, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr(photos, "LACKING", 2)
    monkeypatch.setattr(photos, "BLURRED", 1)
    with job_app.app_context():
        assert photos.submit_photos(ACTOR, clock) == 1
    result = check(saved, job_app, clock)
    assert (result["fitted"], result["wrong"]) == (0, 1)
    assert "照片模糊" in str(result["problems"][0]["words"])
