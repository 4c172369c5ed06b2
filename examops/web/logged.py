"""What a log may say of an address: no key of a candidate, nothing that was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from types import NoneType
from typing import Any
from uuid import UUID

from flask import Flask, has_request_context, request
from flask.globals import request_ctx

from examops.core.failures import failure_text

PLAIN = (str, int, bool, NoneType, UUID)  # values that are written the same for every reader
OPTIONS = ("_anchor", "_method", "_scheme", "_external")
Values = tuple[tuple[str, type, Any], ...]  # the type too: True and 1 are the same key and not the same address
KEYED = re.compile(r"^/t/[^/?#]+")  # whoever has the address of a ticket is its candidate


def loggable(address: str) -> str:
    """Path without query; ``/t/CODE`` as ``/t/-``. docs/operations/nginx.conf does the same."""
    return KEYED.sub("/t/-", re.split(r"[?#]", address, maxsplit=1)[0])


class Application(Flask):
    """Flask, but for the line that it logs of a request that failed, and that it remembers the addresses it made and
    which functions are coroutines (none: a dozen are asked for each request)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._synchronous = lru_cache(maxsize=1024)(super().ensure_sync)
        super().__init__(*args, **kwargs)
        self._address = lru_cache(maxsize=8192)(self._made_address)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return self._synchronous(func)

    def log_exception(self, exc_info: Any) -> None:
        where = loggable(request.path)
        self.logger.error("Exception on %s [%s]\n%s", where, request.method, failure_text(exc_info[1]))

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        """As in Flask. A page names up to a hundred addresses, and for the next reader the same ones."""
        if "_anchor" in values:  # flask.url_for names all four of its options, given or not
            values = {name: value for name, value in values.items() if value is not None or name not in OPTIONS}
        plain = all(type(value) in PLAIN and name[0] != "_" for name, value in values.items())
        if not plain or endpoint[0] == "." or not has_request_context():
            return super().url_for(endpoint, **values)
        adapter = request_ctx.url_adapter
        assert adapter
        asked = tuple((name, type(value), value) for name, value in values.items())
        return self._address(adapter.script_name, adapter.default_method, endpoint, asked)

    def _made_address(self, _script_name: str, _method: str, endpoint: str, values: Values) -> str:
        """The address of a route depends on nothing else of the request."""
        return super().url_for(endpoint, **{name: value for name, _, value in values})
