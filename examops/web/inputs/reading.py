"""Reads forms, query strings and JSON by a schema: a dict of its attributes, or every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing
from marshmallow.exceptions import SCHEMA
from werkzeug.datastructures import MultiDict

from examops.core.errors import Invalid
from examops.core.language import N_, Message, join_messages, message


class InvalidInput(Invalid):
    """Input that does not fit its schema.

    ``faults``: what is wrong, by field (``bookings.0.turn_uid`` within lists; ``""`` for the input as a whole).
    ``valid``: what could be read of the rest. ``given``: what came in, to fill a form again.
    """

    advice = N_("改好后再提交")

    def __init__(
        self,
        faults: Mapping[str, Message],
        *,
        labels: Mapping[str, str | None] | None = None,
        valid: Any = None,
        given: Any = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(N_("填写的内容不对"), advice=advice)
        self.faults, self.valid, self.given = dict(faults), valid or {}, given or {}
        lines = [_line(name, fault, labels or {}) for name, fault in faults.items()]
        self.wording = join_messages(N_("；"), list(dict.fromkeys(lines)))

    def to_json(self) -> dict[str, Any]:
        return {**super().to_json(), "errors": {name: str(fault) for name, fault in self.faults.items()}}


def _line(name: str, fault: Message, labels: Mapping[str, str | None]) -> Message:
    """The fault with what its field is called; of a label "" it is a sentence already."""
    label = labels.get(name.partition(".")[0])
    if not name or label == "":
        return fault
    return message(N_("{label}：{fault}"), label=message(label) if label else name, fault=fault)


def read_form(schema: type[Schema] | Schema) -> dict[str, Any]:
    """The submitted form. Raises :class:`InvalidInput`, with the schema's own ``advice`` if it has one."""
    return read(schema, request.form)


def read_query(schema: type[Schema] | Schema) -> dict[str, Any]:
    """The query string. Raises :class:`InvalidInput`."""
    return read(schema, request.args)


def read_json(schema: type[Schema] | Schema) -> dict[str, Any]:
    """The JSON object in the body. Raises :class:`InvalidInput`."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # brackets in brackets, thousands deep
        body = None
    if not isinstance(body, dict):
        raise InvalidInput({"": message(N_("请求的内容须为一个 JSON 对象"))})
    return read(schema, body)


def read(schema: type[Schema] | Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` by its schema; of a field that came several times the first counts, unless it is a list."""
    one = schema if isinstance(schema, Schema) else _made(schema)
    plain = _single(one, given) if isinstance(given, MultiDict) else dict(given)
    try:
        return dict(one.load(plain, unknown=EXCLUDE))
    except ValidationError as error:
        raise invalid_input(error, one, plain) from None


@lru_cache(maxsize=512)
def _made(schema: type[Schema]) -> Schema:
    """Once: a schema copies its fields when it is made, which costs more than reading a request by it."""
    return schema()


def read_together(*readers: Callable[[], Any], clause: str = "") -> list[Any]:
    """What each of them reads, for a form of several schemas. Raises one :class:`InvalidInput` with every fault."""
    answers: list[Any] = []
    refused: list[InvalidInput] = []
    for reader in readers:
        try:
            answers.append(reader())
        except InvalidInput as error:
            refused.append(error)
    if refused:
        whole = InvalidInput({name: fault for one in refused for name, fault in one.faults.items()})
        whole.wording = join_messages(N_("；"), [one.wording for one in refused])
        whole.clause = clause
        raise whole
    return answers


def read_valid(schema: type[Schema] | Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """What can be read of ``given``, the rest as if it had not come: a filter that makes no sense is no filter."""
    one = schema if isinstance(schema, Schema) else _made(schema)
    try:
        return read(one, given)
    except InvalidInput as refused:
        absent = {name: _absent(field) for name, field in one.fields.items()}
        return {**absent, **{name: value for name, value in refused.valid.items() if name in absent}}


def _absent(field: fields.Field[Any]) -> Any:
    default = field.load_default
    return None if default is missing else default() if callable(default) else default


def invalid_input(error: ValidationError, schema: Schema, given: Any) -> InvalidInput:
    """marshmallow's fault as our refusal."""
    labels = {
        _name(one): "" if getattr(one, "fault", "") else getattr(one, "label", None) for one in schema.fields.values()
    }
    return InvalidInput(
        dict(_flat(error.messages)),
        labels=labels,
        valid=error.valid_data,
        given=given,
        advice=getattr(schema, "advice", None),
    )


def _single(schema: Schema, given: MultiDict[str, str]) -> dict[str, Any]:
    lists = {_name(field) for field in schema.fields.values() if isinstance(field, fields.List)}
    return {name: given.getlist(name) if name in lists else given[name] for name in given}


def _name(field: fields.Field[Any]) -> str:
    return str(field.data_key if field.data_key is not None else field.name)


def _flat(faults: Any, prefix: str = "") -> Iterable[tuple[str, Message]]:
    """``{"a": {0: {"b": [fault]}}}`` as ``a.0.b`` and its first fault."""
    if isinstance(faults, Mapping):
        for name, inner in faults.items():
            yield from _flat(inner, prefix if name == SCHEMA else f"{prefix}.{name}" if prefix else str(name))
    elif faults:
        first = faults[0] if isinstance(faults, list) else faults
        yield prefix, first if isinstance(first, Message) else message(N_("填得不对"))
