"""Revision files as `make migration` writes them: the SQL spelled out, the header for a person to fill in."""

from __future__ import annotations

from pathlib import Path

from examops.ops.migrations.changes import STAGES, Stages

VERSIONS = Path(__file__).parent / "versions"
TIMEOUTS = {"expand": "1min", "indexes": "2h", "constraints": "1min", "validate": "30min", "contract": "1min"}
# How each stage runs beside the release before it; the author says it of the tables at hand.
BESIDE = {
    "expand": "The release before neither reads nor writes what is added here. TODO: say why its rows stay valid.",
    "indexes": "Indexes are built while the tables are read and written.",
    "constraints": "New rows are checked from now on. TODO: say why the release before writes none that is refused.",
    "validate": "Old rows are checked while the tables are read and written.",
    "contract": "TODO: name the release since which nothing reads or writes what is removed here.",
}
FILE = '''"""TODO: what this changes, and why, in a line."""

from examops.ops.migrations.helpers import {helper}

revision = "{number:04}"
down_revision = "{before:04}"
branch_labels = None
depends_on = None

PHASE = "{phase}"
BESIDE_OLD_CODE = "{beside}"
SQL = """
{prefix}lock_timeout = '{lock}';
{prefix}statement_timeout = '{timeout}';

{statements}
"""


def upgrade() -> None:
    {helper}(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")
'''


def newest_number(versions: Path = VERSIONS) -> int:
    return max(int(path.name[:4]) for path in versions.glob("[0-9]*.py"))


def write_drafts(name: str, stages: Stages, versions: Path = VERSIONS) -> list[Path]:
    """One numbered file for each stage, after the newest one there is; returns them in order."""
    written = []
    for stage in STAGES:
        if stage in stages:
            number = newest_number(versions) + 1
            suffix = "" if stage == "expand" else f"_{stage}"
            path = versions / f"{number:04}_{name}{suffix}.py"
            path.write_text(_draft(number, stage, stages[stage]), encoding="utf-8")
            written.append(path)
    return written


def _draft(number: int, stage: str, statements: list[str]) -> str:
    outside = stage == "indexes"
    return FILE.format(
        helper="run_outside_transaction" if outside else "run",
        number=number,
        before=number - 1,
        phase="contract" if stage == "contract" else "expand",
        beside=BESIDE[stage],
        prefix="SET " if outside else "SET LOCAL ",
        lock="5min" if outside else "3s",  # building concurrently waits for others and holds nobody up meanwhile
        timeout=TIMEOUTS[stage],
        statements="\n".join(statements).replace("\\", "\\\\"),
    )
