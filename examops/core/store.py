"""The one S3 client. Any S3 with object lock; refusals are mapped by what they mean, here alone."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import botocore.session
import urllib3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from config.settings import Settings, SettingsError
from examops.core.errors import DomainError, Kind
from examops.core.language import N_


class StoreError(DomainError):
    kind, code, message = Kind.UNAVAILABLE, "store.unavailable", N_("存储暂时连不上，稍后自动重试")


class AlreadyStored(StoreError):
    kind, code, message = Kind.CONFLICT, "store.exists", N_("同名对象已存在，不会覆盖")


class Locked(StoreError):
    kind, code, message = Kind.CONFLICT, "store.locked", N_("对象在保留期内，不能删除或更改")


class Missing(StoreError):
    kind, code, message = Kind.NOT_FOUND, "store.missing", N_("存储中没有这个对象")


class BadDigest(StoreError):
    kind, code, message = Kind.INVALID, "store.bad_digest", N_("内容与声明的摘要不符")


class StoreFull(StoreError):
    kind, code, message = Kind.UNAVAILABLE, "store.full", N_("存储空间已满")


class StoreDenied(StoreError):
    kind, code, message = Kind.NOT_ALLOWED, "store.denied", N_("存储拒绝了这次访问")


@dataclass(frozen=True)
class Head:
    """What the store itself says about an object. ``sha256`` is hex, or empty where the store keeps none."""

    size: int
    sha256: str
    version_id: str


@dataclass(frozen=True)
class Upload:
    """A presigned conditional PUT: send exactly these headers."""

    url: str
    headers: dict[str, str]


def refusal(status: int, code: str, message: str) -> StoreError:
    """MinIO answers some refusals with 400 where others answer 403: read code, words and status together."""
    text = f"{code} {message}"
    if status in (409, 412) or "PreconditionFailed" in text:
        return AlreadyStored()
    if "WORM" in text or "Lock" in text or "retention" in text.lower():
        return Locked()
    if status == 404 or code in ("NoSuchKey", "NoSuchVersion", "404"):
        return Missing()
    if "BadDigest" in text or "ChecksumMismatch" in text:
        return BadDigest()
    if status == 507 or "StorageFull" in text:
        return StoreFull()
    return StoreDenied() if status == 403 else StoreError()


class Store:
    """Objects of three buckets. ``footage`` is versioned and locked, ``derived`` and ``documents`` are not."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, *, public_endpoint: str, prefix: str) -> None:
        self.prefix = prefix
        self._s3 = _client(endpoint, access_key, secret_key)
        self._public = self._s3 if public_endpoint == endpoint else _client(public_endpoint, access_key, secret_key)

    @classmethod
    def everyday(cls, settings: Settings) -> Store:
        keys = (settings.s3_access_key, settings.s3_secret_key)
        return cls(settings.s3_endpoint, *keys, public_endpoint=settings.s3_public_endpoint, prefix=settings.s3_prefix)

    @classmethod
    def custody(cls, settings: Settings) -> Store:
        """The key that makes buckets and sets locks; only migration and the custody worker hold it.

        Raises SettingsError in a process that was told to hold none.
        """
        if not settings.s3_custody_access_key:
            raise SettingsError("This process holds no custody key (EXAMOPS_S3_CUSTODY_ACCESS_KEY=none).")
        keys = (settings.s3_custody_access_key, settings.s3_custody_secret_key)
        return cls(settings.s3_endpoint, *keys, public_endpoint=settings.s3_public_endpoint, prefix=settings.s3_prefix)

    def bucket(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            return getattr(self._s3, operation)(**arguments)
        except ClientError as error:
            meta, fault = error.response.get("ResponseMetadata", {}), error.response.get("Error", {})
            raise refusal(meta.get("HTTPStatusCode", 0), fault.get("Code", ""), fault.get("Message", "")) from error
        except (BotoCoreError, urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreError() from error

    def put(self, bucket: str, key: str, body: bytes, content_type: str = "application/octet-stream") -> str:
        """Store bytes; returns the version ("" in an unversioned bucket)."""
        answer = self._call("put_object", Bucket=self.bucket(bucket), Key=key, Body=body, ContentType=content_type)
        return str(answer.get("VersionId", ""))

    def get(self, bucket: str, key: str, *, version_id: str = "", start: int = 0, length: int | None = None) -> bytes:
        """Read an object, or ``length`` bytes from ``start`` on."""
        arguments: dict[str, Any] = {"Bucket": self.bucket(bucket), "Key": key}
        if version_id:
            arguments["VersionId"] = version_id
        if start or length is not None:
            arguments["Range"] = f"bytes={start}-" + (str(start + length - 1) if length is not None else "")
        return bytes(self._call("get_object", **arguments)["Body"].read())

    def head(self, bucket: str, key: str, *, version_id: str = "") -> Head:
        """Size, SHA-256 and version by the store's own word. Raises :class:`Missing`."""
        extra = {"VersionId": version_id} if version_id else {}
        answer = self._call("head_object", Bucket=self.bucket(bucket), Key=key, ChecksumMode="ENABLED", **extra)
        digest = base64.b64decode(answer.get("ChecksumSHA256", "")).hex()
        return Head(int(answer["ContentLength"]), digest, str(answer.get("VersionId", "")))

    def delete(self, bucket: str, key: str) -> None:
        self._call("delete_object", Bucket=self.bucket(bucket), Key=key)

    def upload_url(self, bucket: str, key: str, sha256: str, expires: timedelta) -> Upload:
        """A PUT that succeeds once, and only with the bytes of this digest (hex)."""
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        arguments = {"Bucket": self.bucket(bucket), "Key": key, "IfNoneMatch": "*", "ChecksumSHA256": checksum}
        url = self._public.generate_presigned_url(
            "put_object", Params=arguments, ExpiresIn=int(expires.total_seconds())
        )
        return Upload(url, {"if-none-match": "*", "x-amz-checksum-sha256": checksum})

    def read_url(self, bucket: str, key: str, expires: timedelta, *, version_id: str = "") -> str:
        arguments = {"Bucket": self.bucket(bucket), "Key": key} | ({"VersionId": version_id} if version_id else {})
        return str(
            self._public.generate_presigned_url("get_object", Params=arguments, ExpiresIn=int(expires.total_seconds()))
        )

    def list_buckets(self) -> list[str]:
        return [bucket["Name"] for bucket in self._call("list_buckets")["Buckets"]]

    def ping(self) -> None:
        self._call("head_bucket", Bucket=self.bucket("footage"))

    def make_buckets(self, floor_days: int, origins: Iterable[str]) -> None:
        """Make what is missing: ``footage`` with a lock and GOVERNANCE retention of ``floor_days`` by default."""
        have = set(self.list_buckets())
        for name in ("footage", "derived", "documents"):
            if self.bucket(name) not in have:
                lock = {"ObjectLockEnabledForBucket": True} if name == "footage" else {}
                self._call("create_bucket", Bucket=self.bucket(name), **lock)
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": floor_days}}
        lock_rule = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        self._call("put_object_lock_configuration", Bucket=self.bucket("footage"), ObjectLockConfiguration=lock_rule)
        for name in ("footage", "derived"):
            self._allow_origins(name, list(origins))

    def _allow_origins(self, name: str, origins: list[str]) -> None:
        rule: dict[str, Any] = {"AllowedMethods": ["GET", "HEAD"], "AllowedOrigins": origins, "AllowedHeaders": ["*"]}
        rule |= {"ExposeHeaders": ["Content-Range", "ETag"], "MaxAgeSeconds": 3600}
        try:
            self._s3.put_bucket_cors(Bucket=self.bucket(name), CORSConfiguration={"CORSRules": [rule]})
        except ClientError as error:
            # MinIO community has no bucket CORS; there the server's own setting decides (see docs/operations).
            if error.response.get("Error", {}).get("Code") != "NotImplemented":
                raise


def _client(endpoint: str, access_key: str, secret_key: str) -> Any:
    session = botocore.session.Session()
    timeouts = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=3,
        read_timeout=30,
        retries={"max_attempts": 2},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        max_pool_connections=32,
    )
    return session.create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=timeouts,
    )
