"""The port of the web: the one asked for, or the next free one when nobody asked."""

from __future__ import annotations

import time
from collections.abc import Mapping

from examops.demo.servers.ports import is_free

USUAL, TRIES = 8000, 20


class PortTaken(Exception):
    """The text is one line for the person at the keyboard."""


def choose(environ: Mapping[str, str]) -> int:
    """``PORT``, else 8000, else the first free one above it."""
    asked = environ.get("PORT", "").strip()
    if not asked:
        return _first_free()
    if not asked.isdigit() or not 0 < int(asked) < 65536:
        raise PortTaken(f"PORT={asked} 不是端口号，请写 1–65535 之间的数，例如 PORT=8001 make demo。")
    if not is_free(int(asked)):
        raise PortTaken(f"端口 {asked} 已被别的程序占用，请换一个，例如 PORT={int(asked) + 1} make demo。")
    return int(asked)


def wait_until_free(port: int, patience: float = 8.0) -> None:
    """The web's own processes notice within seconds that their master was killed, and hold its port until then."""
    deadline = time.monotonic() + patience
    while not is_free(port) and time.monotonic() < deadline:
        time.sleep(0.1)


def _first_free() -> int:
    for port in range(USUAL, USUAL + TRIES):
        if is_free(port):
            return port
    raise PortTaken(f"端口 {USUAL}–{USUAL + TRIES - 1} 都被占用，请用 PORT=端口号 make demo 指定一个空闲端口。")
