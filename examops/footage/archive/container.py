"""Whether a stored file is what a recorder writes: fragmented MP4 with H.264, its fragments where the sidecar says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random, SystemRandom
from typing import Any

from video.decoding import extradata_of
from video.frames import Fragment

Fetch = Callable[[int, int], bytes]  # offset, length -> bytes of the stored object
BOX_HEAD = 8  # size and type (ISO/IEC 14496-12, 4.2)
SEQUENCE_SET = 7  # type of NAL unit (ITU-T H.264, table 7-1)
LARGEST_INIT, LARGEST_HEAD = 1 << 20, 1 << 20
CHOSEN = 2  # fragments between the ends; each costs a read of the store
CHANCE = SystemRandom()


def is_recording(fetch: Fetch, init_length: int, rows: Sequence[Sequence[Any]], rng: Random = CHANCE) -> bool:
    """Reads the init segment, and the heads of the first and the last fragment and of two that chance chooses: whoever
    fills in the rest cannot know which are looked at. Pictures are decoded by the sampling.

    ``rows`` are the sidecar's fragments. Raises what ``fetch`` raises.
    """
    fragments = [Fragment.of(row) for row in rows]
    if not 0 < init_length <= LARGEST_INIT or not _follow_each_other(fragments, init_length):
        return False
    between = fragments[1:-1]
    looked_at = [*fragments[:1], *fragments[1:][-1:], *rng.sample(between, min(CHOSEN, len(between)))]
    return _is_h264(fetch(0, init_length)) and all(_is_fragment(fetch, fragment) for fragment in looked_at)


def _follow_each_other(fragments: list[Fragment], init_length: int) -> bool:
    at = init_length
    for fragment in fragments:
        if fragment.offset < at:
            return False
        at = fragment.offset + fragment.length
    return True


def _is_h264(init: bytes) -> bool:
    """Whether ``ftyp`` comes first and the sample entry has a decoder configuration (ISO/IEC 14496-15, 5.3.3.1)."""
    try:
        configuration = extradata_of(init)
    except ValueError:
        return False
    has_set = len(configuration) > 8 and configuration[5] & 0x1F > 0 and (configuration[8] & 0x1F) == SEQUENCE_SET
    return init[4:8] == b"ftyp" and configuration.startswith(b"\x01") and has_set


def _is_fragment(fetch: Fetch, fragment: Fragment) -> bool:
    """Whether a ``moof`` stands there and the rest of the fragment is its ``mdat``, with the keyframe in it."""
    length = fragment.keyframe_offset - fragment.offset
    if not 2 * BOX_HEAD <= length <= LARGEST_HEAD:
        return False
    head = fetch(fragment.offset, length)
    size = int.from_bytes(head[:4], "big")
    data = head[size : size + BOX_HEAD]
    ends = fragment.offset + fragment.length
    is_whole = size + int.from_bytes(data[:4], "big") == fragment.length
    has_picture = fragment.keyframe_length > 0 and fragment.keyframe_offset + fragment.keyframe_length <= ends
    return bool(head[4:8] == b"moof" and data[4:] == b"mdat" and is_whole and has_picture)
