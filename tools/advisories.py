"""Known vulnerabilities of the pinned packages, Python and npm, as the public database OSV lists them.

``python -m tools.advisories`` prints each and exits with 1 when a package that is shipped has one. Where the database
does not answer it says so, and how old the locks are: then nothing was compared. One request for all packages, without
an account; it holds nothing but their names and versions.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NPM_LOCK = "examops/web/frontend/package-lock.json"
DATABASE = "https://api.osv.dev/v1"
TIMEOUT_S = 15
# Advisories that do not concern us: their number, and why, and until when. An entry here is a decision.
ACCEPTED: dict[str, str] = {}


class NotComparable(Exception):
    """The database did not answer, or not as it should; the text says how."""


@dataclass(frozen=True, order=True)
class Package:
    ecosystem: str  # "PyPI" or "npm"
    name: str
    version: str
    is_shipped: bool

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({'shipped' if self.is_shipped else 'development only'})"


def pinned(root: Path = ROOT) -> list[Package]:
    """Every package of the locks. Shipped is what an installation gets."""
    shipped, all_python = (_pins(root / name) for name in ("requirements.lock", "requirements-dev.lock"))
    python = (Package("PyPI", name, version, (name, version) in shipped) for name, version in shipped | all_python)
    npm = _npm(json.loads((root / NPM_LOCK).read_text("utf-8")))
    once: dict[tuple[str, str, str], Package] = {}
    for package in sorted([*python, *npm]):  # where one stands twice, the shipped one comes last and counts
        once[package.ecosystem, package.name, package.version] = package
    return list(once.values())


def _pins(lock: Path) -> set[tuple[str, str]]:
    return set(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE))


def _npm(lock: dict[str, Any]) -> Iterator[Package]:
    for path, entry in lock["packages"].items():
        if path and not entry.get("link"):
            name = entry.get("name") or path.rpartition("node_modules/")[2]
            yield Package("npm", name, entry["version"], not (entry.get("dev") or entry.get("devOptional")))


def ask(path: str, content: Any = None) -> Any:
    """Raises :class:`NotComparable`."""
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"{DATABASE}/{path}", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)
    except (OSError, HTTPException, ValueError) as error:
        raise NotComparable(f"{type(error).__name__}: {error}") from error


def advisories(packages: list[Package]) -> list[tuple[Package, str]]:
    """(package, advisory in one line) of all that are not withdrawn or accepted. Raises :class:`NotComparable`."""
    numbers = [(package, number) for package, found in _listed(packages) for number in found]
    details = {number: ask(f"vulns/{number}") for number in sorted({number for _, number in numbers})}
    return [
        (package, _line(details[number]))
        for package, number in numbers
        if not details[number].get("withdrawn") and not ACCEPTED.keys() & _names(details[number])
    ]


def _listed(packages: list[Package]) -> Iterator[tuple[Package, list[str]]]:
    queries = [{"package": {"name": p.name, "ecosystem": p.ecosystem}, "version": p.version} for p in packages]
    answer = ask("querybatch", {"queries": queries})
    try:
        results = answer["results"]
        for package, result in zip(packages, results, strict=True):
            yield package, [found["id"] for found in result.get("vulns", ())]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotComparable(f"not an answer to {len(packages)} questions: {type(error).__name__}") from error


def _names(detail: dict[str, Any]) -> set[str]:
    return {detail["id"], *detail.get("aliases", ())}


def _line(detail: dict[str, Any]) -> str:
    words = " ".join((detail.get("summary") or detail.get("details") or "").split())[:160]
    return f"{', '.join(sorted(_names(detail)))}: {words}"


def ages(root: Path = ROOT) -> str:
    """When each lock was changed last."""
    return ", ".join(f"{Path(name).name} of {_day_of(root, name)}" for name in ("requirements.lock", NPM_LOCK))


def _day_of(root: Path, name: str) -> str:
    command = ["git", "log", "-1", "--format=%cs", "--", name]
    try:
        found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        found = ""
    return found or "an unknown day"


def say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def main() -> int:
    packages = pinned()
    try:
        found = advisories(packages)
    except NotComparable as error:
        say([f"NOT COMPARED with known vulnerabilities, the database did not answer ({error}); locks: {ages()}"])
        return 0
    say(f"{package}: {line}" for package, line in found)
    shipped = len({package for package, _ in found if package.is_shipped})
    say([f"{len(packages)} packages compared; {len(found)} advisories, of {shipped} shipped packages"])
    return 1 if shipped else 0


if __name__ == "__main__":
    sys.exit(main())
