"""What a JPEG says of itself before anybody decodes it (ITU-T T.81, annex B)."""

from __future__ import annotations

MAX_WIDTH, MAX_HEIGHT = 4096, 2304
# Frame headers: SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC)
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
END = b"\xff\xd9"


def size_of(jpeg: bytes) -> tuple[int, int] | None:
    """Width and height by the frame header, None where there is none before the picture's data."""
    at = 2
    while jpeg.startswith(b"\xff\xd8") and at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker in FRAMES:
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        if marker == 0xDA:
            return None
        is_fill = marker == 0xFF
        at += 1 if is_fill else 2 if marker in ALONE else 2 + max(2, int.from_bytes(jpeg[at + 2 : at + 4], "big"))
    return None


def is_showable(jpeg: bytes) -> bool:
    """Whether it says that it is at most 4K large, and has its end; nothing is decoded for it."""
    size = size_of(jpeg)
    is_whole = jpeg.rstrip(b"\0").endswith(END)
    return is_whole and size is not None and 0 < size[0] <= MAX_WIDTH and 0 < size[1] <= MAX_HEIGHT
