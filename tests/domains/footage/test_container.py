"""What is read of a stored file before it counts as a recording."""

from __future__ import annotations

from random import Random

import pytest

from examops.footage.archive.container import is_recording
from tests.fixtures.recordings import parts_of, payload


def long_recording(count: int) -> tuple[bytes, int, list[list]]:
    """Bytes, init length and fragments of a file whose one fragment comes ``count`` times."""
    body = payload()
    parts = parts_of(body, 60_000)
    init, (row,) = body[: parts["init_length"]], parts["fragments"]
    piece = body[row[0] : row[0] + row[1]]
    rows = [[row[0] + n * row[1], row[1], row[2] + n * row[1], *row[3:]] for n in range(count)]
    return init + piece * count, parts["init_length"], rows


def is_taken(body: bytes, init_length: int, rows: list[list], rng: Random) -> bool:
    return is_recording(lambda offset, length: body[offset : offset + length], init_length, rows, rng)


def test_a_whole_recording_is_taken_whatever_is_looked_at() -> None:
    assert all(is_taken(*long_recording(12), Random(seed)) for seed in range(20))


@pytest.mark.parametrize("broken", [5, 1, 10])
def test_noise_between_the_ends_is_found_sooner_or_later_and_nobody_knows_when(broken: int) -> None:
    body, init_length, rows = long_recording(12)
    start, length = rows[broken][:2]
    body = body[:start] + bytes(length) + body[start + length :]
    found = [not is_taken(body, init_length, rows, Random(seed)) for seed in range(60)]
    assert any(found)
    assert not all(found), "two of ten are looked at"
