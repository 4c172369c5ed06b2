"""The desk reads a ticket's code from the tablet's camera, with the wasm reader under the real content policy."""

from __future__ import annotations

import subprocess

import pytest
import segno

from tests.e2e.conftest import QUIET
from tests.e2e.static_pages import make_static_app
from tests.fixtures.desk_pages import ADMITTED, STATE
from tests.patience import PATIENCE_S
from tests.programs import need

pytestmark = pytest.mark.browser
CODE = "EXAMPLECODE234567ABCDEFGHI"
# The camera has shown so many more, and the page has had a turn to read the last.
MORE_PICTURES = """async (count) => {
  const video = document.querySelector("#camera");
  for (; count > 0; count--) await new Promise((shown) => video.requestVideoFrameCallback(shown));
  await new Promise((turn) => setTimeout(turn, 0));
}"""


@pytest.fixture
def filmed(tmp_path):
    """A second of film of a code on a phone, as a camera would send it."""
    picture, film = tmp_path / "code.png", tmp_path / "code.mjpeg"
    segno.make(CODE, error="m", micro=False).save(str(picture), scale=8, border=4)
    place = "color=c=gray:size=1280x720:rate=10:duration=1[bg];[0:v]format=rgb24[qr];[bg][qr]overlay=(W-w)/2:(H-h)/2"
    command = [
        need("ffmpeg"),
        "-v",
        "error",
        "-loop",
        "1",
        "-i",
        str(picture),
        "-filter_complex",
        place,
        "-t",
        "1",
        "-q:v",
        "3",
        str(film),
    ]
    subprocess.run(command, check=True)
    return film


@pytest.fixture
def camera_page(bundle, chromium, browser, serve, filmed):
    """A page of a browser of its own: which film the camera shows is fixed when it starts."""
    scans: list[dict] = []

    def scan(request):
        scans.append(request.get_json())
        return {**ADMITTED, "photo_url": None}

    address = serve(
        make_static_app({"/desk": ("checkin/desk.html", {"state": STATE})}, {"/scans": scan, "/state": STATE})
    )
    started = browser.browser_type.launch(
        executable_path=chromium,
        args=[*QUIET, f"--use-file-for-fake-video-capture={filmed}"],
        timeout=PATIENCE_S * 1000,
    )
    page = started.new_context(viewport={"width": 800, "height": 1280}, permissions=["camera"]).new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(f"{address}/desk")
    yield page, scans
    started.close()


def test_the_camera_reads_the_code_and_a_phone_held_still_is_one_scan(camera_page, shoot):
    page, scans = camera_page
    page.locator("#s-ok").wait_for()
    shoot(page, "desk-camera")
    page.evaluate(MORE_PICTURES, 15)

    assert [(one["code"], one["via"]) for one in scans] == [(CODE, "camera")]
