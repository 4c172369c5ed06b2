"""CSV text, or what a spreadsheet puts on the clipboard, as rows of cells (RFC 4180, and what people make of it)."""

from __future__ import annotations

import re

from examops.sheets.bounded_child import Refused
from examops.sheets.far_cells import refuse_beyond
from examops.sheets.table import Cells, SheetLimits, Table, cells_with_content, filled, without_blank_end

MAX_CELL = 131_072  # characters; a spreadsheet takes 32,767
CONTENT_LINE = re.compile(r"^[ \t,;\"]*[^\s,;\"]", re.MULTILINE)
BLANKS = " \t\xa0\u3000"
MAX_QUOTED_CELLS = 20_000  # of one line; a spreadsheet has 16,384 columns


def read_rows(text: str, limits: SheetLimits) -> Table:
    """Raises :class:`Refused`.

    A quote at the beginning of a cell opens it as RFC 4180 says, unless it is never closed, something follows the
    closing quote, or the cell would swallow lines that look like rows of this table: such a quote is a stray one and
    stays in its cell. These cells, and those that hold a line break and a separator, stand in ``stray_quotes``.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    limits.check_rows(sum(1 for _ in CONTENT_LINE.finditer(text)))
    scanner = _Scanner(text, delimiter_of(text), limits.columns)
    rows = scanner.rows()
    if len(rows) > limits.last_row:
        refuse_beyond(cells_with_content(rows), limits.last_row, limits.columns)
        del rows[limits.last_row :]
    return Table(filled(rows), stray_quotes=tuple(scanner.stray))


def delimiter_of(text: str) -> str:
    """The delimiter that is most frequent in the first lines."""
    head = "\n".join(text[:100_000].split("\n", 5)[:5])
    return max("\t,;", key=head.count)


class _Scanner:
    """Goes once over the text. ``stray`` are (row from 1, column from 0) of quotes that were not taken as such."""

    def __init__(self, text: str, delimiter: str, columns: int) -> None:
        self.text, self.delimiter, self.columns = text, delimiter, columns
        self.width = 0  # cells of the widest row so far
        self.stray: list[tuple[int, int]] = []

    def rows(self) -> list[Cells]:
        found: list[Cells] = []
        at, size = 0, len(self.text)
        while at < size:
            end = self.text.find("\n", at)
            end = size if end < 0 else end
            line = self.text[at:end]
            if '"' not in line:
                found.append(self._plain_row(line, len(found) + 1))
                at = end + 1
            else:
                at = self._quoted_row(at, found)
            self.width = max(self.width, len(found[-1]))
            if max(map(len, found[-1]), default=0) > MAX_CELL:
                raise Refused("csv", line=len(found))
        return found

    def _plain_row(self, line: str, row: int) -> Cells:
        """Blank cells at the end do not count, and are not made: there may be millions."""
        line = line.rstrip(BLANKS + self.delimiter)
        self._check_width(line.count(self.delimiter) + 1, row)
        return [*line.split(self.delimiter)]

    def _check_width(self, columns: int, row: int) -> None:
        if columns > self.columns:
            raise Refused("row_columns", row=row, columns=columns, limit=self.columns)

    def _quoted_row(self, at: int, found: list[Cells]) -> int:
        """Append the row that begins at ``at``; the position behind its line break."""
        row: Cells = []
        found.append(row)
        while True:
            cell, at = self._cell(at, len(found), len(row))
            row.append(cell)
            if self.text[at : at + 1] != self.delimiter or len(row) > MAX_QUOTED_CELLS:
                row[:] = without_blank_end(row)
                self._check_width(len(row), len(found))
                return at + 1
            at += 1

    def _cell(self, at: int, row: int, column: int) -> tuple[str, int]:
        """The cell that begins at ``at``, and the position of what ends it."""
        if self.text[at : at + 1] == '"':
            end = self._closing(at + 1)
            inner = self.text[at + 1 : end]
            spans = end > 0 and "\n" in inner and self.delimiter in inner
            if spans or not end:
                self.stray.append((row, column))
            if end and not (spans and self._swallows(inner, end)):
                return inner.replace('""', '"'), end + 1
        line_end = self._find("\n", at, len(self.text))
        end = self._find(self.delimiter, at, line_end)
        return self.text[at:end], end

    def _find(self, mark: str, at: int, end: int) -> int:
        found = self.text.find(mark, at, end)
        return end if found < 0 else found

    def _swallows(self, inner: str, end: int) -> bool:
        """Whether a line that begins inside the cell has about as many cells as the rows of this table."""
        rest = self.text[end : self._find("\n", end, len(self.text))]
        lines = (inner + rest).split("\n")[1:]
        return any(2 * (line.count(self.delimiter) + 1) > self.width for line in lines)

    def _closing(self, at: int) -> int:
        """The position of the closing quote, 0 where there is none with a delimiter or the end of a line behind it."""
        while (found := self.text.find('"', at)) >= 0:
            behind = self.text[found + 1 : found + 2]
            if behind != '"':
                return found if behind in ("", "\n", self.delimiter) else 0
            at = found + 2
        return 0
