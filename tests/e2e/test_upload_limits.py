"""Files that are too large: refused before they are sent, and where no script runs, by a page."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from tests.e2e.static_pages import make_static_app
from tests.e2e.waiting import next_page, sign_in
from tests.factories import Factory

pytestmark = pytest.mark.browser
MB = 1024 * 1024


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """70 MB that take no room on the disk."""
    path = tmp_path / "照片.zip"
    with path.open("wb") as file:
        file.truncate(70 * MB)
    return path


def _photo_page() -> Flask:
    context = {
        "roster": SimpleNamespace(uid="00000000-0000-4000-8000-000000000000", name="名单.xlsx"),
        "result": {},
        "error": "",
        "limits": {"width_min": 295, "height_min": 413, "bytes_max": 5 * MB},
        "upload_mb": 60,
        "missing": [],
        "missing_count": 0,
        "more": None,
    }
    app = make_static_app({"/photos": ("registration/roster_photos.html", context)}, {})
    app.add_url_rule("/rosters/<roster_uid>", "rosters.show", lambda roster_uid: "")
    return app


def test_a_large_zip_is_told_when_it_is_chosen_and_never_sent(serve, open_page, large: Path, faults, shoot) -> None:
    page = open_page(serve(_photo_page()) + "/photos", 1366, 768)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("#file").set_input_files(large)
    page.get_by_role("alert").wait_for()
    shoot(page, "photos-too-large")
    assert page.get_by_role("alert").inner_text() == "这个压缩包有 70.0 MB，一次最多 60 MB：分成几个压缩包，一个一个传"
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_function("() => !document.querySelector('#photos').checkValidity()")
    assert sent == []
    page.locator("#file").set_input_files({"name": "小.zip", "mimeType": "application/zip", "buffer": b"PK"})
    page.get_by_role("alert").wait_for(state="detached")
    assert faults == []


@pytest.mark.postgres
@pytest.mark.s3
def test_without_scripts_the_answer_is_a_page_that_says_what_to_do(serve, app, make: Factory, open_page, large: Path):
    body = make.body()
    make.batch(body)
    page = open_page(f"{serve(app)}/sign-in?next=/rosters/", 1366, 768, scripts=False)
    sign_in(page, make.user("coordinator", body).login)
    page.locator("#file").set_input_files(large)
    with next_page(page):
        page.get_by_text("下一步：认列").click()
    page.get_by_role("heading", name="上传的文件太大，没有收下").wait_for()
    assert page.get_by_text("每个 60 MB 以内").is_visible()
