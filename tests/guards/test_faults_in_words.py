"""What is wrong with input is told in the reader's language: no default message of marshmallow reaches anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from examops.core.language import Message, translations
from examops.registration.batches.forms import BatchSchema
from examops.web.api import InputParser, LenientSchema
from examops.web.inputs import ListOf, Part, WholeNumber
from tests.factories import Factory
from tests.guards.walk import Browser

CHINESE = re.compile(r"[\u3400-\u9fff]")
UID = "0190d6a0-0000-7000-8000-000000000001"
ODD = (None, "", "x", "\0", "x" * 5000, "9" * 30, 5, -1, 2**80, 1e308, True, [], {}, [None], [{}], [[]], [5], {"a": 1})
LISTS_OF_MANY = [{}] * 501, ["x"] * 2000


# Schemas that are made for somebody.
MADE = {BatchSchema: lambda: BatchSchema(frozenset())}


def schemas(of: type[Schema] = LenientSchema) -> Iterator[type[Schema]]:
    """Every schema of the product that input is read by."""
    for one in of.__subclasses__():
        if one.__module__.startswith(("examops.", "config.")):
            yield one
        yield from schemas(one)


def inputs(schema: Schema) -> Iterator[dict[str, Any]]:
    """Nothing at all, and every field with each odd value."""
    yield {}
    for name, field in schema.fields.items():
        many = LISTS_OF_MANY if isinstance(field, fields.List) else ()
        for value in (*ODD, *many):
            yield {field.data_key if field.data_key is not None else name: value}


def leaves(faults: Any) -> Iterator[Any]:
    if isinstance(faults, dict):
        for one in faults.values():
            yield from leaves(one)
    elif isinstance(faults, list):
        for one in faults:
            yield from leaves(one)
    else:
        yield faults


@cache
def faults_of(schema: type[Schema]) -> dict[Any, str]:
    """Each fault with what it answers."""
    found, made = {}, MADE.get(schema, schema)()
    for given in inputs(made):
        try:
            made.load(given, unknown=EXCLUDE)
        except ValidationError as error:
            found.update(dict.fromkeys(leaves(error.messages), f"{given!r:.40}"))
    return found


def unworded(schema: type[Schema]) -> list[str]:
    """Faults that are no text of the catalogue."""
    return [f"{given}: {fault}" for fault, given in faults_of(schema).items() if not is_worded(fault)]


def is_worded(fault: Any) -> bool:
    """A text of the catalogue, or one that only joins such texts."""
    if not isinstance(fault, Message):
        return False
    return bool(CHINESE.search(fault.text)) or (bool(fault.values) and all(map(is_worded, fault.values.values())))


def test_every_fault_of_every_schema_is_a_text_of_the_catalogue(app: Flask) -> None:
    found = {schema.__qualname__: faults for schema in set(schemas()) if (faults := unworded(schema))}
    assert found == {}, "use the fields of examops/web/inputs, which word their faults"


def test_these_texts_have_their_english(app: Flask) -> None:
    texts = {fault.text for schema in set(schemas()) for fault in faults_of(schema) if is_worded(fault)}
    assert texts
    assert {text for text in texts if text not in translations("en")._catalog} == set()


@pytest.mark.parametrize(
    "field",
    [
        fields.Str(required=True),
        fields.Int(),
        fields.List(fields.Str(), validate=validate.Length(1, 2)),
        fields.Str(validate=validate.OneOf(["a"])),
        ListOf(Part(Schema.from_dict({"n": fields.Int(required=True)}))),
    ],
)
def test_a_plain_field_is_noticed(field: fields.Field[Any]) -> None:
    assert unworded(LenientSchema.from_dict({"name": field}))
    assert not unworded(LenientSchema.from_dict({"name": WholeNumber(required=True)}))


def test_every_blueprint_of_the_api_reads_by_our_parser(app: Flask) -> None:
    """smorest's own parser answers marshmallow's words."""
    own = [one for one in app.blueprints.values() if isinstance(one, Blueprint)]
    assert own
    assert [one.name for one in own if not isinstance(one.ARGUMENTS_PARSER, InputParser)] == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "预约：请填写"), ("en-GB,en;q=0.9", "Bookings: please fill in")]
)
def test_a_malformed_request_is_answered_in_the_readers_language(
    app: Flask, make: Factory, language: str, words: str
) -> None:
    client = Browser(app, make.user("coordinator", make.body())).client
    headers = {"Idempotency-Key": "key-one-1", "Accept-Language": language}
    answer = client.post(f"/api/v1/sessions/{UID}/bookings", json={}, headers=headers)
    assert (answer.status_code, answer.json["code"], answer.json["message"]) == (422, "invalid", words)
    assert list(answer.json["errors"]) == ["bookings"]
