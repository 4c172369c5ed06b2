"""Every list can be taken along as a workbook, to whom the page itself is open; or it says why not."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from flask import Flask

from tests.guards.rights import MAY
from tests.guards.test_downloads import DOWNLOADS

pytestmark = pytest.mark.postgres
TEMPLATES = Path(__file__).parents[2] / "examops"
# The workbook of each list. A new page of the route table goes here or below.
WORKBOOKS = {
    "account_admin.index": "account_admin.export_list",
    "batches.index": "batches.export_list",
    "cameras.index": "cameras.export_list",
    "city_people.index": "city_people.export_list",
    "devices.index": "devices.export_list",
    "directory.index": "directory_data.csv_file",
    "entities.index": "entities.export_list",
    "exits.index": "exits.export",
    "filings.all_letters": "filings.letters_workbook",
    "filings.index": "filings.inbox_workbook",
    "filings.register": "filings.register_workbook",
    "notices.index": "notices.workbook",
    "opening_queue.index": "opening_queue.export_list",
    "occupations.index": "occupations.export",
    "outages.index": "outages.export_list",
    "sessions.index": "sessions.export_list",
    "sites.index": "sites.export_list",
    "staff.index": "staff.export",
    "trials.index": "trials.export_list",
}
FORM, ONE, NOW = (
    "a form, not a list",
    "about the reader alone",
    "what is so at this moment: a file would be old at once",
)
WITHOUT = {
    "accounts.home": "leads to the first page of the role",
    "accounts.new_password": FORM,
    "entities.begin": FORM,
    "accounts.notice": FORM,
    "accounts.password": FORM,
    "openings.begin": FORM,
    "openings.correct": FORM,
    "openings.own": ONE,
    "openings.state": FORM,
    "accounts.sign_in": FORM,
    "audit.index": "the log is taken along sealed and whole, by `examops audit`: a part of it proves nothing",
    "availability.index": ONE,
    "batches.new": FORM,
    "cameras.new": FORM,
    "checkin.desks": NOW,
    "exits.begin": FORM,
    "exits.findings": "drafts that nobody has decided on; what was decided is in the workbook of cases",
    "exits.rules": "switches; the rules themselves are files under config/rules",
    "filings.accept": FORM,
    "filings.historic": "an import that is under way, out of a workbook",
    "footage.armed_hours": NOW,
    "footage.flags": "names what was seen of people in footage: it stays where every look is written down",
    "footage.wall": NOW,
    "handover.waiting": NOW,
    "health.healthz": "read by programs",
    "lending.index": "a handful of lines; each answer stands in the log and on the site's page",
    "marks.index": "what each camera sees is a picture; the cameras themselves are in the workbook of cameras",
    "my_city.index": ONE,
    "occupations.decisions": "rules are the files themselves; what was decided of the catalogue is in its workbook",
    "offices.contact": FORM,
    "offices.deputies": "a handful of lines; each deputising stands in the log",
    "quarantine.late": "gaps that wait for a decision; a file would be old with the next one",
    "quarantine.index": "footage that waits for a decision; a file would be old with the next one",
    "rosters.index": "rosters are workbooks themselves, and each is handed back as it came",
    "search.results": "people by name or number: an export would be a way round the lists",
    "sessions.create": FORM,
    "sessions.home": "two weeks of the list of sessions, drawn; that list has a workbook",
    "specifications.index": "documents: each is printed or saved by itself",
    "staff.choose": FORM,
    "staff.new": FORM,
    "tablets.pair_tablet": FORM,
    "timed_work.index": NOW,
}
# Lists whose workbook is for some of their readers only.
NARROWER = {
    "exits.index": "a body reads its own cases, each with its letters; offices take along those of all",
    "filings.index": "to a body the page is its own few filings; the workbook is the offices' inbox",
}


def pages(app: Flask) -> set[str]:
    """What a person opens by an address without an object, and reads."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not PurePosixPath(rule.rule).suffix
        if not rule.rule.startswith("/api/")
    }


def unsaid(app: Flask, workbooks: dict[str, str], without: dict[str, str]) -> list[str]:
    return sorted(pages(app) ^ (workbooks.keys() | without.keys())) + sorted(workbooks.keys() & without.keys())


def test_every_list_has_a_workbook_or_a_reason(app: Flask) -> None:
    assert unsaid(app, WORKBOOKS, WITHOUT) == []


def test_a_list_that_nobody_spoke_of_is_named(app: Flask) -> None:
    less = {name: book for name, book in WORKBOOKS.items() if name != "sessions.index"}
    assert unsaid(app, less, WITHOUT) == ["sessions.index"]


def test_a_workbook_is_open_to_those_who_read_the_list_and_linked_there(app: Flask) -> None:
    texts = " ".join(page.read_text(encoding="utf-8") for page in TEMPLATES.rglob("*.html"))
    texts += " ".join(page.read_text(encoding="utf-8") for page in TEMPLATES.rglob("*.py"))
    for page, book in WORKBOOKS.items():
        assert book in DOWNLOADS, book
        assert set(MAY[book]) <= set(MAY[page]), page
        assert (set(MAY[book]) == set(MAY[page])) is (page not in NARROWER), page
        assert any(f"url_for({quote}{book}{quote}" in texts for quote in "\"'"), f"no page links {book}"
