"""The ``minio`` SDK with our limits: what a call may cost when the store hangs, refuses or restarts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from minio import Minio
from minio.helpers import DictType, md5sum_hash
from urllib3 import PoolManager, ProxyManager, Retry, Timeout

from config.settings import DEFAULT_REGION

CONNECT_TIMEOUT_S, READ_TIMEOUT_S = 3, 30
MAX_RETRIES = 2
MAX_CONNECTIONS = 32  # kept open; more may be used at once
BLOCK_BYTES = 128 * 1024  # urllib3's 16 KiB would cut a segment of 5 MB into 300 writes


class Client(Minio):
    """The SDK for one endpoint (``http(s)://host[:port]``), with our limits and the one call of S3 that it lacks.

    Nothing is sent before the first call. Certificates are checked against the system's trust store, or the file that
    ``SSL_CERT_FILE`` names.
    """

    def __init__(self, endpoint: str, access_key: str, secret_key: str, region: str = DEFAULT_REGION) -> None:
        address = urlsplit(endpoint)
        secure, pool = address.scheme.lower() == "https", _pool(endpoint)
        super().__init__(address.netloc, access_key, secret_key, secure=secure, region=region, http_client=pool)
        self._base_url.virtual_style_flag = False  # the bucket in the path, as presigned addresses have it

    def set_bucket_cors(self, bucket: str, configuration: bytes) -> None:
        """PutBucketCors; ``configuration`` is S3's ``CORSConfiguration`` as XML.

        The SDK's own request method is used (every SDK call goes through it) instead of a second way to sign.
        """
        headers: DictType = {"Content-MD5": md5sum_hash(configuration) or ""}
        self._execute("PUT", bucket, body=configuration, headers=headers, query_params={"cors": ""})


def authority(endpoint: str) -> str:
    """``host[:port]`` as clients send it in ``Host``: without the port when it is the scheme's own."""
    address = urlsplit(endpoint)
    usual = {"http": 80, "https": 443}[address.scheme.lower()]
    return address.netloc.lower().removesuffix(f":{usual}")


def _pool(endpoint: str) -> PoolManager:
    """Connections of one client. Whatever is not read within the limits ends as an error, never as a hanging thread."""
    address = urlsplit(endpoint)
    proxy = None if proxy_bypass(address.netloc) else getproxies().get(address.scheme.lower())
    limits: dict[str, Any] = {
        "maxsize": MAX_CONNECTIONS,
        "timeout": Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S),
        "retries": _retries(),
        "blocksize": BLOCK_BYTES,
    }
    return ProxyManager(proxy, **limits) if proxy else PoolManager(**limits)


def _retries() -> Retry:
    """Connection errors, timeouts, 429 and 5xx are tried twice more, the second time after 50 to 100 ms.

    PUTs too: a repeated one makes one more version of the same bytes. ``Retry-After`` is not obeyed, because no request
    of a user may wait for as long as a server pleases.
    """
    return Retry(
        total=MAX_RETRIES,
        redirect=0,
        raise_on_redirect=False,
        allowed_methods=None,
        status_forcelist=(429, 500, 502, 503, 504),
        raise_on_status=False,
        backoff_factor=0.025,
        backoff_jitter=0.05,
        respect_retry_after_header=False,
    )
