"""Occupations and divisions: complete, consistent with the standards in the rulebook."""

import pytest

from config.divisions import divisions
from config.occupations import CatalogueFault, catalogue, load
from config.rulebook import rulebook


def test_every_standard_named_has_conditions_for_every_level_offered():
    for occupation in catalogue().by_code.values():
        for version in occupation.standards:
            for level in occupation.levels:
                assert f"standard.{occupation.code}.{version}.level_{level}" in rulebook()


def test_every_related_occupation_is_a_code():
    for key, entry in rulebook().items():
        if key.endswith(".related"):
            assert all(code.count("-") == 3 for code in entry.on_latest().value)


@pytest.mark.parametrize("text", ["电工", " 电工 ", "6-31-01-03", "维修电工", "电工（6-31-01-03）", "电工(低压)"])
def test_an_occupation_is_found_by_code_name_or_trade(text):
    assert catalogue().find(text).code == "6-31-01-03"


def test_an_unknown_occupation_is_not_guessed():
    assert catalogue().find("电") is None


def test_a_wrong_catalogue_tells_all_its_faults(tmp_path):
    file = tmp_path / "occupations.yaml"
    file.write_text("occupations:\n  - {code: 1-01-01-01, name: x, levels: [6], shiny: true}\n", encoding="utf-8")
    with pytest.raises(CatalogueFault) as error:
        load(file)

    for complaint in ("unknown key 'shiny'", "'standards' must be list", "levels are 1 to 5"):
        assert complaint in str(error.value)


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
