"""Errors of an S3 server as exceptions.

Servers disagree on code and status, so both are read here alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError

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


class WrongRegion(StoreError):
    kind, code, message = Kind.UNAVAILABLE, "store.region", N_("存储的区域和设置的不同：请核对 EXAMOPS_S3_REGION")


def refusal(status: int, code: str, message: str) -> StoreError:
    """The error for an HTTP status with S3's error code and message ("" where the answer had no body)."""
    text = f"{code} {message}"
    if status in (409, 412) or "PreconditionFailed" in text:
        return AlreadyStored()
    # Deleting a locked version: MinIO answers 400 InvalidRequest "WORM protected", others 403.
    if "WORM" in text or "Lock" in text or "retention" in text.lower():
        return Locked()
    if status == 404 or code in ("NoSuchKey", "NoSuchVersion", "404"):
        return Missing()
    if "BadDigest" in text or "ChecksumMismatch" in text:
        return BadDigest()
    if status == 507 or "StorageFull" in text:
        return StoreFull()
    # Amazon and MinIO; for addresses that we sign, AuthorizationQueryParametersError.
    if code in ("AuthorizationHeaderMalformed", "AuthorizationQueryParametersError") and "region" in message.lower():
        return WrongRegion()
    return StoreDenied() if status == 403 else StoreError()


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns whatever the SDK and its HTTP pool raise into a :class:`StoreError` or one of its kinds."""
    try:
        yield
    except MinioException as error:
        raise _from_sdk(error) from error
    except (HTTPError, OSError, ParseError, UnicodeDecodeError) as error:
        # The last two: an error page that is neither XML nor UTF-8, as proxies between us and the store send them.
        raise StoreError() from error


def _from_sdk(error: MinioException) -> StoreError:
    if isinstance(error, S3Error):
        return refusal(error.response.status, error.code or "", error.message or "")
    if isinstance(error, InvalidResponseError):  # an answer without XML; the SDK keeps its parts to itself
        return refusal(error._code, "", error._body or "")
    return refusal(error.status_code, "", "") if isinstance(error, ServerError) else StoreError()
