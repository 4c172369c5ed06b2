"""Pictures of the pages for README and guides, taken from the running demo: ``make screenshots``.

    .venv/bin/python tools/screenshots.py [NAME …]

Needs ``make install-dev``, Chromium and ffmpeg, and the demo of ``EXAMOPS_VAR`` with its past session archived.
ffmpeg gives each PNG a palette of 128 colours, so that the folder stays small.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs/screenshots"
DESK, TABLET, PHONE = (1366, 768), (1024, 768), (390, 844)
PALETTE = "split[a][b];[a]palettegen=max_colors=128:stats_mode=full[p];[b][p]paletteuse=dither=none"
UID = r"[0-9a-f-]{36}"


@dataclass(frozen=True)
class Shot:
    """One picture: who looks ("" without an account), in which window, and how the page is reached."""

    login: str
    size: tuple[int, int]
    reach: Callable[[Page], None]


def go(path: str, ready: str = "main") -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        page.goto(path)
        page.wait_for_selector(ready)

    return reach


def follow(path: str, link: str, words: str = "", ready: str = "main") -> Callable[[Page], None]:
    """Open the first link of ``path`` whose address fits ``link`` and whose row holds ``words``."""

    def reach(page: Page) -> None:
        page.goto(path)
        page.wait_for_selector(ready)
        for anchor in page.query_selector_all("main a, [role=main] a, .rail a, a"):
            row = anchor.evaluate("a => (a.closest('tr') || a).innerText")
            if re.search(link, anchor.get_attribute("href") or "") and words in row:
                page.goto(anchor.get_attribute("href") or "")
                page.wait_for_load_state("networkidle")
                return
        raise LookupError(f"no link like {link} with {words!r} on {path}")

    return reach


def then(first: Callable[[Page], None], act: Callable[[Page], None]) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        first(page)
        act(page)

    return reach


def wall(page: Page) -> None:
    page.goto("/footage/wall")
    page.wait_for_function("[...document.images].filter(i => i.naturalWidth > 100).length >= 4", timeout=60_000)


def review(page: Page) -> None:
    """The session of the past, with footage playing and a frame under the pointer."""
    follow("/sessions/", rf"^/sessions/{UID}$", "已结束")(page)
    page.goto(page.url.replace("/sessions/", "/footage/review/"))
    page.wait_for_function("[...document.querySelectorAll('video')].some(v => v.readyState >= 2)", timeout=60_000)
    page.wait_for_load_state("networkidle")


def conclusion(page: Page) -> None:
    follow("/sessions/", rf"^/sessions/{UID}$", "已结束")(page)
    page.goto(page.url.replace("/sessions/", "/footage/review/") + "/conclusion")


def ticket(page: Page) -> None:
    follow("/sessions/", rf"^/sessions/{UID}$", "进行中")(page)
    page.goto(page.locator("a[href*='/t/application/']").first.get_attribute("href") or "")
    page.wait_for_load_state("networkidle")


def pairing(page: Page) -> None:
    page.goto("/devices/")
    page.get_by_role("button", name="生成配对码").click()
    page.wait_for_load_state("networkidle")


SHOTS = {
    "home": Shot("kaowu", DESK, go("/sessions/week")),
    "roster-new": Shot("kaowu", DESK, go("/rosters/")),
    "roster": Shot("kaowu", DESK, follow("/rosters/", rf"^/rosters/{UID}", "待保存")),
    "plan": Shot("kaowu", DESK, go("/sessions/new")),
    "session": Shot("kaowu", DESK, follow("/sessions/", rf"^/sessions/{UID}$", "进行中")),
    "ticket": Shot("kaowu", PHONE, ticket),
    "desks": Shot("jiankao", TABLET, go("/desk/")),
    "desk": Shot("jiankao", TABLET, follow("/desk/", rf"^/desk/{UID}$")),
    "people": Shot("jiankao", TABLET, follow("/desk/", rf"^/desk/{UID}/people$")),
    "wall": Shot("dudao", DESK, wall),
    "review": Shot("dudao", DESK, review),
    "conclusion": Shot("fuhe", DESK, conclusion),
    "flags": Shot("dudao", DESK, go("/footage/flags")),
    "sessions-city": Shot("zhongxin", DESK, go("/sessions/")),
    "armed-hours": Shot("anbao", DESK, go("/footage/armed-hours")),
    "devices": Shot("anbao", DESK, pairing),
    "jobs": Shot("yunwei", DESK, go("/timed-work/")),
    "inbox": Shot("shiju", DESK, go("/filings")),
    "directory": Shot("", DESK, go("/directory")),
}


def main(names: list[str]) -> int:
    var = Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var")
    environ = json.loads((var / "environ.json").read_text())
    password = json.loads((var / "demo-accounts.json").read_text())["password"]
    address = f"http://127.0.0.1:{environ['PORT']}"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as engine:
        chromium = os.environ.get("EXAMOPS_CHROMIUM", "/usr/bin/chromium")
        browser = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in names or SHOTS:
            shoot(browser, name, address, password)
    return 0


def shoot(browser: Browser, name: str, address: str, password: str) -> None:
    shot = SHOTS[name]
    context = browser.new_context(
        viewport={"width": shot.size[0], "height": shot.size[1]}, locale="zh-CN", base_url=address, bypass_csp=True
    )
    page = context.new_page()
    if shot.login:
        sign_in(page, shot.login, password)
    shot.reach(page)
    file = FOLDER / f"{name}.png"
    reduce(page.screenshot(), file)
    print(f"{file.name}: {file.stat().st_size // 1024} KB")
    context.close()


def sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.locator("form button").first.click()
    page.wait_for_load_state()
    if "privacy-notice" in page.url:
        page.locator("form button").first.click()
        page.wait_for_load_state()


def reduce(png: bytes, file: Path) -> None:
    line = ["ffmpeg", "-v", "error", "-y", "-f", "png_pipe", "-i", "-", "-vf", PALETTE, "-compression_level", "100"]
    subprocess.run([*line, "-f", "image2", str(file)], input=png, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
