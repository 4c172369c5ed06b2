"""Output of ``make demo`` in the terminal."""

from __future__ import annotations

import os
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COLUMN = 30  # of a terminal, where the seconds begin


def print_line(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def print_event(words: str) -> None:
    """A line with the time of day, for events while the demo runs."""
    print_line(f"{time.strftime('%H:%M:%S')}  {words}")


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print the step's name at once, and its seconds when it is done."""
    began = time.monotonic()
    sys.stdout.write("  " + name + " " * max(1, COLUMN - _width(name)))
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        print_line("未完成")
        raise
    print_line(f"{time.monotonic() - began:5.1f} 秒")


def ready(address: str, accounts: str, var: Path, seconds: float) -> None:
    print_line(f"\n准备好了，共 {seconds:.1f} 秒。请用浏览器打开：\n\n    {address}\n")
    if accounts.strip():
        print_line(accounts.rstrip() + "\n")
    print_line(f"停止：按 Ctrl+C，或执行 kill {os.getpid()}。数据保存在 {var}，下次启动接着用。")
    print_line(f"日志：{var / 'log'}\n")


def _width(text: str) -> int:
    """Columns in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
