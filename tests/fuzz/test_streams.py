"""Whatever a camera sends is followed, refused with a reason of ours, or skipped; and never twice differently."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from tests.fuzz.running import try_property
from tests.fuzz.spoiling import seeds, spoiled
from tests.video.test_framing import Parsed
from video.rtsp.auth import Credentials
from video.rtsp.errors import LostFraming
from video.rtsp.sdp import session_control, video_track

# Written by make_corpus; an input that was found is kept by a file beside them.
STREAMS, DESCRIPTIONS, CHALLENGES = seeds(".rtp"), seeds(".sdp"), seeds(".challenge")


def events(data: bytes, cuts: list[int]) -> tuple[list[object], bool, int]:
    """What the framing makes of ``data`` when it arrives in these pieces, whether it gave up, and how many frames it
    held for sent again."""
    parsed = Parsed()
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    try:
        for start, end in pairwise(places):
            parsed.feed(data[start:end])
    except LostFraming:
        return parsed.events, True, parsed.framing.repeated
    return parsed.events, False, parsed.framing.repeated


def test_any_bytes_of_a_stream_are_framed_alike_however_they_were_cut() -> None:
    def check(drawn: tuple[bytes, list[int]]) -> None:
        data, cuts = drawn
        whole, pieces = events(data, []), events(data, cuts)
        # Whether a frame at the end of a read was sent again shows in the next read only: the one decision that
        # depends on the cuts (video/rtsp/framing.py). A frame that holds itself forty times was found by this target.
        assert whole[2] or pieces[2] or whole == pieces

    source = st.tuples(
        spoiled(st.sampled_from(STREAMS)) | st.binary(max_size=400), st.lists(st.integers(0, 5000), max_size=6)
    )
    try_property(source, check, examples=300, share=2)


def test_any_description_names_a_track_or_none() -> None:
    def check(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        track = video_track(text)
        assert isinstance(session_control(text), str)
        if track is not None:
            assert track.kind == "video"
            assert track.payload_type >= 0
            assert 0 <= track.payload_type < 1000
            assert track.clock_rate > 0
            assert all(isinstance(one, bytes) and len(one) > 3 for one in track.sets)

    try_property(spoiled(st.sampled_from(DESCRIPTIONS)) | st.binary(max_size=400), check, examples=300)


def test_any_challenge_is_answered_or_not_and_never_in_clear_where_a_digest_was_offered() -> None:
    def check(data: bytes) -> None:
        line = data.decode("utf-8", "replace").replace("\r", " ").replace("\n", " ")
        credentials = Credentials("admin", "a-secret-word")
        credentials.choose([line], set())
        answer = credentials.header("DESCRIBE", "rtsp://camera/1")
        assert "a-secret-word" not in answer
        assert "\r" not in answer
        assert "\n" not in answer
        assert not (answer.startswith("Basic") and line.startswith("Digest "))

    try_property(spoiled(st.sampled_from(CHALLENGES)), check, examples=300, share=2)
