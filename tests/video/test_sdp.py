"""Descriptions as cameras write them: what we need is found, everything else is passed over."""

from base64 import b64encode

import pytest

from tests.video.wire import PPS, SPS
from video.rtsp.sdp import session_control, video_track

GOOD = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:track1\n"
BOTH = f"{b64encode(SPS).decode()},{b64encode(PPS).decode()}"


@pytest.mark.parametrize(
    "head",
    [
        "",
        "v=0\n\n\n",
        "o=-0 0\n",
        "o=a camera with blanks 99999999999999999999999 1.5 IN IPV4 x y z\n",
        "c=IN c=IN IP4 0.0.0.0\n",
        "c=IN \n",
        "t=now-\n",
        "s=\ni=\n",
        "garbage\n=\nx\n",
        "m=application/TP-LINK 0 RTP/AVP smart/1/90000\na=control:t9\n",
        "m=vana 0 x\n",
        "m=application 0 RTP/AVP 107\na=rtpmap:107 vnd.onvif.metadata/90000\n",
        "m=\n",
        "m=audio\na=rtpmap:8 PCMA/8000\n",
        "m=audio 0 RTP/AVP 8\t \na=sendonly\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_stands_around_it_the_video_track_is_found(head: str, end: str) -> None:
    track = video_track((head + GOOD).replace("\n", end).rstrip("\r\n"))
    assert track is not None
    assert (track.h264_type, track.control) == (96, "track1")


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ("m=video 0 RTP/AVP 96 \na=rtpmap:96 H264/90000 \n", 96),
        ("m=video 0 RTP/AVP 98 96\na=rtpmap:96 H264/90000\na=rtpmap:98 H264/90000\n", 98),
        ("m=video 0 RTP/AVP 35\na=rtpmap:102 H265/90000\na=rtpmap:35 H264/90000\n", 35),
        ("m=video 0 RTP/AVP 35\na=rtpmap:35 H265/90000\n", None),
        ("m=video 0 RTP/AVP 96\na=rtpmap:96 h264/90000\na=sendonly\n", 96),
        ("m=video 0 RTP/AVP 26\na=rtpmap:26 JPEG/90000\nm=video 0 RTP/AVP 97\na=rtpmap:97 H264/90000\n", 97),
        ("m=video 0 RTP/AVP 96\na=rtpmap\na=rtpmap:\na=rtpmap:x y\na=fmtp:96\na=framerate:0S\na=framerate:25\n", 96),
        ("m=video 0 RTP/AVP 26\n", None),
        ("m=audio 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n", None),
        ("", None),
    ],
)
def test_the_payload_type_is_the_one_that_is_h264(media: str, expected: int | None) -> None:
    track = video_track(media)
    assert (track.h264_type if track else None) == expected


def test_with_nothing_but_the_media_line_and_a_control_the_stream_may_bring_the_rest() -> None:
    track = video_track("gar\nbage\nm=video 0 RTP/AVP 96\n????\na=control:trackID=0\n")
    assert track is not None
    assert (track.h264_type, track.control, track.sets) == (96, "trackID=0", [])


def test_a_parameter_set_of_zeros_takes_no_time_to_read() -> None:
    """Looked through from each of its zeros to the end, one of 190 KB took minutes; all cameras waited."""
    assert sets_of(b64encode(b"\x67" + bytes(190_000) + b"x").decode()) == [b"\x67" + bytes(190_000) + b"x"]
    assert sets_of(b64encode(bytes(190_000) + b"x").decode()) == []


def sets_of(text: str) -> list[bytes]:
    track = video_track(GOOD + f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={text}\n")
    assert track is not None
    return track.sets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOTH, [SPS, PPS]),
        (BOTH.replace("=", ""), [SPS, PPS]),
        (BOTH + ",aGVsbG8=", [SPS, PPS, b"hello"]),
        (BOTH.split(",", maxsplit=1)[0] + ",", [SPS]),
        (b64encode(b"\0\0\0\1" + SPS).decode() + "," + b64encode(PPS + b"\0\0\0\1").decode(), [SPS, PPS]),
        (b64encode(SPS + b"\0\0\0").decode(), [SPS]),
        ("", []),
        (",", []),
        ("%%%,AA==", []),
        ("QAEMAf//AWAAAAMA", []),
        (b64encode(b"\x27" + SPS[1:]).decode(), [b"\x27" + SPS[1:]]),
        (b64encode(b"\x47" + SPS[1:]).decode(), [b"\x47" + SPS[1:]]),
    ],
)
def test_parameter_sets_are_cleaned_or_left_out_and_never_an_error(text: str, expected: list[bytes]) -> None:
    assert sets_of(text) == [one for one in expected if one[0] & 31 in (7, 8)]


def test_sets_in_the_track_of_the_sound_serve_where_the_video_has_none() -> None:
    sound = f"m=audio 0 RTP/AVP 97\na=fmtp:96 sprop-parameter-sets={BOTH}\n"
    track = video_track(GOOD + sound)
    assert track is not None
    assert track.sets == [SPS, PPS]


def test_two_sound_tracks_with_the_type_of_the_video_change_nothing() -> None:
    sound = "m=audio 0 RTP/AVP 96\na=rtpmap:96 {}/48000\na=control:{}\n"
    track = video_track(sound.format("OPUS", "a") + GOOD + sound.format("MPEG4-GENERIC", "b"))
    assert track is not None
    assert (track.encodings, track.control) == ({96: "H264"}, "track1")


def test_the_control_of_the_session_stands_before_the_media() -> None:
    assert session_control("v=0\r\na=control:*\r\n" + GOOD) == "*"
    assert session_control("v=0\r\n" + GOOD) == ""
