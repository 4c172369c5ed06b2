"""Input by declared schemas: every odd value is a fault of its field, all of them at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from marshmallow import validates_schema

from examops.core.language import N_
from examops.web.api import LenientSchema
from examops.web.inputs import (
    Day,
    InvalidInput,
    ListOf,
    Moment,
    OneOf,
    Part,
    ShortText,
    Uid,
    WholeNumber,
    YesNo,
    input_fault,
    read,
    read_form,
    read_json,
    read_query,
)

UID = "0190d6a0-0000-7000-8000-000000000001"


class Colour(StrEnum):
    RED = "red"


class TurnSchema(LenientSchema):
    turn_uid = Uid(required=True)


class OddSchema(LenientSchema):
    number = WholeNumber(1, 12, label=N_("轮次"))
    big = WholeNumber()
    text = ShortText(5)
    lines = ShortText(20, lines=True)
    at = Moment(data_key="from")
    local = Moment(local=True)
    day = Day()
    uid = Uid()
    colour = OneOf(Colour)
    tick = YesNo()
    turns = ListOf(Part(TurnSchema), most=2)
    codes = ListOf(ShortText(3))


def faults(given: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        read(OddSchema, given)
    assert caught.value.status == 422
    return caught.value.to_json()["errors"]


def test_what_fits_is_read_into_its_types() -> None:
    values = read(
        OddSchema,
        {
            "number": " 3 ",
            "big": 2**63 - 1,
            "text": " 东门 ",
            "lines": "一\n二",
            "from": "2026-11-24T01:00:00Z",
            "local": "2026-11-24T09:00",
            "day": "2026-11-24",
            "uid": UID,
            "colour": "red",
            "tick": "on",
            "turns": [{"turn_uid": UID}],
            "codes": ["A"],
            "nobody_asked": 1,
        },
    )
    moment = datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert values == {
        "number": 3,
        "big": 2**63 - 1,
        "text": "东门",
        "lines": "一\n二",
        "at": moment,
        "local": moment,
        "day": date(2026, 11, 24),
        "uid": UUID(UID),
        "colour": Colour.RED,
        "tick": True,
        "turns": [{"turn_uid": UUID(UID)}],
        "codes": ["A"],
    }
    assert values["local"].utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_nothing_given_is_no_fault_where_nothing_is_required(nothing: Any) -> None:
    names = ("number", "text", "from", "day", "uid", "colour", "tick", "turns")
    values = read(OddSchema, dict.fromkeys(names, nothing))
    assert (values["number"], values["text"], values["at"], values["tick"], values["turns"]) == (
        None,
        "",
        None,
        False,
        [],
    )


ODD = {
    "number": (0, 13, 2**63, -(2**80), "9" * 5000, True, 1.5, float("inf"), float("nan"), "1_0", "x", [], {}),
    "big": (2**63, -1, str(2**63)),
    "text": ("a\0", "\ud800", "a\nb", "abcdef", 5, [], {}, True, "\x1b[0m"),
    "lines": ("\0", "\udfff\n", "x" * 21),
    "from": ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-24T09:00", "\0", 5, "x" * 999),
    "local": ("0001-01-01T00:00", "9999-12-31T23:59", "1999-12-31T23:59", "yesterday", []),
    "day": ("0001-01-01", "9999-12-31", "2101-01-01", 20261124, "24.11.2026"),
    "uid": ("1", "\0", UID + "0", 5, [], {"uid": UID}),
    "colour": ("blue", "\0", 1, [], {}, True),
    "tick": ("maybe", 5, [], {}),
    "turns": ({}, 5, "x", [{}] * 3, [5], [None], [{"turn_uid": "1"}]),
    "codes": (["\0"], ["abcd"], [[]], "abc"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in ODD.items() for value in values])
def test_an_odd_value_is_a_fault_of_its_field(name: str, value: Any) -> None:
    found = faults({name: value})
    assert [one.split(".")[0] for one in found] == [name]


@pytest.mark.parametrize("text", ["\u200b", "\u202e\u202e", " \u2066\n\u200b ", "\ufeff"])
def test_what_nobody_can_see_is_not_given(text: str) -> None:
    class ReasonSchema(LenientSchema):
        why = ShortText(20, lines=True, required=True, fault=N_("写明理由"))

    with pytest.raises(InvalidInput):
        read(ReasonSchema, {"why": text})
    assert read(OddSchema, {"lines": text})["lines"] == ""
    assert read(ReasonSchema, {"why": f"少两页{text}"})["why"].startswith("少两页")


def test_every_fault_is_told_at_once_and_what_fits_is_kept() -> None:
    given = {"number": 99, "text": "东门", "turns": [{"turn_uid": UID}, {"turn_uid": "x"}]}
    with pytest.raises(InvalidInput) as caught:
        read(OddSchema, given)
    error = caught.value
    assert set(error.faults) == {"number", "turns.1.turn_uid"}
    assert (error.valid["text"], error.given) == ("东门", given)
    assert error.words.startswith("轮次：须为 1–12 的整数；")


def test_a_refusal_in_the_log_carries_nothing_that_was_filled_in() -> None:
    with pytest.raises(InvalidInput) as caught:
        read(OddSchema, {"text": "张三李四王五"})
    assert "张" not in str(caught.value) + str(caught.value.logged)


class SpanSchema(LenientSchema):
    start = WholeNumber(required=True)
    end = WholeNumber(required=True)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["end"] <= data["start"]:
            raise input_fault(N_("请填写"), "end")


def test_fields_are_compared_once_each_can_be_read() -> None:
    with pytest.raises(InvalidInput) as caught:
        read(SpanSchema, {"start": 2, "end": 1})
    assert set(caught.value.faults) == {"end"}
    with pytest.raises(InvalidInput) as caught:
        read(SpanSchema, {"start": 2})
    assert set(caught.value.faults) == {"end"}


def test_forms_and_query_strings_give_lists_where_the_schema_has_them() -> None:
    app = Flask("test")
    with app.test_request_context("/?codes=A&codes=B&number=3&number=4", method="POST", data={"codes": ["C", "D"]}):
        assert (read_query(OddSchema)["codes"], read_query(OddSchema)["number"]) == (["A", "B"], 3)
        assert read_form(OddSchema)["codes"] == ["C", "D"]


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b"null", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 100_000])
def test_a_body_that_is_no_object_is_a_fault_of_the_whole(body: bytes) -> None:
    with (
        Flask("test").test_request_context("/", method="POST", data=body, content_type="application/json"),
        pytest.raises(InvalidInput) as caught,
    ):
        read_json(OddSchema)
    assert set(caught.value.faults) == {""}


def test_a_surrogate_and_a_huge_number_in_json_are_faults() -> None:
    body = b'{"text": "\\ud800", "big": ' + b"9" * 4000 + b"}"
    with (
        Flask("test").test_request_context("/", method="POST", data=body, content_type="application/json"),
        pytest.raises(InvalidInput) as caught,
    ):
        read_json(OddSchema)
    assert set(caught.value.faults) == {"text", "big"}
