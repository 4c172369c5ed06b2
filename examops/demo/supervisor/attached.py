"""The settings of the demo that runs in this folder, for commands that are typed beside it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from examops.demo.private_file import write_private

FILE = "environ.json"


def write_settings(var: Path, environ: Mapping[str, str]) -> None:
    """Leave the addresses and keys of the running demo for commands typed beside it."""
    ours = {name: value for name, value in environ.items() if name.startswith("EXAMOPS_") or name == "PORT"}
    write_private(var / FILE, json.dumps(ours, indent=1))


def remove_settings(var: Path) -> None:
    (var / FILE).unlink(missing_ok=True)


def port_of_killed_demo(var: Path) -> int:
    """The web's port of a demo of this folder that was killed before it could forget; 0 after a clean stop."""
    try:
        return int(json.loads((var / FILE).read_text())["PORT"])
    except (OSError, ValueError, KeyError):
        return 0


def adopt_settings() -> bool:
    """Take over the settings of the demo that runs in this folder; False, with a word, when none runs.

    Settings that are already in the environment win as a whole.
    """
    if os.environ.get("EXAMOPS_DATABASE_URL"):
        return True
    var = Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var")
    if not (var / FILE).exists():
        sys.stderr.write(f"{var.absolute()} 里没有正在运行的演示：请先在另一个窗口执行 make demo。\n")
        return False
    os.environ.update(json.loads((var / FILE).read_text()))
    return True
