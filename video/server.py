"""Client of the recorder protocol v1 and of the store's uploads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import urllib3

from video.protocol import Upload
from video.recorder.spool import ClosedSegment


class ServerUnavailable(Exception):
    """The server did not answer, or not as the protocol says. The text holds no token.

    ``status`` is that of the answer, 0 without one.
    """

    def __init__(self, detail: str, status: int = 0) -> None:
        self.status = status
        super().__init__(detail)

    @property
    def is_away(self) -> bool:
        """Nobody answered, or a proxy said that nobody does: what was asked is not to blame."""
        return self.status in (0, 429, 502, 503, 504)


@dataclass
class Server:
    """Client of the recorder protocol v1. ``url`` has no path; ``token`` is empty before pairing."""

    url: str
    token: str = field(default="", repr=False)
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=5, read=30), retries=False, maxsize=4
        )
    )

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The response as JSON, None for status 204. ``raw`` replaces the JSON ``body``.

        Raises :class:`ServerUnavailable`, or :class:`PermissionError` on 401 and 403.
        """
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        content: dict[str, Any] = {"body": raw} if raw is not None else {"json": body} if body is not None else {}
        try:
            response = self.pool.request(method, f"{self.url}/api/v1/recorder{path}", headers=sent, **content)
        except urllib3.exceptions.HTTPError as error:
            raise ServerUnavailable(f"{method} {path}: {type(error).__name__}") from None
        if response.status in (401, 403):
            raise PermissionError(f"{method} {path}: {response.status}")
        if response.status >= 400:
            raise ServerUnavailable(
                f"{method} {path}: {response.status} {response.data[:200].decode(errors='replace')}",
                response.status,
            )
        if response.status == 204:
            return None
        try:
            return response.json()
        except ValueError:  # a proxy's page, say: the uploader must live to try again
            raise ServerUnavailable(f"{method} {path}: {response.status} is no JSON", 502) from None

    def put(self, upload: Upload, item: ClosedSegment) -> tuple[int, str]:
        """Upload a segment to the store; returns status (0 without an answer) and version id. Raises OSError."""
        size = item.path.stat().st_size
        headers = {**upload["headers"], "Content-Length": str(size)}
        try:
            with item.path.open("rb") as file:
                response = self.pool.request(
                    "PUT", upload["url"], body=file, headers=headers, timeout=urllib3.Timeout(connect=5, read=120)
                )
        except urllib3.exceptions.HTTPError:
            return 0, ""
        return response.status, response.headers.get("x-amz-version-id", "")
