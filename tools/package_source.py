"""Where packages come from: uv does not read pip's configuration, and many networks need the mirror named there."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

FLAGS = {"index-url": "--default-index", "extra-index-url": "--index", "find-links": "--find-links"}


def uv_flags(python: Path) -> list[str]:
    """pip's index settings as command-line flags of uv."""
    listed = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    return flags_from(listed.stdout)


def flags_from(listing: str) -> list[str]:
    """``global.index-url='https://…'`` and ``:env:.index-url='…'``, one a line; the environment wins, as in pip."""
    found: dict[str, str] = {}
    for line in sorted(listing.splitlines(), key=lambda words: words.startswith(":env:")):
        name, _, value = line.partition("=")
        flag = FLAGS.get(name.rsplit(".", 1)[-1])
        if flag and name.startswith(("global.", "install.", ":env:.")):
            found[flag] = str(ast.literal_eval(value))
    return [word for flag, value in found.items() for part in value.split() for word in (flag, part)]
