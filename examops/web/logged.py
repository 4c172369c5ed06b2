"""What a log may say of an address: no key of a candidate, nothing that was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flask import Flask, request
from flask.globals import request_ctx

from examops.core.failures import failure_text
from examops.web.compiling import PageEnvironment

if TYPE_CHECKING:
    from flask.ctx import RequestContext
    from werkzeug.local import LocalProxy

PLAIN = frozenset((str, int, bool, NoneType, UUID))  # values that are written the same for every reader
OPTIONS = ("_anchor", "_method", "_scheme", "_external")
Values = tuple[tuple[str, type, Any], ...]  # the type too: True and 1 are the same key and not the same address
_running = cast("LocalProxy[RequestContext]", request_ctx)._get_current_object  # a proxy looks it up for each name
KEYED = re.compile(r"^/t/[^/?#]+")  # whoever has the address of a ticket is its candidate


def loggable(address: str) -> str:
    """Path without query; ``/t/CODE`` as ``/t/-``. docs/operations/nginx.conf does the same."""
    return KEYED.sub("/t/-", re.split(r"[?#]", address, maxsplit=1)[0])


class Application(Flask):
    """Flask, but for the line that it logs of a request that failed, and that it remembers the addresses it made and
    which functions are coroutines (none: a dozen are asked for each request)."""

    jinja_environment = PageEnvironment

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
        asked = []
        for name, value in values.items():
            kind = type(value)
            if kind not in PLAIN or name[0] == "_":
                return super().url_for(endpoint, **values)
            asked.append((name, kind, value.int if kind is UUID else value))  # its number is compared in one step
        try:
            adapter = _running().url_adapter
        except RuntimeError:  # no request
            adapter = None
        if adapter is None or endpoint[0] == ".":
            return super().url_for(endpoint, **values)
        return self._address(adapter.script_name, adapter.default_method, endpoint, tuple(asked))

    def _made_address(self, _script_name: str, _method: str, endpoint: str, values: Values) -> str:
        """The address of a route depends on nothing else of the request."""
        given: dict[str, Any] = {name: UUID(int=value) if kind is UUID else value for name, kind, value in values}
        return super().url_for(endpoint, **given)
