"""Occupations and divisions: complete, consistent with the standards in the rulebook."""

import pytest

from config.divisions import divisions
from config.occupation_faults import SECTORS
from config.occupations import CatalogueFault, catalogue, load
from config.rulebook import rulebook


def test_a_standard_has_conditions_for_every_level_offered_or_for_none():
    """For none, the judge says "?"; with some levels missing it would refuse people of the others."""
    for occupation in catalogue().by_code.values():
        for version in occupation.standards:
            parts = ["related", *(f"level_{level}" for level in occupation.levels)]
            found = [f"standard.{occupation.code}.{version}.{part}" in rulebook() for part in parts]
            assert all(found) or not any(found), (occupation.name, version)


def test_every_condition_file_belongs_to_a_standard_of_the_catalogue():
    for key in rulebook():
        if key.startswith("standard."):
            _standard, code, version, _part = key.split(".")
            assert version in catalogue().by_code[code].standards, key


def test_the_catalogue_covers_the_citys_industries():
    book = catalogue()
    judged = [one for one in book.by_code.values() if f"standard.{one.code}.{one.standard}.related" in rulebook()]

    assert len(book.by_code) >= 40
    assert len(judged) >= 15
    assert {one.sector for one in book.by_code.values()} == set(SECTORS)


def test_no_name_stands_for_two_occupations():
    names = [name for one in catalogue().by_code.values() for name in {one.name, one.name_en, *one.aliases} if name]
    assert sorted(map(str.lower, names)) == sorted({name.lower() for name in names})


def test_whoever_says_that_a_source_was_found_says_where():
    for source in catalogue().sources.values():
        assert bool(source.read_at or source.number) == (source.certainty != "not found"), source.key


def test_every_related_occupation_is_a_code():
    for key, entry in rulebook().items():
        if key.endswith(".related"):
            assert all(code.count("-") == 3 for code in entry.on_latest().value)


@pytest.mark.parametrize("text", ["电工", " 电工 ", "6-31-01-03", "维修电工", "电工（6-31-01-03）", "电工(低压)"])
def test_an_occupation_is_found_by_code_name_or_trade(text):
    assert catalogue().find(text).code == "6-31-01-03"


def test_an_unknown_occupation_is_not_guessed():
    assert catalogue().find("电") is None


GOOD = """\
sector: machining
occupations:
  - code: 1-01-01-01
    name: x
    edition: "2015"
    codes:
      "2015": {value: 1-01-01-01, source: page}
    levels: {value: [5, 4], source: page}
"""
WRONG = """\
sector: magic
occupations:
  - code: 1-01-01-02
    name: x
    edition: "2015"
    shiny: true
    codes:
      "2015": {value: 1-01-01-01, source: page}
    levels: {value: [6], source: nowhere}
    standards:
      "2018": {value: y}
    exam:
      "2018":
        skill_minutes:
          4: {value: 0, source: page}
        magic: {}
  - name: z
"""


def write_catalogue(folder, occupations):
    (folder / "occupations").mkdir()
    (folder / "occupations" / "some.yaml").write_text(occupations, encoding="utf-8")
    page = "{title: t, number: '', issued_on: '', read_at: p, certainty: copy}"
    (folder / "sources.yaml").write_text(f"sources:\n  page: {page}\n", encoding="utf-8")
    content = "lists:\n  - {name: n, from: 2020-01-01, source: page, occupations: {}}\n"
    (folder / "access_types.yaml").write_text(content, encoding="utf-8")
    return folder


def test_a_small_catalogue_is_read(tmp_path):
    found = load(write_catalogue(tmp_path, GOOD)).by_code["1-01-01-01"]

    assert (found.levels, found.levels_sourced.source.title, found.standard) == (("5", "4"), "t", "")


def test_a_wrong_catalogue_tells_file_line_and_key_of_every_fault(tmp_path):
    with pytest.raises(CatalogueFault) as error:
        load(write_catalogue(tmp_path, WRONG))

    lines = str(error.value).splitlines()
    for beginning in (
        "some.yaml:1: sector: sector must be one of",
        "some.yaml:3: code: differs from codes of 2015: 1-01-01-01",
        "some.yaml:6: shiny: unknown key",
        "some.yaml:9: source: 'nowhere' is in no list of sources",
        "some.yaml:9: value: levels are X 5 4 3 2 1 T S, each once",
        "some.yaml:11: 2018: has no source",
        "some.yaml:15: 4: must be a whole number from 1 to 1000",
        "some.yaml:16: magic: must be one of parts",
        "some.yaml:17: levels: is missing",
    ):
        assert any(line.startswith(beginning) for line in lines), (beginning, lines)


def test_an_imported_occupation_leads_over_the_houses_own(tmp_path):
    folder = write_catalogue(tmp_path, GOOD)
    imported = GOOD.replace("sector: machining\n", "").replace("[5, 4]", "[3]")
    imported = imported.replace("name: x", "name: x\n    sector: care")
    (folder / "occupations" / "imported.yaml").write_text(imported, encoding="utf-8")

    found = load(folder).by_code["1-01-01-01"]

    assert (found.levels, found.sector) == (("3",), "care")


def test_divisions_hold_foshan_its_former_codes_and_every_province():
    book = divisions()

    assert book.foshan["440606"] == "顺德区"
    assert {"440606", "440681", "440623", "440902", "110105"} <= book.counties
    assert book.province_of("440606") == "广东省"
    assert book.province_of("990101") is None
    assert all(code[:2] in book.provinces for code in book.counties)


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ("佛山", True),
        ("佛山市顺德区大良街道", True),
        ("广东省佛山市", True),
        ("广东佛山南海", True),
        ("顺德", True),
        ("高明区", True),
        ("440606", True),
        ("440681", True),
        ("440620", False),
        ("广州", False),
        ("广东省中山市", False),
        ("广西桂林市三水镇", False),
        ("海南省", False),
        ("北京市朝阳区佛山路", False),
        ("440106", False),
        ("广东省", None),
        ("南海大道", None),
        ("三水镇", None),
        ("", None),
        ("999999", None),
    ],
)
def test_a_place_is_resolved_by_the_list_of_divisions(place, inside):
    assert divisions().is_in_foshan(place) is inside
