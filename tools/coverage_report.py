"""Branch coverage of the product, a line for each package: ``python -m tools.coverage_report`` after a measured run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
COUNTS = ("num_statements", "covered_lines", "num_branches", "covered_branches")


def package_of(file: str) -> str:
    """``examops/sessions/routes.py`` → ``examops.sessions``; the others by their first folder."""
    parts = Path(file).parts
    return ".".join(parts[:2]) if parts[0] == "examops" and len(parts) > 2 else parts[0]


def by_package(files: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Counts of files, by their paths from the root, added up for each package and for all of them (``total``)."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    for file, summary in files.items():
        for package in (package_of(file), "total"):
            for name in COUNTS:
                found[package][name] += summary[name]
    return dict(sorted(found.items(), key=lambda item: (item[0] == "total", item[0])))


def line(package: str, counts: dict[str, int]) -> str:
    """Lines and branches that ran, in percent; a package without branches has none to miss."""
    lines = _percent(counts["covered_lines"], counts["num_statements"])
    branches = _percent(counts["covered_branches"], counts["num_branches"])
    both = _percent(
        counts["covered_lines"] + counts["covered_branches"], counts["num_statements"] + counts["num_branches"]
    )
    return f"{package:24} lines {lines:5.1f} %  branches {branches:5.1f} %  together {both:5.1f} %"


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0


def main() -> None:
    coverage = (sys.executable, "-m", "coverage")
    subprocess.run([*coverage, "combine", "-q"], cwd=ROOT, check=False)
    report = ROOT / "var" / "coverage.json"
    report.parent.mkdir(exist_ok=True)
    subprocess.run([*coverage, "json", "-q", "-o", str(report)], cwd=ROOT, check=True)
    files = json.loads(report.read_text())["files"]
    for package, counts in by_package({file: found["summary"] for file, found in files.items()}).items():
        print(line(package, counts))


if __name__ == "__main__":
    main()
