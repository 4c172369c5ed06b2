"""The list of demo accounts as a file: the seed command writes it and the supervisor prints it.

The supervisor does not compute it, because that would load the whole application."""

from __future__ import annotations

from pathlib import Path

from examops.demo.private_file import write_private

FILE = "demo-accounts.txt"


def write_account_notice(var: Path, text: str) -> None:
    write_private(var / FILE, text)


def read_account_notice(var: Path) -> str:
    """The text, or "" without a file."""
    try:
        return (var / FILE).read_text()
    except OSError:
        return ""
