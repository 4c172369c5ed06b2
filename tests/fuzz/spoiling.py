"""Bytes near to real ones: parts cut out, doubled, exchanged, numbers blown up."""

from __future__ import annotations

from hypothesis import strategies as st

ODD = (b"\x00", b"\xff" * 4, b"\x7f\xff\xff\xff", b'"', b'""', b"<", b">", b"\r", b"\n", b"\t", b",", b"1e999", b"NaN")
ODD += (b"XFD1048576", b"-1", b"99999999", b"A0", b"\xed\xa0\x80", "合计".encode(), "㐀".encode("gb18030"), b"_x0000_")


@st.composite
def spoiled(draw: st.DrawFn, source: st.SearchStrategy[bytes]) -> bytes:
    """Something of ``source`` with up to four changes."""
    data = draw(source)
    for _ in range(draw(st.integers(0, 4))):
        data = _changed(draw, data)
    return data


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
