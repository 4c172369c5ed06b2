"""What a start looks at: the stamp of code and settings, and what is made when it does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from examops.demo.account_notice import write_account_notice
from examops.demo.story.past_box import DONE, FOLDER
from examops.demo.story.stamp import Standing, stamp_of
from examops.demo.supervisor import seeding
from examops.demo.supervisor.recorder_box import PAIRING
from examops.demo.supervisor.seeding import what_is_missing

ENVIRON = {"EXAMOPS_DATABASE_URL": "postgresql://nobody@127.0.0.1/x", "PORT": "8000"}


def test_the_stamp_follows_the_code_and_the_settings_that_the_story_is_made_with(tmp_path: Path) -> None:
    story, decisions = tmp_path / "examops" / "demo" / "story", tmp_path / "city"
    for folder in (story, decisions, tmp_path / "config"):
        folder.mkdir(parents=True)
    (story / "week.py").write_text("MINUTES = 90")
    given = ENVIRON | {"EXAMOPS_DECISIONS": str(decisions)}
    first = stamp_of(given, tmp_path)
    (story / "week.pyc").touch()
    assert stamp_of(given | {"LANG": "C"}, tmp_path) == first
    others = {stamp_of(given | {"PORT": "8001"}, tmp_path), stamp_of(given | {"EXAMOPS_SECRET_KEY": "x"}, tmp_path)}
    (story / "week.py").rename(story / "month.py")
    others.add(stamp_of(given, tmp_path))
    (story / "month.py").write_text("MINUTES = 60")
    others.add(stamp_of(given, tmp_path))
    (decisions / "fees.yaml").touch()
    others.add(stamp_of(given, tmp_path))
    assert len(others - {first}) == 5


def test_nothing_is_made_only_where_the_stamp_fits_and_the_sessions_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*standing: bool) -> tuple[str, ...]:
        monkeypatch.setattr(seeding, "look", lambda *_: Standing(*standing))
        return what_is_missing(tmp_path, ENVIRON)

    all_of_it = ("seed", "--upgrade", "--stamp", stamp_of(ENVIRON))
    assert missing(False, True, True) == (*all_of_it, "--first")
    assert missing(True, True, True) == ("seed", "--first"), "the pairing is missing"
    (tmp_path / PAIRING).touch()
    write_account_notice(tmp_path, "kaowu")
    assert missing(True, False, True) == ("seed", "--first"), "nothing runs any more"
    assert missing(True, True, False) == (), "record-past makes the coming days"

    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DONE).touch()
    assert missing(True, True, False) == ("seed",), "record-past is not started any more"
    assert missing(True, True, True) == ()
    assert missing(False, True, True) == all_of_it
