"""What a log may say of an address: no key of a candidate, nothing that was typed."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, request

KEYED = re.compile(r"^/t/[^/?#]+")  # whoever has the address of a ticket is its candidate


def loggable(address: str) -> str:
    """Path without query; ``/t/CODE`` as ``/t/-``. docs/operations/nginx.conf does the same."""
    return KEYED.sub("/t/-", re.split(r"[?#]", address, maxsplit=1)[0])


class Application(Flask):
    """Flask, but for the line that it logs of a request that failed."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("Exception on %s [%s]", loggable(request.path), request.method, exc_info=exc_info)
