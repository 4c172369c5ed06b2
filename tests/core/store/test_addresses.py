"""Contract: presigned addresses, used as recorders and browsers use them, on every server at hand."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import urllib3

from examops.core.store import Missing, Store
from tests.core.store.servers import HTTP, ORIGIN, Place

pytestmark = pytest.mark.s3
BODY = bytes(range(256)) * 8
DIGEST = hashlib.sha256(BODY).hexdigest()
MINUTE = timedelta(minutes=1)


def send(store: Store, key: str, body: bytes = BODY, **changed: str) -> urllib3.BaseHTTPResponse:
    """PUT the way a recorder does; ``changed`` headers differ from what was signed."""
    upload = store.upload_url("footage", key, DIGEST, MINUTE)
    return HTTP.request("PUT", upload.url, body=body, headers=upload.headers | changed)


def read(store: Store, key: str, *, version: str = "", method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
    return HTTP.request(method, store.read_url("footage", key, MINUTE, version_id=version), headers=headers)


def test_an_upload_succeeds_once(store: Store, key: str) -> None:
    first, second = send(store, key), send(store, key)

    assert [first.status, second.status] == [200, 412]
    assert store.head("footage", key).version_id == first.headers["x-amz-version-id"]


def test_the_store_vouches_for_the_digest_of_an_upload(store: Store, key: str) -> None:
    version = send(store, key).headers["x-amz-version-id"]

    for head in (store.head("footage", key), store.head("footage", key, version_id=version)):
        assert (head.size, head.sha256, head.version_id) == (len(BODY), DIGEST, version)


@pytest.mark.parametrize("body", [BODY + b"!", BODY[:-1], b""], ids=["longer", "cut", "empty"])
def test_other_bytes_are_refused_and_not_stored(store: Store, key: str, body: bytes) -> None:
    assert send(store, key, body).status == 400
    with pytest.raises(Missing):
        store.head("footage", key)
    assert send(store, key).status == 200


def test_another_checksum_than_the_signed_one(store: Store, key: str) -> None:
    other = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    assert send(store, key, b"other", **{"x-amz-checksum-sha256": other}).status == 403


@pytest.mark.parametrize("left_out", ["content-type", "if-none-match", "x-amz-checksum-sha256"])
def test_a_signed_header_must_be_sent(store: Store, key: str, left_out: str) -> None:
    upload = store.upload_url("footage", key, DIGEST, MINUTE)
    kept = {name: value for name, value in upload.headers.items() if name != left_out}
    assert HTTP.request("PUT", upload.url, body=BODY, headers=kept).status in (400, 403)


def test_the_uploader_does_not_choose_the_type(store: Store, key: str) -> None:
    """What would be a page of ours below the documented nginx."""
    assert send(store, key, **{"content-type": "text/html"}).status == 403
    assert send(store, key).status == 200
    assert store.head("footage", key).content_type == "video/mp4"


@pytest.mark.parametrize(
    ("ending", "answered"), [(".mp4", "video/mp4"), (".jpg", "image/jpeg"), (".html", "application/octet-stream")]
)
def test_an_object_is_answered_as_what_it_is_for(store: Store, key: str, ending: str, answered: str) -> None:
    key = key.removesuffix(".mp4") + ending
    store.put("footage", key, b"<script>", "text/html")
    assert read(store, key).headers["content-type"] == answered
    assert read(store, key, Range="bytes=0-3").headers["content-type"] == answered
    url = store.read_url("footage", key, MINUTE, content_type="image/png")
    assert HTTP.request("GET", url).headers["content-type"] == "image/png"
    changed = url.replace("image%2Fpng", "text%2Fhtml")
    assert HTTP.request("GET", changed).status == 403


def test_an_upload_goes_nowhere_else(store: Store, key: str) -> None:
    upload = store.upload_url("footage", key, DIGEST, MINUTE)
    elsewhere = upload.url.replace(".mp4?", ".mp5?")
    assert elsewhere != upload.url
    assert HTTP.request("PUT", elsewhere, body=BODY, headers=upload.headers).status == 403
    assert HTTP.request("GET", upload.url, headers=upload.headers).status == 403


def test_an_uploader_sets_no_lock(store: Store, key: str) -> None:
    lock = {"x-amz-object-lock-mode": "GOVERNANCE", "x-amz-object-lock-retain-until-date": "2099-01-01T00:00:00Z"}
    assert send(store, key, **lock).status == 403
    assert send(store, key, **{"x-amz-object-lock-legal-hold": "ON"}).status == 403


@pytest.mark.race
def test_of_many_uploads_at_once_one_wins(store: Store, key: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: send(store, key).status, range(8)))
    assert statuses == [200] + [412] * 7


def test_a_version_is_read(store: Store, key: str) -> None:
    first = store.put("footage", key, b"first")
    store.put("footage", key, b"second")

    assert read(store, key, version=first).data == b"first"
    assert read(store, key).data == b"second"


@pytest.mark.parametrize(
    ("asked", "part", "content_range"),
    [("bytes=100-199", BODY[100:200], "bytes 100-199/2048"), ("bytes=-48", BODY[-48:], "bytes 2000-2047/2048")],
)
def test_ranges(store: Store, key: str, asked: str, part: bytes, content_range: str) -> None:
    version = store.put("footage", key, BODY)
    answer = read(store, key, version=version, Range=asked)
    assert (answer.status, answer.data, answer.headers["content-range"]) == (206, part, content_range)


def test_a_range_past_the_end(store: Store, key: str) -> None:
    store.put("footage", key, BODY)
    assert read(store, key, Range="bytes=5000-").status == 416


def test_a_changed_or_expired_address(place: Place, store: Store, key: str) -> None:
    store.put("footage", key, BODY)
    url = store.read_url("footage", key, MINUTE)
    longer = url.replace("X-Amz-Expires=60", "X-Amz-Expires=9999")
    assert longer != url

    assert HTTP.request("GET", url).status == 200
    assert HTTP.request("GET", longer).status == 403
    assert HTTP.request("GET", url[:-1] + ("0" if url[-1] != "0" else "1")).status == 403
    assert read(store, key, method="HEAD").status == 403
    assert place.call("GET", f"footage/{key}", at=datetime.now(UTC) - timedelta(hours=1)).status == 403


@pytest.mark.parametrize(("method", "path"), [("GET", "/a"), ("PUT", "/a"), ("GET", ""), ("DELETE", "/a")])
def test_nobody_gets_in_without_a_key(place: Place, store: Store, method: str, path: str) -> None:
    store.put("footage", "a", BODY)
    assert HTTP.request(method, f"{place.keys.endpoint}/{place.prefix}-footage{path}").status == 403


def test_browsers_of_our_origin_read_ranges(store: Store, key: str) -> None:
    store.put("footage", key, BODY)
    url = store.read_url("footage", key, MINUTE)

    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    preflight = HTTP.request("OPTIONS", url, headers=asked)
    answer = HTTP.request("GET", url, headers={"Origin": ORIGIN, "Range": "bytes=0-9"})

    assert preflight.status in (200, 204)
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "content-range" in answer.headers["access-control-expose-headers"].lower()


def test_browsers_of_other_origins_do_not(store: Store, key: str) -> None:
    store.put("footage", key, BODY)
    answer = HTTP.request("GET", store.read_url("footage", key, MINUTE), headers={"Origin": "http://elsewhere.test"})
    assert "access-control-allow-origin" not in answer.headers
