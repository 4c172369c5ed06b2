"""Bytes near to real files: parts cut out, doubled, exchanged, numbers blown up; inside the parts of an archive too."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from hypothesis import strategies as st

CORPUS = Path(__file__).parent / "corpus"
ODD = (b"\x00", b"\xff" * 4, b"\x7f\xff\xff\xff", b'"', b'""', b"<", b">", b"\r", b"\n", b"\t", b",", b"1e999", b"NaN")
ODD += (b"XFD1048576", b"-1", b"99999999", b"A0", b"\xed\xa0\x80", "合计".encode(), "㐀".encode("gb18030"), b"_x0000_")


def seeds(*endings: str) -> list[bytes]:
    """The files of the corpus with these endings, in the order of their names."""
    return [path.read_bytes() for path in sorted(CORPUS.iterdir()) if path.suffix in endings]


@st.composite
def spoiled(draw: st.DrawFn, source: st.SearchStrategy[bytes]) -> bytes:
    """A file of ``source`` with up to four changes."""
    data = draw(source)
    for _ in range(draw(st.integers(0, 4))):
        data = _changed(draw, data)
    return data


@st.composite
def spoiled_archives(draw: st.DrawFn, source: st.SearchStrategy[bytes]) -> bytes:
    """An archive of which one part is spoiled and packed again, so that its checksums are right."""
    data, sink = draw(source), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        target = draw(st.sampled_from(names))
        for name in names:
            part = old.read(name)
            new.writestr(name, _changed(draw, _changed(draw, part)) if name == target else part)
    return sink.getvalue()


def _changed(draw: st.DrawFn, data: bytes) -> bytes:
    if not data:
        return draw(st.sampled_from(ODD))
    start = draw(st.integers(0, len(data) - 1))
    end = min(len(data), start + draw(st.sampled_from((0, 1, 2, 4, 16, 200, 4000))))
    kind = draw(st.sampled_from(("cut", "double", "odd", "bytes", "bits", "repeat")))
    if kind == "cut":
        return data[:start] + data[end:]
    if kind == "double":
        return data[:end] + data[start:]
    if kind == "odd":
        return data[:start] + draw(st.sampled_from(ODD)) + data[end:]
    if kind == "bytes":
        return data[:start] + draw(st.binary(max_size=8)) + data[end:]
    if kind == "repeat":
        return data[:start] + data[start:end] * draw(st.sampled_from((2, 50, 3000))) + data[end:]
    return data[:start] + bytes([data[start] ^ 1 << draw(st.integers(0, 7))]) + data[start + 1 :]


def is_archive(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError):
        return False
