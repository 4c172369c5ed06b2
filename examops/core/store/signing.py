"""Presigned S3 addresses: AWS Signature Version 4 in the query string, with signed headers.

The ``minio`` SDK signs the ``host`` header only, so its addresses could neither forbid overwriting
(``if-none-match``) nor bind an upload to its digest (``x-amz-checksum-sha256``). The steps are those of
"Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" in the Amazon S3 API Reference; a test
compares the addresses with botocore's and with the reference's own example.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, urlsplit

from config.settings import DEFAULT_REGION
from examops.core.store.connection import authority

ALGORITHM = "AWS4-HMAC-SHA256"
PLAIN = re.compile(r"[A-Za-z0-9._~/-]*").fullmatch  # a path with nothing to escape
Headers = tuple[tuple[str, str], ...]


class Signer:
    """Signs addresses of one endpoint with one key pair, path style (``/bucket/key``)."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, region: str = DEFAULT_REGION) -> None:
        self._scheme, self._host = urlsplit(endpoint).scheme.lower(), authority(endpoint)
        self._access_key, self._secret_key, self._region = access_key, secret_key, region
        self._host_alone: Headers = (("host", self._host),)
        self._head = lru_cache(maxsize=64)(self._make_head)
        # One key per day: 600 addresses of a playlist cost one signature each, not five.
        self._signing_key = lru_cache(maxsize=2)(self._derive_key)

    def url(
        self,
        method: str,
        path: str,
        expires: timedelta,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        now: datetime | None = None,
    ) -> str:
        """The address for one request. ``path`` is ``/bucket/key`` before escaping; ``headers`` (names in lower case)
        must be sent exactly so; it holds for ``expires`` (1 s to 7 days) from ``now`` on.
        """
        time = f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        sent = tuple(sorted({"host": self._host, **headers}.items())) if headers else self._host_alone
        scope, lines, names, shared = self._head(time, int(expires.total_seconds()), sent)
        own = [(_escaped(name), _escaped(value)) for name, value in (query or {}).items()]
        escaped_query = "&".join([f"{name}={value}" for name, value in sorted([*shared, *own])])
        escaped_path = path if PLAIN(path) else quote(path, safe="/")
        request = "\n".join((method, escaped_path, escaped_query, lines, names, "UNSIGNED-PAYLOAD"))
        to_sign = "\n".join((ALGORITHM, time, scope, hashlib.sha256(request.encode()).hexdigest()))
        signature = _hmac(self._signing_key(time[:8]), to_sign).hex()
        return f"{self._scheme}://{self._host}{escaped_path}?{escaped_query}&X-Amz-Signature={signature}"

    def _make_head(self, time: str, seconds: int, sent: Headers) -> tuple[str, str, str, list[tuple[str, str]]]:
        """What all addresses of a page share: scope, lines and names of the headers, escaped parameters."""
        scope = f"{time[:8]}/{self._region}/s3/aws4_request"
        names = ";".join(name for name, _ in sent)
        parameters = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{self._access_key}/{scope}",
            "X-Amz-Date": time,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": names,
        }
        lines = "".join(f"{name}:{value.strip()}\n" for name, value in sent)
        return scope, lines, names, [(name, quote(value, safe="")) for name, value in parameters.items()]

    def _derive_key(self, day: str) -> bytes:
        key = f"AWS4{self._secret_key}".encode()
        for part in (day, self._region, "s3", "aws4_request"):
            key = _hmac(key, part)
        return key


@lru_cache(maxsize=256)
def _escaped(text: str) -> str:
    """The addresses of a page differ in their paths alone."""
    return quote(text, safe="")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
