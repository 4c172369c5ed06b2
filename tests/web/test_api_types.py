"""The scripts' types are those of the document as it is now."""

from __future__ import annotations

from tools import api_types


def test_the_committed_types_were_made_from_this_document() -> None:
    """`make types` generates them again and compares every line; this needs no Node."""
    assert api_types.known_digest() == api_types.digest(), "run make api-types and commit src/shared/api.d.ts"


def test_a_nullable_reference_is_that_object_or_null() -> None:
    reference = {"$ref": "#/components/schemas/Activity"}
    written = {"anyOf": [reference, {"type": "object", "nullable": True}]}
    assert api_types.with_plain_nulls({"a": [written]}) == {"a": [{"allOf": [reference], "nullable": True}]}
