"""Open data: every entry of the directory with its validity, as CSV and JSON, for anybody to use again."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields
from sqlalchemy import Select, func, select

from examops.accounts import guarded, open_to_public
from examops.catalogue import district_name
from examops.core.database import db
from examops.organisations.directory import DirectoryCard, DirectoryEntry
from examops.public.caching import count_view, kept_answer
from examops.public.editions import Edition
from examops.web.api import JsonCall, described
from examops.web.downloads import disposition

bp = guarded(Blueprint("directory_data", __name__, url_prefix="/directory"), open_to_public("目录是开放数据"))
DOWNLOADS_PER_WINDOW = 20
AT_ONCE = 1000  # rows read in one go
IN_MEMORY = 512 * 1024  # bytes of one answer; what is longer waits in a temporary file for a slow reader
FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d)")  # what a spreadsheet would take for one


class EntrySchema(Schema):
    body = fields.UUID(metadata={"description": "Of the body's page, /directory/BODY"})
    name = fields.Str()
    kind = fields.Str(metadata={"description": "enterprise, college or social"})
    district = fields.Str(metadata={"description": "GB/T 2260"})
    district_name = fields.Str()
    address = fields.Str()
    telephone = fields.Str()
    area = fields.Str(
        metadata={"description": "Of a social organisation: city, or one district by GB/T 2260; or empty"}
    )
    occupation_code = fields.Str()
    occupation = fields.Str()
    level = fields.Str(metadata={"description": "X (apprentice), 5 to 1, T, S"})
    standard = fields.Str(metadata={"description": "National standard or specification; may be empty"})
    standing = fields.Str(metadata={"description": "filed; suspended; leaving: no more applications, until it ends"})
    valid_from = fields.Date()
    valid_until = fields.Date(allow_none=True, metadata={"description": "The last day; null while it holds"})


class DirectorySchema(Schema):
    """Also at ``/directory/data.csv``, with the same names in its first line and UTF-8 with a byte order mark."""

    revision = fields.Int(metadata={"description": "Grows with whatever is published"})
    as_of = fields.Date()
    entries = fields.List(fields.Nested(EntrySchema))


NAMES = tuple(EntrySchema().fields)


@bp.get("/data.json")
@described(JsonCall(DirectorySchema, is_open=True))
def json_file() -> ResponseReturnValue:
    """The public directory with its history, as open data; `/directory/data.csv` holds the same rows as CSV."""
    count_view("directory-data", DOWNLOADS_PER_WINDOW)
    return kept_answer(lambda edition: _file(_json_text(edition), "application/json"))


@bp.get("/data.csv")
def csv_file() -> ResponseReturnValue:
    """For spreadsheets: saved under a name, where the JSON is read by programs."""
    count_view("directory-data", DOWNLOADS_PER_WINDOW)
    return kept_answer(lambda _edition: _file(_csv_text(), "text/csv", "directory.csv"))


def entries_query() -> Select[DirectoryEntry, UUID]:
    query = select(DirectoryEntry, DirectoryCard.uid.label("card_uid"))
    query = query.join(DirectoryCard, DirectoryCard.body_id == DirectoryEntry.body_id)
    return query.where(~func.isempty(DirectoryEntry.valid)).order_by(DirectoryEntry.id)


def _rows() -> Iterator[dict[str, Any]]:
    for row in db.session.execute(entries_query().execution_options(yield_per=AT_ONCE)):
        entry = row.DirectoryEntry
        yield {
            "body": str(row.card_uid),
            "name": entry.name,
            "kind": entry.kind,
            "district": entry.district,
            "district_name": district_name(entry.district),
            "address": entry.address,
            "telephone": entry.telephone,
            "area": entry.area,
            "occupation_code": entry.occupation_code,
            "occupation": entry.occupation_name,
            "level": entry.level,
            "standard": entry.standard,
            "standing": entry.standing,
            "valid_from": entry.valid.lower.isoformat(),
            "valid_until": entry.last_day.isoformat() if entry.last_day else None,
        }


def _json_text(edition: Edition) -> Iterator[str]:
    head = json.dumps({"revision": edition.revision, "as_of": edition.day.isoformat()})
    yield f'{head[:-1]}, "entries": ['
    for number, row in enumerate(_rows()):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]}\n"


def _csv_text() -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(NAMES)
    for row in _rows():
        writer.writerow([_cell(row[name]) for name in NAMES])
        if line.tell() > IN_MEMORY // 8:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def _cell(value: str | None) -> str:
    """Spreadsheets run what begins like a formula; a leading apostrophe keeps it a text."""
    return f"'{value}" if value and FORMULA.match(value) else value or ""


def _file(parts: Iterable[str], mimetype: str, name: str = "") -> Response:
    """Written before it is sent, so that a slow reader holds no transaction and no more than ``IN_MEMORY`` bytes."""
    kept = ExitStack()  # closed with the answer
    file = kept.enter_context(_spool())
    file.write(b"\xef\xbb\xbf" if mimetype.startswith("text/csv") else b"")
    for part in parts:
        file.write(part.encode())
    length = file.tell()
    file.seek(0)
    response = Response(_blocks(file), mimetype=mimetype)
    response.headers["Content-Length"] = str(length)
    if name:
        response.headers["Content-Disposition"] = disposition(name)
    response.call_on_close(kept.close)
    return response


@contextmanager
def _spool() -> Iterator[IO[bytes]]:
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        yield file


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(64 * 1024):
            yield block
