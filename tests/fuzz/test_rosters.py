"""Any bytes give a table within bounds or a refusal with words: no other error, and no more memory than is given."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from examops.eligibility.roster import Limits, RosterRefused, guess_columns, judge_rows, read_sheet
from examops.eligibility.roster.masking import id_columns, masked_cells, masked_fault
from examops.eligibility.roster.reading import REFUSALS
from examops.sheets.wire import table_from_json
from tests.domains.eligibility.sheets import roster_context
from tests.fuzz.running import try_property
from tests.fuzz.spoiling import seeds, spoiled, spoiled_archives

ROOT = Path(__file__).parents[2]
EXAMPLES = 40  # of each kind
JUDGED = 40  # rows: a spoiled file may repeat a line 60,000 times
LIMITS = Limits.of()
ARCHIVES = seeds(".xlsx", ".xlsb", ".ods")
KINDS: dict[str, tuple[st.SearchStrategy[bytes], bool]] = {
    "archives": (spoiled(st.sampled_from(ARCHIVES)), False),
    "parts": (spoiled_archives(st.sampled_from(ARCHIVES)), False),
    "old": (spoiled(st.sampled_from(seeds(".xls"))), False),
    "texts": (spoiled(st.sampled_from(seeds(".csv", ".txt"))), False),
    "pastes": (spoiled(st.sampled_from(seeds(".txt"))), True),
    "anything": (st.binary(max_size=2000), False),
}


class Child:
    """The reading process; started anew after it has run out of memory."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, is_paste: bool) -> dict[str, Any]:
        """Its answer, or ``{}`` where it ended: the product then says that the file is too heavy."""
        process = self.process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"size": len(data), "is_paste": is_paste}).encode() + b"\n" + data)
        process.stdin.flush()
        line = process.stdout.readline()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        assert process.wait() != -signal.SIGVTALRM, "too slow"
        self.close()
        return {}

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.fuzz.reading_child"]
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def close(self) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    found = Child()
    yield found
    found.close()


def check(child: Child, data: bytes, is_paste: bool) -> None:
    if is_paste:
        data = data.decode(errors="replace").encode()
    answer = child.read(data, is_paste)
    assert "error" not in answer, answer["error"]
    if "refused" in answer:
        code = answer["refused"]
        assert code in REFUSALS or f"{code}:{answer['params']['kind']}" in REFUSALS
    elif answer:
        _check_table(answer["table"])


def _check_table(found: dict[str, Any]) -> None:
    table = table_from_json(found)
    assert 0 < len(table.rows) <= LIMITS.last_row
    assert max(map(len, table.rows)) <= LIMITS.columns
    json.dumps(found["hidden_rows"], allow_nan=False)
    try:
        columns = guess_columns(table)
    except RosterRefused:
        return
    rows = read_sheet(replace(table, rows=table.rows[:JUDGED]), columns).rows
    judge_rows(rows, columns, roster_context(default_occupation="6-31-01-03", default_level="4"))
    for row in rows:
        assert all(str(masked_fault(error)) for error in row.errors)
        masked_cells(table.rows[row.row_no - 1], id_columns(columns))


@pytest.mark.parametrize("kind", KINDS)
def test_any_bytes_give_a_table_or_a_refusal(child: Child, kind: str) -> None:
    source, is_paste = KINDS[kind]
    try_property(source, lambda data: check(child, data, is_paste), examples=EXAMPLES, share=len(KINDS))


@pytest.mark.parametrize("data", seeds(".xlsx", ".xlsb", ".ods", ".xls", ".csv", ".txt"))
def test_every_file_of_the_corpus_is_read(child: Child, data: bytes) -> None:
    assert child.read(data, False).keys() & {"table", "refused"}
