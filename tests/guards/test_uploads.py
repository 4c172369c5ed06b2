"""Uploads are bounded before they are opened: size, kind, what they unpack to."""

from __future__ import annotations

import dataclasses
import io
import struct
import zipfile

import pytest
from flask import Flask

from examops.eligibility.roster.photos import PhotosRefused, read_photos
from examops.eligibility.roster.pictures import PhotoRules
from examops.eligibility.roster.reading import Limits, read_file
from examops.eligibility.roster.refusals import RosterNotATable
from examops.registration.models import Roster
from examops.sheets import reader
from tests.guards.place import Place, make_place
from tests.guards.walk import Browser

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
MB = 1024 * 1024


@pytest.fixture
def own(make, clock, app: Flask) -> Place:
    return make_place(make, clock)


@pytest.fixture
def coordinator(make, own: Place, app: Flask):
    return Browser(app, make.user("coordinator", own.body)).client


def roster(client, own: Place, content: bytes, name: str = "名单.xlsx"):
    form = {"batch": str(own.more["batch"]), "file": (io.BytesIO(content), name)}
    return client.post("/rosters/", data=form, buffered=True)


def photos(client, own: Place, content: bytes):
    form = {"file": (io.BytesIO(content), "照片.zip")}
    return client.post(f"/rosters/{own.params['roster_uid']}/photos", data=form, buffered=True)


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def lying(archive: bytes, claimed: int) -> bytes:
    """The same archive, its directory claiming that every entry unpacks to so many bytes."""
    changed, at = bytearray(archive), archive.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", changed, at + 24, claimed)
        at = archive.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def test_a_request_beyond_the_limit_is_refused_unread(coordinator, own, app) -> None:
    length = {"CONTENT_LENGTH": str(app.config["MAX_CONTENT_LENGTH"] + 1)}
    kind = "multipart/form-data; boundary=x"
    answer = coordinator.post("/rosters/", data=b"x", content_type=kind, environ_overrides=length)
    assert answer.status_code == 413
    assert "文件太大" in answer.text


@pytest.fixture
def small(monkeypatch) -> Limits:
    """The limits of rosters with 256 KB, or 8 MB and 20 parts unpacked: real bombs would take seconds to make."""
    limits = dataclasses.replace(Limits.of(), bytes=MB // 4, unpacked_bytes=8 * MB, entries=20)
    monkeypatch.setattr(Limits, "of", lambda: limits)
    return limits


def test_a_roster_beyond_its_own_limit_is_refused_in_words(coordinator, own, small) -> None:
    answer = roster(coordinator, own, b"a,b\n" * (small.bytes // 4 + 1), "名单.csv")
    assert (answer.status_code, "上限" in answer.text) == (422, True)


def test_a_workbook_that_unpacks_to_more_than_allowed_is_not_opened(coordinator, own, small) -> None:
    bomb = zipped({"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": b"0" * (small.unpacked_bytes + 1)})
    assert len(bomb) < MB // 8
    answer = roster(coordinator, own, bomb)
    assert (answer.status_code, "解压后" in answer.text) == (422, True)


def test_a_workbook_that_lies_about_its_size_is_not_opened(coordinator, own, small, monkeypatch) -> None:
    """The directory says a few bytes; unpacking stops there, and nobody else is asked to unpack it."""
    monkeypatch.setattr(reader, "read_workbook", lambda *_: pytest.fail("opened"))
    bomb = lying(zipped({"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": b"0" * (9 * MB)}), 100)
    with pytest.raises(RosterNotATable, match="损坏"):
        read_file(bomb)
    answer = roster(coordinator, own, bomb)
    assert (answer.status_code, "损坏" in answer.text) == (422, True)


def test_a_workbook_of_very_many_parts_is_not_opened(coordinator, own, small) -> None:
    answer = roster(coordinator, own, zipped({f"xl/{n}.xml": b"" for n in range(small.entries + 1)}))
    assert (answer.status_code, "部分" in answer.text) == (422, True)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 no table",
        b"<html><table></table></html>",
        b"\x7fELF\x00\x00\x00\x00",
        b"PK\x03\x04 broken",
        b"MZ\x90\x00" * 64,
    ],
)
def test_other_kinds_of_files_are_refused_whatever_their_name(coordinator, own, content: bytes) -> None:
    assert roster(coordinator, own, content).status_code == 422


def test_photos_must_be_a_zip(coordinator, own, make) -> None:
    make.session.query(Roster).update({"state": "saved"})
    make.session.commit()
    for content in (b"\xff\xd8\xff not zipped", b"Rar!\x1a\x07"):
        answer = photos(coordinator, own, content)
        assert (answer.status_code, "不是 zip 压缩包" in answer.text) == (422, True)
    assert photos(coordinator, own, zipped({"a.jpg": b"x"})).status_code == 302


@pytest.mark.parametrize(
    ("rule", "words"), [("zip_files_max", "3 个文件，上限 2 个"), ("zip_unpacked_bytes_max", "解压后 3 MB")]
)
def test_photos_of_too_many_files_or_bytes_are_refused_before_any_is_opened(monkeypatch, rule: str, words: str) -> None:
    usual = PhotoRules.__getitem__
    limit = {"zip_files_max": 2, "zip_unpacked_bytes_max": 2 * MB}[rule]
    monkeypatch.setattr(PhotoRules, "__getitem__", lambda self, name: limit if name == rule else usual(self, name))
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("opened"))
    with pytest.raises(PhotosRefused, match=words):
        read_photos(zipped({f"44060619900101001{n}.jpg": b"0" * MB for n in range(3)}), {})
