"""Files that a person saves: the one place that writes ``Content-Disposition``."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Response

from examops.core.file_content import MIME

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEALED = "default-src 'none'; sandbox"
ENDINGS = {"pdf": (".pdf",), "jpeg": (".jpg", ".jpeg"), "png": (".png",)}
# RFC 8187, section 3.2.1: what stands unescaped in an extended value besides letters and digits.
ATTR_CHARS = "!#$&+-.^_`|~"
NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff/\\:*?"<>|]+')


def attachment(data: bytes, name: str, mimetype: str = XLSX) -> Response:
    """``data`` as a file to save under ``name``, which may be Chinese and may come from a user."""
    response = Response(data, mimetype=mimetype)
    response.headers["Content-Disposition"] = disposition(name)
    return response


def sealed_attachment(data: bytes, name: str, kind: str) -> Response:
    """The same for what somebody uploaded, with the ending of what its content is: ``pdf``, ``jpeg`` or ``png``. A
    browser that is made to show it all the same runs nothing of it."""
    response = attachment(data, _with_ending(name, kind), MIME[kind])
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _with_ending(name: str, kind: str) -> str:
    return name if name.lower().endswith(ENDINGS[kind]) else name + ENDINGS[kind][0]


def disposition(name: str) -> str:
    """RFC 6266, section 4.3: ``filename*`` for the name, ``filename`` in ASCII for readers that know no other.

    Header fields are ASCII: gunicorn refuses anything beyond Latin-1, where the test client does not.
    """
    name = NOT_IN_A_NAME.sub("_", name).strip() or "download"
    return f"attachment; filename=\"{_ascii(name)}\"; filename*=UTF-8''{quote(name, safe=ATTR_CHARS)}"


def _ascii(name: str) -> str:
    """The name without what is not ASCII; "download" with its extension where nothing is left."""
    stem, dot, extension = name.rpartition(".")
    plain = re.sub(r"[^\w .()-]+", "", stem or extension, flags=re.ASCII).strip(" -.") or "download"
    return f"{plain}.{extension}" if dot and stem and extension.isascii() else plain
