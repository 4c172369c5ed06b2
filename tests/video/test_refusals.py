"""Cameras that refuse, redirect or ask for a password."""

from collections.abc import Callable

import pytest

from tests.video.wire import SDP, Camera, Sender, frames
from video.rtsp.addresses import address_of
from video.rtsp.auth import Credentials
from video.rtsp.errors import AuthFailed, Busy, NotFound, Redirected, Refused, SessionEnded

DIGEST = 'Digest realm="cam", nonce="{}"'


# Refusals


@pytest.mark.parametrize(
    ("status", "error", "reason", "pauses"),
    [
        ("404 Not Found", NotFound, "not_found", False),
        ("403 Forbidden", AuthFailed, "auth_failed", True),
        ("453 Not Enough Bandwidth", Busy, "refused", True),
        ("503 Service Unavailable", Busy, "refused", True),
        ("454 Session Not Found", SessionEnded, "session_end", False),
        ("461 Unsupported Transport", Refused, "refused", False),
        ("500 Internal Server Error", Refused, "refused", False),
    ],
)
def test_each_refusal_has_its_reason_and_says_how_long_to_wait(
    status: str, error: type, reason: str, pauses: bool
) -> None:
    camera = Camera()
    camera.describe()
    camera.reply(status)
    assert type(camera.talk.error) is error
    assert camera.talk.error.reason == reason
    assert (camera.talk.error.pause >= 65) is pauses


H265_SETS = "a=fmtp:96 sprop-vps=QAEMAf//AWAAAAMA;sprop-sps=QgEBAWAAAAMA;sprop-pps=RAHA8vA8kAA=\r\n"
H265 = SDP.replace("H264", "H265").replace("a=control:track1", H265_SETS + "a=control:track1")


def refused(sdp: str = SDP, *replies: tuple[str, str]) -> Camera:
    camera = Camera()
    camera.describe(sdp)
    for status, headers in replies:
        camera.reply(status, headers)
    return camera


@pytest.mark.parametrize(
    ("camera", "code"),
    [
        (lambda: refused(H265), "not_h264"),
        (lambda: refused(SDP.replace("H264", "JPEG")), "not_h264"),
        (lambda: refused(SDP.replace("m=video", "m=audio")), "not_h264"),
        (lambda: refused(SDP, ("461 Unsupported Transport", "")), "udp_only"),
        (lambda: refused(SDP, ("200 OK", "Transport: RTP/AVP;unicast;client_port=0-1;server_port=6970")), "udp_only"),
        (lambda: refused(SDP, ("200 OK", "Transport: RTP/AVP/UDP;multicast;destination=239.1.1.1")), "udp_only"),
        (lambda: refused(SDP, ("453 Not Enough Bandwidth", "")), "busy"),
    ],
)
def test_what_the_camera_must_be_set_to_has_a_code_of_its_own(camera: Callable[[], Camera], code: str) -> None:
    error = camera().talk.error
    assert isinstance(error, Refused)
    assert (error.reason, error.code) == ("refused", code)
    assert error.detail.startswith(f"{code}: ")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("rtsps://cam.example/live", "rtsps"),
        ("RTSPS://cam.example:322/live", "rtsps"),
        ("http://cam.example/live", "bad_address"),
        ("rtsp://admin:12345@cam.example/live", "bad_address"),
        ("rtsp://cam.example:99999/live", "bad_address"),
    ],
)
def test_an_address_we_cannot_use_is_not_called_a_missing_camera(url: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        address_of(url)
    assert refusal.value.code == code
    assert "12345" not in refusal.value.detail


@pytest.mark.parametrize("status", [301, 302, 303, 305, 307])
@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("rtsp://cam.example:8554/live", "rtsp://cam.example:8554/live"),
        ("/other", "rtsp://cam.example/other"),
        ("rtsp://u:p@ss@nvr/1", "rtsp://nvr/1"),
    ],
)
def test_a_description_that_is_elsewhere_is_followed_without_userinfo(status: int, location: str, target: str) -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply()
    camera.reply(f"{status} Moved", f"Location: {location}")
    assert isinstance(camera.talk.error, Redirected)
    assert camera.talk.error.url == target


@pytest.mark.parametrize("location", ["rtsps://cam.example/live", "http://cam.example/", "rtsp://", "nonsense"])
def test_a_redirect_out_of_rtsp_is_refused(location: str) -> None:
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply()
    camera.reply("302 Moved", f"Location: {location}")
    assert type(camera.talk.error) is Refused


# Passwords


def test_basic_is_answered_only_where_it_may_be() -> None:
    for allows, asked in ((True, ["OPTIONS", "DESCRIBE", "DESCRIBE"]), (False, ["OPTIONS", "DESCRIBE"])):
        camera = Camera(credentials=Credentials("admin", "12345", allows_basic=allows))
        camera.talk.begin(camera.now)
        camera.reply()
        camera.reply("401 Unauthorized", 'WWW-Authenticate: Basic realm="cam"')
        assert camera.asked == asked


def test_a_nonce_that_ran_out_in_mid_stream_is_answered_once_and_the_stream_goes_on() -> None:
    """Axis after 150 s, Hikvision recorders."""
    camera = Camera(quiet=90.0)
    camera.play()
    pictures = Sender()
    camera.wait(30)
    camera.reply("401 Unauthorized", "WWW-Authenticate: " + DIGEST.format("fresh"))
    assert 'nonce="fresh"' in camera.header("Authorization")
    camera.reply()
    camera.feed(frames(pictures.group(0)))
    assert camera.talk.error is None
    assert camera.asked[4:] == ["GET_PARAMETER", "GET_PARAMETER"]


def test_the_same_nonce_again_is_a_wrong_password_and_is_not_tried_a_third_time() -> None:
    camera = Camera(quiet=90.0)
    camera.play()
    camera.wait(30)
    camera.reply("401 Unauthorized", "WWW-Authenticate: " + DIGEST.format("one"))
    camera.reply("401 Unauthorized", "WWW-Authenticate: " + DIGEST.format("one"))
    camera.wait(59)
    assert camera.asked[4:] == ["GET_PARAMETER", "GET_PARAMETER"]
    assert camera.talk.error is None
    camera.wait(10)
    assert isinstance(camera.talk.error, AuthFailed)
