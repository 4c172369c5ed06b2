"""The one S3 client of the product: any S3 with object lock, MinIO being the reference.

``client`` holds the everyday calls, ``buckets`` what the custody key sets up, ``signing`` presigned addresses,
``connection`` the ``minio`` SDK with our limits, ``errors`` what the store's refusals mean
(docs/adr/0010-store-client.md).
"""

from examops.core.store.client import Head, Store, Upload
from examops.core.store.errors import (
    AlreadyStored,
    BadDigest,
    Locked,
    Missing,
    StoreDenied,
    StoreError,
    StoreFull,
    WrongRegion,
)

__all__ = [
    "AlreadyStored",
    "BadDigest",
    "Head",
    "Locked",
    "Missing",
    "Store",
    "StoreDenied",
    "StoreError",
    "StoreFull",
    "Upload",
    "WrongRegion",
]
