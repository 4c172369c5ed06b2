"""How many occupations have conditions, ratio and times from a published source; the document says the same."""

from datetime import date
from pathlib import Path

import pytest

from config.occupations import catalogue
from config.rulebook import rulebook
from examops.catalogue.listing import matching
from examops.catalogue.published import Kind, counts, published
from examops.catalogue.values import values_of
from tests.domains.catalogue.test_filing import decided as decide

DAY = date(2026, 11, 30)
DOCUMENT = Path(__file__).parents[3] / "docs/catalogue.md"


def found():
    """Name → what was found, in order of the codes."""
    occupations = matching({"q": "", "sector": ""})
    return {one.name: published(values_of(one, DAY, rulebook(), catalogue()), one.levels) for one in occupations}


def test_the_document_says_what_the_data_say():
    rows, document = found(), DOCUMENT.read_text(encoding="utf-8")
    sums = counts(rows.values())
    names = {kind: [name for name, row in rows.items() if kind in row.found] for kind in Kind}
    whole = [name for name, row in rows.items() if row.whole_levels]

    table = [
        ("in the catalogue", sums.occupations, []),
        ("conditions", sums.conditions, names[Kind.CONDITIONS]),
        ("ratio", sums.ratio, names[Kind.RATIO]),
        ("times", sums.times, names[Kind.TIMES]),
        ("all three for one level", sums.whole, whole),
    ]
    for words, number, which in table:
        assert f"| {words} | {number} | {'、'.join(which)} |" in document


@pytest.mark.parametrize(
    ("name", "level", "kinds"),
    [
        ("中式烹调师", "4", set(Kind)),  # ratio, times and parts of a school's page, conditions of two others
        ("中式烹调师", "5", {Kind.CONDITIONS}),  # that page is about level 4
        ("钳工", "4", {Kind.RATIO, Kind.TIMES}),  # its conditions carry the common wording
        ("西式面点师", "2", {Kind.TIMES}),  # with the review
        ("车工", "5", {Kind.CONDITIONS}),  # the theory has a source, the practical part none
        ("人工智能训练师", "2", set()),  # the review has no time
        ("陶瓷烧成工", "4", set()),
    ],
)
def test_a_level_has_what_a_page_says_of_it(name, level, kinds):
    assert dict(found()[name].by_level)[level] == kinds


def test_a_decision_of_the_city_is_no_published_source():
    one = catalogue().find("陶瓷烧成工")
    keys = ("theory_minutes.4", "skill_minutes.4")
    base = values_of(one, DAY, rulebook(), catalogue())
    values = values_of(
        one, DAY, rulebook(), catalogue(), [decide(one.code, key, "confirmed", base[key].base, DAY) for key in keys]
    )

    assert all(values[key].is_settled for key in keys)
    assert dict(published(values, one.levels).by_level)["4"] == set()
