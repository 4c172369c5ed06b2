"""Screenshots of every page in four window sizes, and a comparison of two folders of them.

    .venv/bin/python tools/page_shots.py take ADDRESS=FOLDER […]
        [--only NAME …] [--size WxH …] [--language en]
    .venv/bin/python tools/page_shots.py compare FOLDER FOLDER [--marked FOLDER]

Two processes on one database show the same data: each page is taken from both, one right after the other. The accounts
are those of the demo of ``EXAMOPS_VAR``. With ``--examples`` the addresses serve ``tests.fixtures.example_pages`` and
need no accounts. Moving pictures, playing footage and clocks are masked. ``compare`` ends with 1 where a page differs
or is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, Response, sync_playwright
from playwright.sync_api import Error as PlaywrightError

if __package__:
    from tools.screenshots import UID, follow, go, sign_in
else:
    from screenshots import UID, follow, go, sign_in

SIZES = ("1366x768", "1920x1080", "800x1280", "390x844")
MASKED = "video, canvas, main img, [data-clock], #clock, #time, [data-say=synced], #watched, #duty-left"
EXAMPLE_NOW = datetime(2026, 11, 23, 1, 41, 14, tzinfo=UTC)
TOLERANCE = 40  # of 255: a smoothed edge may move by less
SETTLE_MS, TIMEOUT_MS = 350, 20_000


@dataclass(frozen=True)
class PageShot:
    """One page: the account that sees it ("" without one) and the way to it."""

    login: str
    reach: Callable[[Page], None]


def session(state: str, path: str = "") -> Callable[[Page], None]:
    """The first session in this state, or a page below its address."""

    def reach(page: Page) -> None:
        follow("/sessions/", rf"^/sessions/{UID}$", state)(page)
        if path:
            page.goto(path.format(uid=re.findall(UID, page.url)[-1]))

    return reach


def element(path: str, selector: str) -> Callable[[Page], None]:
    """The address of the first such link on ``path``."""

    def reach(page: Page) -> None:
        page.goto(path)
        page.goto(page.locator(selector).first.get_attribute("href") or "")

    return reach


def clicked(path: str, selector: str, ready: str = "body") -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        page.goto(path)
        page.locator(selector).first.click()
        page.wait_for_selector(ready)

    return reach


def scanned(code: str, ready: str) -> Callable[[Page], None]:
    """The desk of the examples after a scan: all keys at once, as a scanner sends them."""
    keys = """code => [...code, "Enter"].forEach(key => (document.activeElement ?? document.body)
        .dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})))"""

    def reach(page: Page) -> None:
        page.goto("/desk")
        page.wait_for_timeout(500)
        page.evaluate(keys, code)
        page.locator(ready).wait_for()

    return reach


def ticket(page: Page) -> None:
    session("进行中")(page)
    page.goto(page.locator("a[href*='/t/application/']").first.get_attribute("href") or "")


def searched(words: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        page.goto("/sessions/week")
        page.locator(".find input[name=q]").fill(words)
        page.locator(".find input[name=q]").press("Enter")
        page.wait_for_selector("table.list")

    return reach


def planned(page: Page) -> None:
    """The form of a plan with what it would give, judged by the server."""
    page.goto("/sessions/new")
    page.get_by_role("button", name="再加一组").click()
    page.get_by_role("button", name="试算").click()


PAGES = {
    "sign-in": PageShot("", go("/sign-in")),
    "sign-in-refused": PageShot("", clicked("/sign-in?", "form button")),
    "tablet": PageShot("", go("/tablet")),
    "missing": PageShot("kaowu", go("/no-such-page")),
    "password": PageShot("kaowu", go("/password")),
    "week": PageShot("kaowu", go("/sessions/week")),
    "sessions": PageShot("kaowu", go("/sessions/?state=approved")),
    "session-running": PageShot("kaowu", session("进行中")),
    "session-approved": PageShot("kaowu", session("已批准")),
    "session-draft": PageShot("kaowu", session("待申报")),
    "plan": PageShot("kaowu", go("/sessions/new")),
    "plan-judged": PageShot("kaowu", planned),
    "batches": PageShot("kaowu", go("/sessions/batches")),
    "batch": PageShot("kaowu", follow("/sessions/batches", r"^/sessions/batches/[0-9a-f-]{36}$")),
    "batch-new": PageShot("kaowu", go("/sessions/batches/new")),
    "search": PageShot("kaowu", searched("电工")),
    "rosters": PageShot("kaowu", go("/rosters/")),
    "roster": PageShot("kaowu", follow("/rosters/", rf"^/rosters/{UID}", "待保存")),
    "roster-saved": PageShot("kaowu", follow("/rosters/", rf"^/rosters/{UID}")),
    "ticket-staff": PageShot("kaowu", ticket),
    "desks": PageShot("jiankao", go("/desk/")),
    "people": PageShot("jiankao", follow("/desk/", rf"^/desk/{UID}/people$")),
    "desk-live": PageShot("jiankao", follow("/desk/", rf"^/desk/{UID}$")),
    "wall-live": PageShot("dudao", go("/footage/wall", ".tile")),
    "conclusion": PageShot("fuhe", session("已结束", "/footage/review/{uid}/conclusion")),
    "flags": PageShot("dudao", go("/footage/flags")),
    "quarantine": PageShot("dudao", go("/quarantine/")),
    "quarantine-decided": PageShot("dudao", go("/quarantine/?decided=1")),
    "sessions-city": PageShot("zhongxin", go("/sessions/")),
    "armed-hours": PageShot("anbao", go("/footage/armed-hours")),
    "devices": PageShot("anbao", go("/devices/")),
    "audit": PageShot("yunwei", go("/audit/")),
    "jobs": PageShot("yunwei", go("/timed-work/")),
}
EXAMPLES = {
    "gallery": PageShot("", go("/gallery")),
    "gone": PageShot("", go("/gone")),
    "roster-upload": PageShot("", go("/upload")),
    "roster-columns": PageShot("", go("/columns")),
    "roster-preview": PageShot("", go("/preview")),
    "roster-after": PageShot("", go("/saved")),
    "roster-photos": PageShot("", go("/photos")),
    "desk-scan": PageShot("", go("/desk", "#turns")),
    "desk-typing": PageShot("", clicked("/desk", "#s-scan #type", "#id-number")),
    "desk-admitted": PageShot("", scanned("TICKET-0001", "#s-ok")),
    "desk-refused": PageShot("", scanned("WRONG-SESSION", "#s-refused")),
    "desk-waiting": PageShot("", scanned("TICKET-AWAY", "#s-waiting")),
    "wall": PageShot("", go("/wall?density=16", "#risk-stop")),
    "wall-64": PageShot("", go("/wall?density=64", "#risk-stop")),
    "wall-only": PageShot("", clicked("/wall?density=9", "#fullscreen")),
    "review": PageShot("", go("/review", "#axis canvas")),
    "review-flag": PageShot("", clicked("/review", "#mark", "#flag-text")),
    "review-help": PageShot("", clicked("/review", "#keys", "#help")),
    "ticket-ok": PageShot("", go("/ok")),
    "ticket-no": PageShot("", go("/no")),
    "ticket-code": PageShot("", go("/ok#big")),
}


def take(targets: list[tuple[str, Path]], shots: dict[str, PageShot], sizes: list[str], language: str) -> None:
    password = "" if shots.keys() <= EXAMPLES.keys() else _password()
    with sync_playwright() as engine:
        chromium = os.environ.get("EXAMOPS_CHROMIUM", "/usr/bin/chromium")
        browser = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--hide-scrollbars"])
        for login in dict.fromkeys(shot.login for shot in shots.values()):
            pages = [(_open(browser, address, login, password, language), folder) for address, folder in targets]
            for name, shot in shots.items():
                if shot.login == login:
                    for page, folder in pages:
                        _shoot(page, folder, name, shot, sizes)
            for page, _folder in pages:
                page.context.close()
        browser.close()


def _password() -> str:
    var = Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var")
    return str(json.loads((var / "demo-accounts.json").read_text())["password"])


def _open(browser: Browser, address: str, login: str, password: str, language: str) -> Page:
    page = browser.new_context(locale="zh-CN", base_url=address).new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.on("response", lambda answer: _report(answer) if answer.status >= 400 else None)
    if language:
        page.goto(f"/sign-in?language={language}")
    if login:
        sign_in(page, login, password)
    return page


def _report(answer: Response) -> None:
    """A picture of a refusal looks the same on both sides."""
    if answer.request.resource_type == "document":
        print(f"{answer.status} {answer.url}", file=sys.stderr)


def _shoot(page: Page, folder: Path, name: str, shot: PageShot, sizes: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size(_size(sizes[0]))
    if name in EXAMPLES:
        page.clock.set_fixed_time(EXAMPLE_NOW)
    try:
        shot.reach(page)
        page.wait_for_load_state("networkidle", timeout=5000)
    except (
        PlaywrightError,
        LookupError,
    ) as fault:  # a page that is missing in one folder is a difference, not the end of all others
        print(f"{name}: {str(fault).splitlines()[0]}", file=sys.stderr)
    for size in sizes:
        page.set_viewport_size(_size(size))
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=folder / f"{name}-{size}.png", mask=[page.locator(MASKED)], animations="disabled")


def _size(words: str) -> dict[str, int]:  # type: ignore[misc]
    width, height = words.split("x")
    return {"width": int(width), "height": int(height)}


@dataclass(frozen=True)
class Difference:
    """``fraction`` of the pixels, and the box around them as x, y, width, height."""

    fraction: float
    box: tuple[int, int, int, int]


def difference(first: Path, second: Path, marked: Path | None = None) -> Difference | None:
    """How the second picture differs, or None; ``marked`` keeps both side by side with the box drawn."""
    one, two = cv2.imread(str(first)), cv2.imread(str(second))
    if one is None or two is None or one.shape != two.shape:
        return Difference(1.0, (0, 0, 0, 0))
    changed = np.abs(one.astype(int) - two.astype(int)).max(axis=2) > TOLERANCE
    if not changed.any():
        return None
    rows, columns = np.where(changed.any(axis=1))[0], np.where(changed.any(axis=0))[0]
    left, top = int(columns[0]), int(rows[0])
    box = (left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
    if marked:
        corner = (left + box[2], top + box[3])
        both = [cv2.rectangle(picture.copy(), (left, top), corner, (255, 0, 255), 2) for picture in (one, two)]
        cv2.imwrite(str(marked / first.name), np.hstack(both))
    return Difference(float(changed.mean()), box)


def compare(first: Path, second: Path, marked: Path | None) -> Iterator[tuple[str, Difference]]:
    """Every picture of either folder that differs."""
    if marked:
        marked.mkdir(parents=True, exist_ok=True)
    for name in sorted({file.name for folder in (first, second) for file in folder.glob("*.png")}):
        if found := difference(first / name, second / name, marked):
            yield name, found


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    if asked.do == "compare":
        differing = list(compare(asked.first, asked.second, asked.marked))
        for name, found in differing:
            print(
                f"{name:44} {found.fraction:8.4%}  x {found.box[0]} y {found.box[1]} w {found.box[2]} h {found.box[3]}"
            )
        total = len(list(asked.first.glob("*.png")))
        print(f"{len(differing)} of {total} pictures differ")
        return int(bool(differing))
    pages = EXAMPLES if asked.examples else PAGES
    targets = [(address, Path(folder)) for address, _, folder in (pair.partition("=") for pair in asked.targets)]
    take(targets, {name: pages[name] for name in asked.only or pages}, asked.size or list(SIZES), asked.language)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="do", required=True)
    taking = commands.add_parser("take", help="take pictures")
    taking.add_argument("targets", nargs="+", metavar="ADDRESS=FOLDER")
    taking.add_argument("--only", nargs="*", metavar="NAME", help="these pages alone")
    taking.add_argument("--size", nargs="*", metavar="WxH")
    taking.add_argument("--language", default="", help="en: the English pages")
    taking.add_argument("--examples", action="store_true", help="the pages of tests.fixtures.example_pages")
    comparing = commands.add_parser("compare", help="list pictures that differ")
    comparing.add_argument("first", type=Path)
    comparing.add_argument("second", type=Path)
    comparing.add_argument("--marked", type=Path, help="keep both pictures side by side here")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
