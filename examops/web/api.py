"""What every JSON endpoint under ``/api/v1`` shares: loose requests, the shape of refusals, how to sign in."""

from __future__ import annotations

from typing import Any

from flask_smorest import Api
from marshmallow import EXCLUDE, Schema, fields, validate

DESCRIPTION = """The JSON of examops, for browsers of signed-in people, paired devices and other systems.

People: the session cookie `examops` of `/sign-in`; requests that change something also carry the token of the page's
`<meta name="csrf-token">` in `X-CSRFToken`. Devices: `Authorization: Bearer TOKEN` from pairing. Everybody sees what
their pages show, never more. Times are RFC 3339; words are Chinese unless the reader chose another language.
A refusal is `{code, message, advice, clause, params}`: `code` never changes, `message` and `advice` are for people."""
SECURITY_SCHEMES: dict[str, dict[str, Any]] = {
    "person": {"type": "apiKey", "in": "cookie", "name": "examops"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
    "device": {"type": "http", "scheme": "bearer"},
}
PERSON_READS: list[dict[str, list[str]]] = [{"person": []}]
PERSON_WRITES: list[dict[str, list[str]]] = [{"person": [], "csrf": []}]
DEVICE: list[dict[str, list[str]]] = [{"device": []}]
NOBODY: list[dict[str, list[str]]] = []


class LenientSchema(Schema):
    """Unknown fields are ignored: both sides are updated at different times."""

    class Meta:
        unknown = EXCLUDE


class RefusalSchema(Schema):
    code = fields.Str(required=True, metadata={"description": "Stable, such as `session.full`"})
    message = fields.Str(required=True)
    advice = fields.Str(required=True, metadata={"description": "What to do next; may be empty"})
    clause = fields.Str(metadata={"description": "The rule it rests on; may be empty"})
    params = fields.Dict(keys=fields.Str(), metadata={"description": "The values it was decided on"})
    errors = fields.Dict(keys=fields.Str(), metadata={"description": "Per field, when the request itself is malformed"})


class IdempotencySchema(LenientSchema):
    """Header of a POST that must happen once."""

    key = fields.Str(
        data_key="Idempotency-Key",
        required=True,
        validate=validate.Length(8, 100),
        metadata={
            "description": "Chosen by the caller, new for every new wish; the same key gets the same answer for a day"
        },
    )


class Document(Api):
    """Smorest's document, with our own shape of refusals."""

    ERROR_SCHEMA = RefusalSchema

    def _register_error_handlers(self) -> None:
        """Refusals are answered by examops/web/errors.py, for people and machines alike."""
