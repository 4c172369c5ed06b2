"""Presigned S3 addresses: AWS Signature Version 4 in the query string, with signed headers.

The ``minio`` SDK signs the ``host`` header only, so its addresses could neither forbid overwriting
(``if-none-match``) nor bind an upload to its digest (``x-amz-checksum-sha256``). The steps are those of
"Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" in the Amazon S3 API Reference; a test
compares the addresses with botocore's and with the reference's own example.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, urlsplit

from config.settings import DEFAULT_REGION
from examops.core.store.connection import authority

ALGORITHM = "AWS4-HMAC-SHA256"


class Signer:
    """Signs addresses of one endpoint with one key pair, path style (``/bucket/key``)."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, region: str = DEFAULT_REGION) -> None:
        self._scheme, self._host = urlsplit(endpoint).scheme.lower(), authority(endpoint)
        self._access_key, self._secret_key, self._region = access_key, secret_key, region
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
        scope = f"{time[:8]}/{self._region}/s3/aws4_request"
        signed = {"host": self._host, **(headers or {})}
        names = ";".join(sorted(signed))
        parameters = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{self._access_key}/{scope}",
            "X-Amz-Date": time,
            "X-Amz-Expires": str(int(expires.total_seconds())),
            "X-Amz-SignedHeaders": names,
            **(query or {}),
        }
        escaped_path, escaped_query = quote(path, safe="/"), _query_string(parameters)
        lines = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
        request = "\n".join((method, escaped_path, escaped_query, lines, names, "UNSIGNED-PAYLOAD"))
        to_sign = "\n".join((ALGORITHM, time, scope, hashlib.sha256(request.encode()).hexdigest()))
        signature = _hmac(self._signing_key(time[:8]), to_sign).hex()
        return f"{self._scheme}://{self._host}{escaped_path}?{escaped_query}&X-Amz-Signature={signature}"

    def _derive_key(self, day: str) -> bytes:
        key = f"AWS4{self._secret_key}".encode()
        for part in (day, self._region, "s3", "aws4_request"):
            key = _hmac(key, part)
        return key


def _query_string(parameters: Mapping[str, str]) -> str:
    """Everything but unreserved characters escaped, then sorted by name."""
    escaped = sorted((_escaped(name), _escaped(value)) for name, value in parameters.items())
    return "&".join(f"{name}={value}" for name, value in escaped)


@lru_cache(maxsize=256)
def _escaped(text: str) -> str:
    """The addresses of a page differ in their paths alone."""
    return quote(text, safe="")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
