"""Districts of Foshan and provinces by their GB/T 2260 codes."""

from __future__ import annotations

from config.divisions import divisions


def district_name(code: str) -> str:
    return divisions().districts.get(code, code)


def province_name(two_digits: str) -> str | None:
    return divisions().provinces.get(two_digits)
