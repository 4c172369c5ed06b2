"""``python -m bench [NAME]``: every measurement side by side, a table, and ``bench/results.json``."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.verdicts import verdict

MODULES = (
    "booking",
    "booking_bulk",
    "checkin",
    "worker",
    "timeline",
    "directory",
    "recheck",
    "roster",
    "recorder",
    "archive",
    "sampling",
    "browser",
    "demo",
)
RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    only = sys.argv[1:]
    rows: list[dict[str, Any]] = []
    for name in MODULES:
        if only and name not in only:
            continue
        where = measured_on()
        found = importlib.import_module(f"bench.{name}").run()
        rows += [{**row, "measured": where} for row in (found if isinstance(found, list) else [found])]
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    fresh = {row["name"] for row in rows}
    RESULTS.write_text(
        json.dumps([*(row for row in kept if row["name"] not in fresh), *rows], ensure_ascii=False, indent=1) + "\n"
    )
    print(f"{'name':34}{'ours':>12}{'peer':>12}{'ratio':>8}  unit / peer / goal / verdict")
    for row in rows:
        peer, ratio = (f"{row[key]:.3g}" if row.get(key) is not None else "–" for key in ("peer", "ratio"))
        print(
            f"{row['name']:34}{row['ours']:>12.4g}{peer:>12}{ratio:>8}"
            f"  {row['unit']} · {row.get('peer_name') or '–'} · {row['goal']} · {verdict(row)}"
        )
    return 0


def measured_on() -> dict[str, Any]:
    """``load``: how many processes wanted a core in the minute before."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
