"""What a scanner gives is known by its form, whatever stands around it; a misread is no verdict and is not kept."""

import pytest
from sqlalchemy import func, select

from examops.checkin.models import Scan
from examops.checkin.readings import Misread, WrongIdNumber, read_text
from examops.core.database import db
from tests.domains.checkin.conftest import ID_NUMBER

CODE = "EXAMPLECODE234567ABCDEFGHI"
FULL_WIDTH = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        CODE.translate(FULL_WIDTH),
        f"{CODE}\t",
        f"{CODE}\r\n",
        f"]Q1{CODE}",
        f"]Q3{CODE}",
        f"https://exam.example:8443/t/{CODE}",
        f"https://exam.example/t/{CODE.lower()}?from=wx",
        " ".join(CODE),
        f"\ufeff{CODE}\u3000",
    ],
)
def test_a_code_is_26_letters_whatever_stands_around_it(text: str) -> None:
    assert read_text(text).codes == (CODE,)


def test_letters_of_the_same_kind_beside_it_leave_a_few_places_to_look_up() -> None:
    assert CODE in read_text(f"Q3{CODE}").codes
    assert CODE in read_text(f"{CODE}{CODE}").codes


@pytest.mark.parametrize(
    "text",
    [ID_NUMBER, ID_NUMBER.translate(FULL_WIDTH), f"]C1{ID_NUMBER}", "440604 19900101 0018", f"身份证 {ID_NUMBER}\t"],
)
def test_an_id_number_is_known_by_its_form(text: str) -> None:
    assert read_text(text).id_number == ID_NUMBER


def test_a_small_or_wide_x_at_the_end_is_an_x() -> None:
    assert {read_text(f"44060419900101000{x}").id_number for x in "xXｘＸ"} == {"44060419900101000X"}


@pytest.mark.parametrize("text", [CODE[:13], CODE[:25], "WWW.EXAMPLE.COM", "6901028075862", "", "44060419900101001"])
def test_half_a_code_and_other_codes_are_misreads(text: str) -> None:
    with pytest.raises(Misread):
        read_text(text)


def test_a_number_with_a_slip_is_a_misread_and_shown_masked() -> None:
    with pytest.raises(WrongIdNumber) as refused:
        read_text("440604199001010017")
    assert "440604199001010017" not in refused.value.words


def test_a_misread_is_no_verdict_and_is_not_kept(exam, desk) -> None:
    for text in (CODE[:13], "440604199001010017", "https://weixin.example/abc"):
        answer = desk(text)
        assert (answer.status_code, answer.json["code"]) == (422, "scan.misread")
        assert answer.json["advice"]
    assert db.session.execute(select(func.count(Scan.id))).scalar() == 0


def test_a_number_in_the_field_of_codes_and_a_code_in_that_of_numbers_count(exam, codes, desk) -> None:
    assert desk(code=ID_NUMBER.translate(FULL_WIDTH), via="scanner").json["admitted"] is True
    assert desk(id_number=f"]Q1{codes[0]}", via="typed").json["admitted"] is True


def test_a_link_and_a_scanners_mark_lead_to_the_person(exam, codes, desk) -> None:
    assert desk(f"https://exam.example/t/{codes[0]}").json["admitted"] is True
    assert desk(f"]Q3{codes[1]}").json["admitted"] is True
    assert desk(f"Q3{codes[2]}").json["admitted"] is True
