"""Presigned addresses, compared with botocore's and with the example of Amazon's reference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.session
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from examops.core.store import Store
from examops.core.store.signing import Signer

NOW = datetime(2026, 11, 29, 23, 59, 58, tzinfo=UTC)
PAIR = ("AK/with+signs=", "secret/with+signs=&~")
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
KEYS = ["plain.mp4", "cameras/0c4b/2026-11-29/0001.mp4", "录像 a+b~(1)&=?#%.mp4", "a//b", "a'*!$,;:@.mp4"]


def parts(url: str) -> tuple[str, dict[str, str]]:
    address = urlsplit(url)
    return f"{address.scheme}://{address.netloc}{address.path}", dict(parse_qsl(address.query, keep_blank_values=True))


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore takes the time from its own function."""
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))


@pytest.fixture(scope="module")
def botocore_client() -> Any:
    session = botocore.session.Session()
    config = botocore.config.Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
    )
    names = {"aws_access_key_id": PAIR[0], "aws_secret_access_key": PAIR[1]}
    return session.create_client(
        "s3", region_name="us-east-1", endpoint_url="http://store.test:9000", config=config, **names
    )


@pytest.mark.parametrize("key", KEYS)
def test_uploads_as_botocore_signs_them(botocore_client: Any, frozen: None, key: str) -> None:
    arguments = {
        "Bucket": "p-footage",
        "Key": key,
        "IfNoneMatch": "*",
        "ChecksumSHA256": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    }
    theirs = botocore_client.generate_presigned_url("put_object", Params=arguments, ExpiresIn=1200)
    headers = {"if-none-match": "*", "x-amz-checksum-sha256": arguments["ChecksumSHA256"]}

    ours = Signer("http://store.test:9000", *PAIR).url(
        "PUT", f"/p-footage/{key}", timedelta(minutes=20), headers=headers, now=NOW
    )

    assert parts(ours) == parts(theirs)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("version", ["", "3/L4kqtJlcpXro+DTDJ~="])
def test_reads_as_botocore_signs_them(botocore_client: Any, frozen: None, key: str, version: str) -> None:
    named = {"VersionId": version} if version else {}
    theirs = botocore_client.generate_presigned_url(
        "get_object", Params={"Bucket": "p-footage", "Key": key, **named}, ExpiresIn=60
    )
    query = {"versionId": version} if version else {}

    ours = Signer("http://store.test:9000", *PAIR).url(
        "GET", f"/p-footage/{key}", timedelta(minutes=1), query=query, now=NOW
    )

    assert parts(ours) == parts(theirs)


@pytest.mark.parametrize("endpoint", ["https://store.test:443", "https://Store.test", "https://store.test/"])
def test_the_host_is_signed_as_browsers_send_it(frozen: None, endpoint: str) -> None:
    request = AWSRequest(method="GET", url="https://store.test/p-footage/a")
    S3SigV4QueryAuth(Credentials(*PAIR), "s3", "us-east-1", expires=60).add_auth(request)

    ours = Signer(endpoint, *PAIR).url("GET", "/p-footage/a", timedelta(minutes=1), now=NOW)

    assert parts(ours) == parts(request.url)


def test_the_example_of_the_reference() -> None:
    """Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters", the worked example."""
    pair = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    signer = Signer("https://examplebucket.s3.amazonaws.com", *pair)

    url = signer.url("GET", "/test.txt", timedelta(days=1), now=datetime(2013, 5, 24, tzinfo=UTC))

    assert url.endswith("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")


def test_the_key_of_a_day_is_derived_once_and_changes_with_the_day() -> None:
    signer, tomorrow = Signer("http://store.test", *PAIR), NOW + timedelta(seconds=2)
    for now in (NOW, NOW, tomorrow, tomorrow, NOW):
        fresh = Signer("http://store.test", *PAIR).url("GET", "/b/k", timedelta(minutes=1), now=now)
        assert signer.url("GET", "/b/k", timedelta(minutes=1), now=now) == fresh
    assert signer._signing_key.cache_info().misses == 2


def test_addresses_name_the_public_endpoint() -> None:
    store = Store("http://10.0.0.5:9000", *PAIR, public_endpoint="https://exam.test", prefix="p")

    upload = store.upload_url("footage", "k", SHA256, timedelta(minutes=20))

    assert store.read_url("derived", "k", timedelta(minutes=1)).startswith("https://exam.test/p-derived/k?")
    assert upload.url.startswith("https://exam.test/p-footage/k?")
    assert upload.headers["if-none-match"] == "*"
    assert "X-Amz-SignedHeaders=content-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256" in upload.url
