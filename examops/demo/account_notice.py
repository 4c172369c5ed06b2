"""What the story leaves for the supervisor's screen: asking for it anew would load the whole application once more."""

from __future__ import annotations

from pathlib import Path

from examops.demo.private_file import write_private

FILE = "demo-accounts.txt"


def write_account_notice(var: Path, text: str) -> None:
    write_private(var / FILE, text)


def read_account_notice(var: Path) -> str:
    """Empty when the story was told by a program that left nothing."""
    try:
        return (var / FILE).read_text()
    except OSError:
        return ""
