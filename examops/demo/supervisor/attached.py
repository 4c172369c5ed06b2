"""The settings of the demo that runs in this folder, for commands in another terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from examops.demo.private_file import write_private

FILE = "environ.json"


def write_settings(var: Path, environ: Mapping[str, str]) -> None:
    """Store the EXAMOPS_ settings and PORT of the running demo (file mode 0600) for :func:`adopt_settings`."""
    ours = {name: value for name, value in environ.items() if name.startswith("EXAMOPS_") or name == "PORT"}
    write_private(var / FILE, json.dumps(ours, indent=1))


def remove_settings(var: Path) -> None:
    (var / FILE).unlink(missing_ok=True)


def port_of_killed_demo(var: Path) -> int:
    """The web port of the last demo of this folder if it was killed, else 0."""
    try:
        return int(json.loads((var / FILE).read_text())["PORT"])
    except (OSError, ValueError, KeyError):
        return 0


def adopt_settings() -> bool:
    """Load the settings of the demo that runs in this folder; without one print a hint and return False.

    When EXAMOPS_DATABASE_URL is set already, nothing is loaded.
    """
    if os.environ.get("EXAMOPS_DATABASE_URL"):
        return True
    var = Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var")
    if not (var / FILE).exists():
        sys.stderr.write(f"{var.absolute()} 里没有正在运行的演示：请先在另一个窗口执行 make demo。\n")
        return False
    os.environ.update(json.loads((var / FILE).read_text()))
    return True
