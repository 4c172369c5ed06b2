"""The left rail and the addresses of styles and scripts."""

import json

import pytest

from examops.accounts.roles import ROLE_WORDS
from examops.app.domains import registry
from examops.web import assets
from examops.web.navigation import current
from tests.guards.rights import MAY


@pytest.mark.parametrize("role", sorted(ROLE_WORDS))
def test_no_rail_has_more_than_seven_words(role):
    entries = registry().rail(role)
    assert 1 <= len(entries) <= 7
    assert len({entry.endpoint for entry in entries}) == len(entries)


@pytest.mark.parametrize(
    ("role", "endpoint"),
    [
        ("coordinator", "sessions.home"),
        ("examiner", "checkin.desks"),
        ("proctor", "checkin.desks"),
        ("internal_supervisor", "checkin.desks"),
        ("supervisor", "footage.wall"),
        ("city_bureau", "filings.index"),
        ("city_centre", "filings.index"),
        ("district_bureau", "filings.index"),
        ("district_centre", "filings.index"),
        ("security", "footage.armed_hours"),
    ],
)
def test_everybody_lands_where_their_work_waits(role, endpoint):
    assert registry().rail(role)[0].endpoint == endpoint


def test_menus_are_for_roles_that_exist():
    assert registry().roles() == set(ROLE_WORDS)


def test_every_entry_has_an_icon_of_the_sprite():
    known = json.loads((assets.STATIC.parent / "frontend/icons.json").read_text())
    assert {entry.icon for domain in registry().domains for entry in domain.menu} <= set(known)


@pytest.mark.parametrize(
    ("endpoint", "marked"),
    [
        ("sessions.home", "本周"),
        ("sessions.show", "场次"),
        ("batches.new", "批次"),
        ("rosters.preview", "名单"),
        ("candidates.show", "名单"),
        ("quarantine.index", "设备"),
        ("exits.index", "批次"),
        ("duties.recusal", "签到台"),
        ("elsewhere.page", None),
        (None, None),
    ],
)
def test_a_page_marks_the_part_it_belongs_to(endpoint, marked):
    entry = current(registry().rail("coordinator"), endpoint)
    assert (entry.word if entry else None) == marked


@pytest.mark.parametrize(
    ("role", "endpoint", "marked"),
    [
        ("city_bureau", "entities.save_new", "备案"),  # where the form of a new body is answered with its faults
        ("city_bureau", "batches.show", "场次"),
        ("operator", "quarantine.index", "隔离录像"),
    ],
)
def test_a_page_that_no_entry_lists_marks_the_one_that_lists_its_neighbours(role, endpoint, marked):
    assert current(registry().rail(role), endpoint).word == marked


# No page with a rail: the account's own pages, what a search found, paper, the JSON of desks and of the API.
NO_RAIL = {"accounts", "search", "tickets", "handover", "directory_office"}


@pytest.mark.parametrize("role", sorted(ROLE_WORDS))
def test_each_page_that_a_role_may_open_marks_an_entry(role):
    rail = registry().rail(role)
    may = [name for name, roles in MAY.items() if not isinstance(roles, str) and role in roles]
    pages = [name for name in may if (part := name.split(".")[0]) not in NO_RAIL and "api" not in part]
    assert [name for name in pages if current(rail, name) is None] == []


def test_only_hashed_addresses_are_kept_for_ever(monkeypatch):
    monkeypatch.setattr(assets, "_manifest", lambda: {"app.js": "app-0123456789.js"})

    assert assets.asset("app.js") == "/static/dist/app-0123456789.js"
    assert assets.is_immutable("/static/dist/app-0123456789.js", "")
    assert assets.is_immutable("/static/css/base.css", "v=0123456789ab")
    assert not assets.is_immutable("/static/dist/manifest.json", "")
    assert not assets.is_immutable("/sessions", "v=1")


def test_a_missing_bundle_is_told_and_breaks_no_page(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    assets._manifest.cache_clear()
    try:
        assert assets.asset("app.js") == ""
        assert "npm run build" in assets.bundle_fault()
    finally:
        assets._manifest.cache_clear()
