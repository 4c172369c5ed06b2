"""Released revisions never change; new ones are numbered, run beside the old code, and lock nothing for long."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.migrations.freeze import FILE, QUEUE, digests, frozen, load_revision, revision_files, with_new_revisions
from tests.migrations.lint import file_faults, revision_faults, sql_faults

ROOT = Path(__file__).parents[2]
NEW = [path for path in revision_files() if path.name[:4] != "0001"]  # 0001 fills an empty database
TIMEOUTS = "SET LOCAL lock_timeout = '3s';\nSET LOCAL statement_timeout = '1min';\n"
GOOD = f'''"""Candidates get a nickname."""

from examops.ops.migrations.helpers import run

revision = "0002"
down_revision = "0001"
PHASE = "expand"
BESIDE_OLD_CODE = "The release before neither reads nor writes the column."
SQL = """
{TIMEOUTS}
ALTER TABLE candidate ADD COLUMN nickname text DEFAULT '' NOT NULL;
"""


def upgrade() -> None:
    run(SQL)
'''


def test_released_revisions_are_still_there_and_unchanged() -> None:
    now = digests()
    changed = [name for name, digest in frozen().items() if now.get(name) != digest and name != QUEUE]

    assert "0001" in frozen()
    assert changed == [], "a released revision never changes: write a further one (make migration NAME=…)"


def test_the_queues_own_schema_is_that_of_the_release() -> None:
    wrong = (
        "an upgrade would not change installed databases: add a revision with procrastinate's own SQL, then this digest"
    )
    assert digests()[QUEUE] == frozen()[QUEUE], wrong


def test_the_list_of_released_revisions_only_grows() -> None:
    path = FILE.relative_to(ROOT).as_posix()
    log = subprocess.run(["git", "-C", ROOT, "log", "--format=%H", "--", path], capture_output=True, text=True)
    if log.returncode or not log.stdout.strip():
        pytest.skip("no history here to compare with")
    for commit in log.stdout.split():
        old = subprocess.run(["git", "-C", ROOT, "show", f"{commit}:{path}"], capture_output=True, text=True)
        before = json.loads(old.stdout) if old.returncode == 0 else {}
        before.pop(QUEUE, None)
        assert before.items() <= frozen().items(), f"revisions of {commit[:10]} were removed or replaced"


def test_freezing_never_replaces_a_digest() -> None:
    assert with_new_revisions({"0001": "as released"}, {"0001": "changed", "0002": "new"}) == {
        "0001": "as released",
        "0002": "new",
    }


def test_revisions_are_numbered_in_one_line() -> None:
    """One head: each follows the number before it, and the file is named by its number."""
    modules = [load_revision(path) for path in revision_files()]
    numbers = [f"{number:04}" for number in range(1, len(modules) + 1)]

    assert [path.name[:4] for path in revision_files()] == numbers
    assert [module.revision for module in modules] == numbers
    assert [module.down_revision for module in modules] == [None, *numbers[:-1]]


def test_every_new_revision_runs_beside_the_old_code() -> None:
    assert {path.name: faults for path in NEW if (faults := revision_faults(path, load_revision(path)))} == {}


def test_a_good_revision_has_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "0002_nickname.py"
    path.write_text(GOOD, encoding="utf-8")

    assert revision_faults(path, load_revision(path)) == []


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("CREATE INDEX ix_candidate_name ON candidate (name);", "require-concurrent-index-creation"),
        ("ALTER TABLE candidate ADD COLUMN nickname text NOT NULL;", "adding-required-field"),
        ("ALTER TABLE candidate ALTER COLUMN name SET NOT NULL;", "adding-not-nullable-field"),
        ("ALTER TABLE candidate ALTER COLUMN name TYPE bigint;", "changing-column-type"),
        ("ALTER TABLE candidate ADD CONSTRAINT ck_x CHECK (name <> '');", "constraint-missing-not-valid"),
        (
            "ALTER TABLE candidate ADD CONSTRAINT fk_x FOREIGN KEY (body_id) REFERENCES body (id);",
            "adding-foreign-key-constraint",
        ),
        ("ALTER TABLE candidate ADD CONSTRAINT uq_x UNIQUE (name);", "disallowed-unique-constraint"),
        ("ALTER TABLE candidate DROP COLUMN team;", "ban-drop-column"),
        ("DROP TABLE candidate;", "ban-drop-table"),
        ("ALTER TABLE candidate RENAME COLUMN team TO crew;", "renaming-column"),
        ("TRUNCATE TABLE candidate CASCADE;", "ban-truncate-cascade"),
    ],
)
def test_what_would_lock_or_break_is_refused(sql: str, rule: str) -> None:
    assert rule in [fault.split(":")[0] for fault in sql_faults(TIMEOUTS + sql)]


def test_timeouts_are_asked_for() -> None:
    rules = [fault.split(":")[0] for fault in sql_faults("ALTER TABLE candidate ADD COLUMN nickname text;")]
    assert rules == ["require-lock-timeout", "require-statement-timeout"]


def test_a_contracting_revision_may_remove() -> None:
    sql = TIMEOUTS + "ALTER TABLE candidate DROP COLUMN team;\nDROP TABLE column_memory;"

    assert sql_faults(sql, phase="contract") == []
    assert sql_faults(sql, phase="expand") != []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('"The release before neither reads nor writes the column."', '""', "BESIDE_OLD_CODE"),
        ('PHASE = "expand"\n', "", "PHASE is missing"),
        ('PHASE = "expand"', 'PHASE = "quick"', "neither expand nor contract"),
        ("Candidates get a nickname.", "TODO: what", "TODO"),
        ("import run\n", "import run\nfrom examops.app.tables import METADATA\n", "imports from examops.app.tables"),
        ("    run(SQL)", "    run(SQL)\n    run('DROP TABLE candidate')", "upgrade() must be run(SQL)"),
    ],
)
def test_a_file_that_hides_something_is_refused(before: str, after: str, fault: str) -> None:
    assert before in GOOD
    assert fault in " ".join(file_faults(GOOD.replace(before, after)))
