"""What is set up once with the custody key: the three buckets, the lock on footage, who may read across origins."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from minio.commonconfig import GOVERNANCE
from minio.error import S3Error
from minio.objectlockconfig import DAYS, ObjectLockConfig

from examops.core.store.connection import Client

NAMES = ("footage", "derived", "documents")
LOCKED = "footage"
READ_BY_BROWSERS = ("footage", "derived")


def make_buckets(client: Client, prefix: str, floor_days: int, origins: Iterable[str]) -> None:
    """Make what is missing: ``footage`` with a lock and GOVERNANCE retention of ``floor_days`` by default."""
    have = {bucket.name for bucket in client.list_buckets()}
    for name in NAMES:
        if f"{prefix}-{name}" not in have:
            client.make_bucket(f"{prefix}-{name}", object_lock=name == LOCKED)
    client.set_object_lock_config(f"{prefix}-{LOCKED}", ObjectLockConfig(GOVERNANCE, floor_days, DAYS))
    configuration = cors_configuration(origins)
    for name in READ_BY_BROWSERS:
        _set_cors(client, f"{prefix}-{name}", configuration)


def cors_configuration(origins: Iterable[str]) -> bytes:
    """Browsers of these origins may read, and see which bytes of which object they got."""
    rule = [
        *(("AllowedOrigin", origin) for origin in origins),
        ("AllowedMethod", "GET"),
        ("AllowedMethod", "HEAD"),
        ("AllowedHeader", "*"),
        ("ExposeHeader", "Content-Range"),
        ("ExposeHeader", "ETag"),
        ("MaxAgeSeconds", "3600"),
    ]
    root = ElementTree.Element("CORSConfiguration", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    parent = ElementTree.SubElement(root, "CORSRule")
    for tag, text in rule:
        ElementTree.SubElement(parent, tag).text = text
    return ElementTree.tostring(root)


def _set_cors(client: Client, bucket: str, configuration: bytes) -> None:
    try:
        client.set_bucket_cors(bucket, configuration)
    except S3Error as error:
        # MinIO community has no bucket CORS; there the server's own setting decides (see docs/operations).
        if error.code != "NotImplemented":
            raise
