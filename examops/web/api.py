"""What every JSON endpoint under ``/api/v1`` shares: loose requests, the shape of refusals, how to sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import flask_smorest
from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from marshmallow import EXCLUDE, Schema, fields
from webargs.flaskparser import FlaskParser

from examops.web.inputs import ShortText, read, read_json, read_query

F = TypeVar("F", bound=Callable[..., Any])

DESCRIPTION = """The JSON of examops, for browsers of signed-in people, paired devices and other systems.

People: the session cookie `examops` of `/sign-in`; requests that change something also carry the token of the page's
`<meta name="csrf-token">` in `X-CSRFToken`. Devices: `Authorization: Bearer TOKEN` from pairing. Everybody sees what
their pages show, never more. Times are RFC 3339; words are Chinese, or English by `Accept-Language: en` or as a
signed-in reader chose in the browser.
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


class ListPageSchema(Schema):
    """The end of a list that comes in pages."""

    next = fields.Str(
        required=True, allow_none=True, metadata={"description": "`before` of the next page; null at the end"}
    )


class IdempotencySchema(LenientSchema):
    """Header of a POST that must happen once."""

    key = ShortText(
        100,
        least=8,
        data_key="Idempotency-Key",
        required=True,
        metadata={
            "description": "Chosen by the caller, new for every new wish; the same key gets the same answer for a day"
        },
    )


class Document(Api):
    """Smorest's document, with our own shape of refusals."""

    ERROR_SCHEMA = RefusalSchema

    def _register_error_handlers(self) -> None:
        """Refusals are answered by examops/web/errors.py, for people and machines alike."""


class InputParser(FlaskParser):
    """``@bp.arguments`` by the readers of ``examops.web.inputs``: the same refusal with every fault, never a 500."""

    def parse(self, argmap: Any, req: Any = None, *, location: str | None = None, **_options: Any) -> dict[str, Any]:
        if location == "query":
            return read_query(argmap)
        return read(argmap, dict(request.headers)) if location == "headers" else read_json(argmap)


class JsonBlueprint(flask_smorest.Blueprint):
    """A blueprint of the API whose input is read as everywhere else."""

    ARGUMENTS_PARSER = InputParser()

    def reads(self, answers: type[Schema], *refusals: int, **response: Any) -> Callable[[F], F]:
        """A call by somebody signed in that changes nothing. ``refusals``: the statuses that it has of its own;
        ``response``: what smorest's ``response`` takes, and a ``status`` other than 200."""
        return self._by_person(PERSON_READS, answers, refusals, response)

    def writes(self, answers: type[Schema], *refusals: int, **response: Any) -> Callable[[F], F]:
        """The same for one that changes something."""
        return self._by_person(PERSON_WRITES, answers, refusals, response)

    def _by_person(
        self, security: Any, answers: type[Schema], refusals: tuple[int, ...], response: dict[str, Any]
    ) -> Callable[[F], F]:
        given = {"status": 200, **response}
        status = given.pop("status")

        def wrap(view: F) -> F:
            for one in reversed(refusals):
                view = self.alt_response(one, schema=RefusalSchema)(view)
            return self.doc(security=security)(self.response(status, answers, **given)(view))

        return wrap


@dataclass(frozen=True)
class JsonCall:
    """What a route outside ``/api/v1`` takes and answers, for the document. ``answers`` None: 204 without content."""

    answers: type[Schema] | None
    takes: type[Schema] | None = None
    asks: type[Schema] | None = None
    status: int = 200
    is_open: bool = False


def described(call: JsonCall) -> Callable[[F], F]:
    """Puts the route into the document; the first line of its docstring is the summary."""

    def wrap(view: F) -> F:
        view.json_call = call  # type: ignore[attr-defined]
        return view

    return wrap


def json_call(
    answers: type[Schema] | None,
    *,
    takes: type[Schema] | None = None,
    asks: type[Schema] | None = None,
    status: int = 200,
) -> Callable[[Callable[..., Any]], Callable[..., ResponseReturnValue]]:
    """A page's own JSON route: reads its body by ``takes`` and its query string by ``asks``, and is in the document.

    The view is given what was read, body first, then what its address names; its answer is sent with ``status``.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., ResponseReturnValue]:
        @described(JsonCall(answers, takes, asks, status if answers else 204))
        @wraps(view)
        def called(**address: Any) -> ResponseReturnValue:
            given = [*([read_json(takes)] if takes else []), *([read_query(asks)] if asks else [])]
            answer = view(*given, **address)
            return (jsonify(answer), status) if answers else ("", 204)

        return called

    return wrap
