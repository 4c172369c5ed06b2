"""The API's document: what flask-smorest describes, and the pages' own JSON routes from the schemas they read by."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from flask_smorest import Api

from config.settings import load
from examops.web.api import NOBODY, PERSON_READS, PERSON_WRITES, SECURITY_SCHEMES, JsonCall, RefusalSchema

NOWHERE = {
    "EXAMOPS_DATABASE_URL": "postgresql://nobody@localhost/none",
    "EXAMOPS_SECRET_KEY": "of a process that signs nothing and serves nobody",
    "EXAMOPS_S3_ENDPOINT": "http://localhost:1",
    "EXAMOPS_S3_ACCESS_KEY": "none",
    "EXAMOPS_S3_SECRET_KEY": "none-of-these",
    "EXAMOPS_S3_CUSTODY_ACCESS_KEY": "none",
    "EXAMOPS_S3_CUSTODY_SECRET_KEY": "",
}


def describe(app: Flask, api: Api) -> None:
    """Add the ways to sign in, and every view with a :class:`JsonCall`, to the document."""
    for name, scheme in SECURITY_SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        view = app.view_functions[rule.endpoint]
        call = getattr(view, "json_call", None)
        if call is not None:
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"})).lower()
            words = (view.__doc__ or rule.endpoint).strip().splitlines()[0]
            api.spec.path(rule=rule, operations={method: _operation(call, method, words)})


def _operation(call: JsonCall, method: str, words: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if call.answers:
        answer["content"] = _json(call.answers)
    operation: dict[str, Any] = {
        "summary": words,
        "tags": ["pages"],
        "responses": {str(call.status): answer, "default": {"description": "Refused", "content": _json(RefusalSchema)}},
        "security": NOBODY if call.is_open else PERSON_READS if method == "get" else PERSON_WRITES,
    }
    if call.takes:
        operation["requestBody"] = {"required": True, "content": _json(call.takes)}
    if call.asks:
        operation["parameters"] = [{"in": "query", "schema": call.asks}]
    return operation


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def document() -> dict[str, Any]:
    """The whole document, made without a database or a store."""
    from examops.app.factory import create_app  # noqa: PLC0415  it puts the parts together, this one included

    app = create_app(load(NOWHERE), kind="job")
    spec: dict[str, Any] = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return spec


def main(arguments: list[str] | None = None) -> int:
    """``openapi [FILE]``: write the document there, or to the screen."""
    text = json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0
