"""Names of files as pages show them, and marks that turn a text about."""

from __future__ import annotations

import pytest
from marshmallow import Schema

from examops.sheets.characters import file_name
from examops.web.inputs import ShortText, read


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("rtl\u202efdp.exe", "rtlfdp.exe"),
        ("\u2067承诺书\u2069.pdf", "承诺书.pdf"),
        ("财务" * 90 + ".pdf", "财务" * 57 + "财…" + ".pdf"),
        ("长" * 130, "长" * 120),
        ("a.b" + "c" * 130, "a.b" + "c" * 117),
        ("\u202e", ""),
        ("a\x07b.png", "a\u2407b.png"),
    ],
)
def test_a_file_name_turns_no_page_about_and_keeps_its_ending(sent: str, shown: str) -> None:
    assert (file_name(sent), len(file_name(sent)) <= 120) == (shown, True)


class Form(Schema):
    name = ShortText(8)


def test_marks_that_came_with_a_copied_text_are_left_out() -> None:
    """Windows' certificate dialog puts U+200E before a number, spreadsheets U+202D and U+202C around it."""
    assert read(Form(), {"name": "\u202d 91440606\u202c"}) == {"name": "91440606"}
    assert read(Form(), {"name": "陈\u202e一"}) == {"name": "陈一"}
