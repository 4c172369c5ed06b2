"""A real browser on a real socket. Everything the page complains about ends in ``faults``."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from examops.web import assets
from tests.patience import PATIENCE_S
from tests.programs import need

FRONTEND = Path(assets.__file__).parent / "frontend"
QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


@pytest.fixture(scope="session")
def bundle() -> None:
    """The scripts as a person gets them, built once where they are missing."""
    if not (assets.STATIC / "dist/manifest.json").exists():
        if not (FRONTEND / "node_modules").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=FRONTEND, check=True)
        subprocess.run(["npm", "run", "-s", "build"], cwd=FRONTEND, check=True)
    assets._manifest.cache_clear()


@pytest.fixture(scope="session")
def chromium() -> str:
    return need("chromium")


@pytest.fixture(scope="session")
def browser(chromium: str, bundle: None) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=chromium, args=list(QUIET), timeout=PATIENCE_S * 1000)
        yield started
        started.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    """Serve an application on a free port for the length of a test; answers its address."""
    running = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def open_page(browser: Any, faults: list[str]) -> Iterator[Callable[..., Any]]:
    """Open an address in a window of the given size; errors of scripts, requests and content policy are kept."""
    contexts = []

    def go(address: str, width: int, height: int, scripts: bool = True, **options: Any) -> Any:
        window = {"width": width, "height": height}
        context = browser.new_context(viewport=window, java_script_enabled=scripts, locale="zh-CN", **options)
        context.set_default_timeout(PATIENCE_S * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("console", lambda line: faults.append(f"console: {line.text}") if line.type == "error" else None)
        page.goto(address)
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def shoot() -> Callable[[Any, str], None]:
    """Keep a picture of the page under EXAMOPS_SHOTS, so that people can look at it."""

    def keep(page: Any, name: str) -> None:
        if folder := os.environ.get("EXAMOPS_SHOTS"):
            page.screenshot(path=f"{folder}/{name}.png")

    return keep
