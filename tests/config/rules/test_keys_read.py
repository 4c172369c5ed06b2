"""Every rule key is read by code, or stands in a list with what will read it."""

from __future__ import annotations

import re
from pathlib import Path

from config.rulebook import rulebook

ROOT = Path(__file__).parents[3]
FOLDERS: dict[str, str] = {}  # package → the text of its modules: what fills a key's hole may stand in a neighbour
for part in ("config", "examops", "video", "scheduler"):
    for path in sorted((ROOT / part).rglob("*.py")):
        package = "/".join(path.relative_to(ROOT).parts[:2])
        FOLDERS[package] = FOLDERS.get(package, "") + path.read_text(encoding="utf-8")
FOLDERS["examops/filings"] += FOLDERS["examops/organisations"]  # whose industries name the size tables
SOURCES = list(FOLDERS.values())
# Keys put together from parts: ``f"photo.{name}"``, ``f"standard.{code}.{version}.level_{level}"``.
COMPOSED = re.compile(r'f"([a-z_]+\.[^"]*\{[^"]*)"')
# Key → what will read it. A key leaves the list when its reader is written; a test below says when it has to.
NOT_YET_READ = {
    "capacity.computer_room_seats": "sites: a computer room's usable seats",
    "capacity.desk_spacing_cm": "sites: seats of a theory room",
    "capacity.full_mark": "results: marks",
    "eligibility.year_without_matching_day": "nobody: documents how periods count, as eligibility/periods.py does",
    "footage.electronic_retention_years": "results: records kept with the certificate",
    "footage.keep_local_hours": "recorders: the plan tells the box",
    "footage.overlap_tolerance_ms": "archive: overlaps between runs",
    "footage.segment_seconds": "recorders: the plan tells the box",
    "footage.sitting_uncovered_seconds_max": "results: coverage of a sitting",
    "photo.background": "results: photo on the certificate",
    "photo.taken_months_max": "results: photo on the certificate",
    "session.declaration_review_working_days": "declarations: clock of the review",
    "session.hold_hours": "bookings: how long a place is held",
    "session.hold_minutes": "bookings: how long a place is held at the counter",
    "session.publicity_working_days": "results: publication",
    "session.resubmit_working_days": "declarations: clock of a resubmission",
    "session.result_publicity_before_report_college": "results: order of publication and report",
    "session.result_publicity_before_report_employer": "results: order of publication and report",
    "session.result_publicity_before_report_social": "results: order of publication and report",
    "session.result_report_working_days_college": "results: clock of the report",
    "session.result_report_working_days_employer": "results: clock of the report",
    "session.result_report_working_days_social": "results: clock of the report",
    "session.result_review_working_days": "results: clock of the review",
}


def is_read(key: str, sources: list[str]) -> bool:
    return any(f'"{key}"' in source or _is_composed(key, source) for source in sources)


def _is_composed(key: str, source: str) -> bool:
    """A composed key fits, and what fills its last hole stands in the same package as a word of its own."""
    for template in COMPOSED.findall(source):
        pattern = "(.+)".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", template))
        found = re.fullmatch(pattern, key)
        if found and _stands_in(re.sub(r"\d+$", "", found[found.lastindex or 0]), source):
            return True
    return False


def _stands_in(word: str, source: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(word)}(?![a-z])", source) is not None


def test_every_rule_is_read_or_said_to_be_read_later() -> None:
    unread = {key for key in rulebook() if not is_read(key, SOURCES)}
    assert unread - NOT_YET_READ.keys() == set(), "a rule that nobody reads: read it, or say what will"
    assert NOT_YET_READ.keys() - unread == set(), "these are read by now, or gone: take them off the list"


def test_a_key_that_nobody_reads_is_seen() -> None:
    source = 'law.value(f"photo.{name}", day) for name in ("width_min",)'
    assert is_read("photo.width_min", [source])
    assert not is_read("photo.width_max", [source])
    assert not is_read("roster.width_min", [source])
