"""Whether the store can read objects: after a start it lists buckets before that works."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import S3Error, ServerError

from examops.demo.servers.keys import Keys

BUCKET, KEY, BODY = "readiness", "probe", b"ready"


def reads_back(keys: Keys) -> bool:
    """Read the probe object of an earlier start, or write one; False while neither works."""
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=5), retries=False)
    pair = (keys.custody_access_key, keys.custody_secret_key)
    client = Minio(urlsplit(keys.endpoint).netloc, *pair, secure=False, region="us-east-1", http_client=pool)
    try:
        if not client.bucket_exists(BUCKET):
            client.make_bucket(BUCKET)
        return _read(client) == BODY
    except (S3Error, ServerError, urllib3.exceptions.HTTPError):
        return False
    finally:
        pool.clear()


def _read(client: Minio) -> bytes:
    try:
        with client.get_object(BUCKET, KEY) as answer:
            return answer.read()
    except S3Error as error:
        if error.code != "NoSuchKey":
            raise
    client.put_object(BUCKET, KEY, BytesIO(BODY), len(BODY))
    return BODY
