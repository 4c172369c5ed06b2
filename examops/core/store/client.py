"""Objects of the three buckets: put, get, head, delete, and addresses that let others do so without a key."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from minio.error import MinioException
from minio.helpers import MIN_PART_SIZE

from config.settings import DEFAULT_REGION, Settings, SettingsError
from examops.core.store import buckets
from examops.core.store.connection import Client
from examops.core.store.errors import Missing, StoreError, WrongRegion, store_errors
from examops.core.store.signing import Signer

CHECKSUM = "x-amz-checksum-sha256"
# What an address answers with, whatever the uploader said: a browser must never run an object as a page of ours.
TYPES = {
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".json": "application/json",
}
OCTETS = "application/octet-stream"


@dataclass(frozen=True)
class Head:
    """An object's metadata as the store reports it. ``sha256`` is hex, or empty where the store keeps none."""

    size: int
    sha256: str
    version_id: str
    content_type: str = ""


@dataclass(frozen=True)
class Upload:
    """A presigned conditional PUT: send exactly these headers."""

    url: str
    headers: dict[str, str]


class Store:
    """Objects of three buckets. ``footage`` is versioned and locked, ``derived`` and ``documents`` are not.

    Every call raises :class:`StoreError` or one of its kinds, after at most three attempts. Safe to share between
    threads; connections open at the first call, so a process may fork before it.
    """

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        *,
        public_endpoint: str,
        prefix: str,
        region: str = DEFAULT_REGION,
    ) -> None:
        self.prefix = prefix
        self._client = Client(endpoint, access_key, secret_key, region)
        self._signer = Signer(public_endpoint, access_key, secret_key, region)

    @classmethod
    def everyday(cls, settings: Settings) -> Store:
        return cls._of(settings, settings.s3_access_key, settings.s3_secret_key)

    @classmethod
    def custody(cls, settings: Settings) -> Store:
        """The key that makes buckets and sets locks; only migration and the custody worker hold it.

        Raises SettingsError in a process without a custody key.
        """
        if not settings.s3_custody_access_key:
            raise SettingsError("This process holds no custody key (EXAMOPS_S3_CUSTODY_ACCESS_KEY=none).")
        return cls._of(settings, settings.s3_custody_access_key, settings.s3_custody_secret_key)

    @classmethod
    def _of(cls, settings: Settings, access_key: str, secret_key: str) -> Store:
        return cls(
            settings.s3_endpoint,
            access_key,
            secret_key,
            public_endpoint=settings.s3_public_endpoint,
            prefix=settings.s3_prefix,
            region=settings.s3_region,
        )

    def bucket(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def put(self, bucket: str, key: str, body: bytes, content_type: str = "application/octet-stream") -> str:
        """Store bytes (at most 5 GB) in one request; returns the version ("" in an unversioned bucket)."""
        # The SDK would send more than 5 MiB in parts, for which the everyday key needs rights it does not have.
        one_part = max(len(body), MIN_PART_SIZE)
        with store_errors():
            result = self._client.put_object(
                self.bucket(bucket), key, BytesIO(body), len(body), content_type, part_size=one_part
            )
        return result.version_id or ""

    def get(self, bucket: str, key: str, *, version_id: str = "", start: int = 0, length: int | None = None) -> bytes:
        """Read an object, or ``length`` bytes from ``start`` on."""
        if length == 0:  # which the SDK takes for "all"
            return b""
        with (
            store_errors(),
            self._client.get_object(
                self.bucket(bucket), key, offset=start, length=length or 0, version_id=version_id or None
            ) as response,
        ):
            return bytes(response.read())

    def head(self, bucket: str, key: str, *, version_id: str = "") -> Head:
        """Size in bytes, SHA-256 and version as the store reports them. Raises :class:`Missing`."""
        with self._named_errors(bucket):
            found = self._client.stat_object(
                self.bucket(bucket),
                key,
                version_id=version_id or None,
                extra_headers={"x-amz-checksum-mode": "ENABLED"},
            )
        headers = found.metadata or {}
        digest = base64.b64decode(headers.get(CHECKSUM, "")).hex()
        return Head(found.size or 0, digest, found.version_id or "", found.content_type or "")

    def delete(self, bucket: str, key: str) -> None:
        with store_errors():
            self._client.remove_object(self.bucket(bucket), key)

    def upload_url(self, bucket: str, key: str, sha256: str, expires: timedelta) -> Upload:
        """A PUT that succeeds once, and only with the bytes of this digest (hex) and the type of this key."""
        headers = {"content-type": type_of(key), "if-none-match": "*"}
        headers[CHECKSUM] = base64.b64encode(bytes.fromhex(sha256)).decode()
        return Upload(self._signer.url("PUT", f"/{self.bucket(bucket)}/{key}", expires, headers=headers), headers)

    def read_url(
        self, bucket: str, key: str, expires: timedelta, *, version_id: str = "", content_type: str = ""
    ) -> str:
        """A GET of an object, or of one version of it, that needs no key for as long as ``expires`` says.

        It is answered as ``content_type``, else as the type of the key's ending, whatever was said when it was put."""
        query = {"response-content-type": content_type or type_of(key)}
        query |= {"versionId": version_id} if version_id else {}
        return self._signer.url("GET", f"/{self.bucket(bucket)}/{key}", expires, query=query)

    def first_versions(self, bucket: str, prefix: str) -> dict[str, str]:
        """Key → the oldest version that is kept, of every object below ``prefix`` (which ends with a slash), also of
        those that were overwritten or marked as deleted since. In a bucket without versions the version is ""."""
        with store_errors():
            found = self._client.list_objects(self.bucket(bucket), prefix, recursive=True, include_version=True)
            kept = [one for one in found if not one.is_delete_marker]
        kept.sort(key=lambda one: one.last_modified or datetime.min.replace(tzinfo=UTC), reverse=True)
        return {one.object_name or "": one.version_id or "" for one in kept}

    def list_buckets(self) -> list[str]:
        with store_errors():
            return [bucket.name for bucket in self._client.list_buckets()]

    def ping(self) -> None:
        with self._named_errors("footage"):
            if not self._client.bucket_exists(self.bucket("footage")):
                raise Missing()

    @contextmanager
    def _named_errors(self, bucket: str) -> Iterator[None]:
        """``store_errors`` around a HEAD, whose answer has no body: what a refusal leaves unsaid, a GET is told."""
        try:
            with store_errors():
                yield
        except StoreError as error:
            if type(error) is StoreError and isinstance(error.__cause__, MinioException):
                self._raise_wrong_region(bucket)
            raise

    def _raise_wrong_region(self, bucket: str) -> None:
        try:
            self.get(bucket, "-", length=1)
        except WrongRegion:
            raise
        except StoreError:
            return

    def make_buckets(self, floor_days: int, origins: Iterable[str]) -> None:
        """Make what is missing: ``footage`` with a lock and GOVERNANCE retention of ``floor_days`` by default."""
        with store_errors():
            buckets.make_buckets(self._client, self.prefix, floor_days, origins)


def type_of(key: str) -> str:
    """The content type of a key's ending; bytes without meaning where it has none of ours."""
    return TYPES.get(posixpath.splitext(key)[1].lower(), OCTETS)
