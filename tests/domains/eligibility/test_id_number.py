"""The ID number and the social credit code."""

import random
from datetime import date

import pytest

from examops.eligibility.id_number import check_character, mask, normalise, read_id_number
from examops.organisations.credit_code import check_character as credit_check
from examops.organisations.credit_code import read_credit_code
from tests.domains.eligibility.people import an_id

DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("number", "sex", "born_on"),
    [
        ("11010519491231002X", "female", date(1949, 12, 31)),
        ("440604199001010018", "male", date(1990, 1, 1)),
        ("440605199001010022", "female", date(1990, 1, 1)),
        ("440608199001010013", "male", date(1990, 1, 1)),
        (an_id(born="20000229"), "male", date(2000, 2, 29)),
        (an_id("440681"), "male", date(1990, 1, 1)),
        (an_id("810000"), "male", date(1990, 1, 1)),
    ],
)
def test_a_sound_number_tells_birth_date_and_sex(number, sex, born_on):
    reading = read_id_number(number, on=DAY)

    assert (reading.problems, reading.sex, reading.born_on) == ((), sex, born_on)


@pytest.mark.parametrize(
    ("number", "codes", "is_sound"),
    [
        ("", ["id.missing"], True),
        ("440606900101001", ["id.first_generation"], False),
        ("4406061990010100", ["id.length"], False),
        ("44060619900101001A", ["id.characters"], False),
        ("440606199001010011", ["id.checksum"], False),
        (an_id(born="19900230"), ["id.birth_date"], False),
        (an_id(born="19001301"), ["id.birth_date"], False),
        (an_id(born="20261126"), ["id.birth_date"], False),
        (an_id(born="18991231"), ["id.birth_date"], False),
        (an_id("990101"), ["id.province"], False),
        (an_id("440699"), ["id.county"], True),
        ("990101199002300011", ["id.checksum", "id.province", "id.birth_date"], False),
    ],
)
def test_every_fault_of_a_number_is_told(number, codes, is_sound):
    reading = read_id_number(number, on=DAY)

    assert [problem.code for problem in reading.problems] == codes
    assert reading.is_sound is is_sound


def test_a_child_born_on_the_day_is_not_from_the_future():
    assert read_id_number(an_id(born="20261125"), on=DAY).is_sound


def test_one_wrong_digit_never_passes():
    dice = random.Random(11)
    for _ in range(500):
        number = an_id(sequence=f"{dice.randint(0, 999):03d}")
        place = dice.randrange(17)
        wrong = number[:place] + str((int(number[place]) + dice.randint(1, 9)) % 10) + number[place + 1 :]
        assert check_character(wrong[:17]) != wrong[17]


@pytest.mark.parametrize(
    "typed",
    [" 11010519491231002x", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ", "'11010519491231002X"],
)
def test_a_number_is_read_however_it_is_typed(typed):
    assert normalise(typed) == "11010519491231002X"


def test_a_mask_shows_four_and_four():
    assert mask("440902199001013417") == "4409**********3417"
    assert mask("12345678") == "********"
    assert mask("") == ""


@pytest.mark.parametrize(
    ("code", "warning"),
    [
        ("91350100M000100Y43", ""),
        ("91512081MA62K0260E", ""),
        ("11320000MB151840XJ", ""),
        (" 91350100m000100y43 ", ""),
        ("91350211M0000XUF46", "checksum"),
        ("91350100M000100Y4Z", "characters"),
        ("91350100M000100Y4", "length"),
        ("", "length"),
    ],
)
def test_a_credit_code_warns(code, warning):
    assert read_credit_code(code).warning == warning


def test_the_credit_check_character_is_never_one_left_out():
    dice = random.Random(3)
    for _ in range(500):
        head = "".join(dice.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=17))
        assert read_credit_code(head + credit_check(head)).is_sound
