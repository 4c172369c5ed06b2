"""Districts of Foshan and provinces by their GB/T 2260 codes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

import config

FILE = Path(config.__path__[0]) / "catalogue/divisions.yaml"


@cache
def _divisions() -> dict[str, dict[str, str]]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def district_name(code: str) -> str:
    return _divisions()["districts"].get(code, code)


def province_name(two_digits: str) -> str | None:
    return _divisions()["provinces"].get(two_digits)
