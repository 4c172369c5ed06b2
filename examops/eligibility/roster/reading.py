"""A file or a paste as rows of cells: in this process, or in a bounded child for what strangers upload."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from config.rulebook import Rulebook, rulebook
from examops.core.garbage import collector_paused
from examops.core.language import N_
from examops.eligibility.roster.refusals import (
    ROWS,
    RosterEmpty,
    RosterHasFarCells,
    RosterLocked,
    RosterNotATable,
    RosterRefused,
    RosterTooBig,
    RosterTooHeavy,
    RosterTooLong,
    RosterUnreadableText,
)
from examops.sheets import reader
from examops.sheets.bounded import Bounds, ChildFailed, OutOfMemory, OutOfTime, run_bounded
from examops.sheets.bounded_child import Refused
from examops.sheets.table import SheetLimits, Table
from examops.sheets.wire import READ_HEADS, READ_UPLOAD, heads_from_json, table_from_json
from examops.sheets.workbooks import SheetHead

BOUNDS = Bounds()
REFUSALS: dict[str, tuple[type[RosterRefused], str | None]] = {
    "rows": (RosterTooLong, ROWS),
    "columns": (RosterNotATable, N_("工作表有 {columns} 列，上限 {limit} 列")),
    "row_columns": (RosterNotATable, N_("第 {row} 行有 {columns} 列，上限 {limit} 列")),
    "far_cell": (RosterHasFarCells, None),
    "file_bytes": (RosterTooBig, N_("文件 {size:.1f} MB，上限 {limit} MB")),
    "unpacked_bytes": (RosterTooBig, N_("文件解压后 {size} MB，上限 {limit} MB")),
    "entries": (RosterTooBig, N_("文件里有 {parts} 个部分，上限 {limit} 个")),
    "other_kind:web_page": (RosterNotATable, N_("文件其实是网页（很多系统导出的“Excel”都是），只是后缀写成了表格")),
    "other_kind:xml_spreadsheet": (RosterNotATable, N_("文件是“XML 电子表格 2003”，不是 xls 或 xlsx")),
    "other_kind:pdf": (RosterNotATable, N_("文件是 PDF，不是表格")),
    "other_kind:picture": (RosterNotATable, N_("文件是图片，不是表格")),
    "other_kind:document": (RosterNotATable, N_("文件是 Word 文档，不是表格")),
    "other_kind:archive": (RosterNotATable, N_("文件是压缩包，不是表格；先解压")),
    "other_kind:binary": (RosterNotATable, N_("文件不是表格（可能是其他格式改了后缀）")),
    "csv": (RosterNotATable, N_("CSV 第 {line} 行读不下去")),
    "broken": (RosterNotATable, N_("文件已损坏")),
    "not_excel": (RosterNotATable, N_("文件已损坏，或不是 Excel 表格")),
    "empty": (RosterEmpty, None),
    "locked": (RosterLocked, None),
    "encoding": (RosterUnreadableText, None),
}


@dataclass(frozen=True)
class Limits(SheetLimits):
    """The limits of the rules."""

    @classmethod
    def of(cls, book: Rulebook | None = None) -> Limits:
        rules = book or rulebook()
        names = ("rows_max", "bytes_max", "unpacked_bytes_max", "entries_max", "columns_max", "header_search_rows")
        return cls(*(rules[f"roster.{name}"].on_latest().value for name in names))


def read_file(data: bytes, *, sheet: str = "", limits: Limits | None = None) -> Table:
    """XLSX, XLS or CSV by its content, not by its name. Raises a :class:`RosterRefused`."""
    limits = limits or Limits.of()
    with _worded(limits), collector_paused():
        return reader.read_file(data, sheet, limits)


def read_text(text: str, *, limits: Limits | None = None) -> Table:
    """CSV text, or what a spreadsheet puts on the clipboard (tabs between cells). Raises a :class:`RosterRefused`."""
    limits = limits or Limits.of()
    with _worded(limits):
        return reader.read_text(text, limits)


def read_upload(
    data: bytes, *, is_paste: bool, sheet: str = "", limits: Limits | None = None, bounds: Bounds = BOUNDS
) -> Table:
    """As :func:`read_file` or, of UTF-8, :func:`read_text`, in a child process that can neither exhaust the memory nor
    the time of this one. Raises :class:`Busy` too."""
    limits = limits or Limits.of()
    arguments = {"is_paste": is_paste, "sheet": sheet, "limits": asdict(limits)}
    with _worded(limits):
        try:
            found = run_bounded(READ_UPLOAD, data, arguments, bounds)
        except OutOfMemory as error:
            raise RosterTooHeavy() from error
        except OutOfTime as error:
            raise RosterTooHeavy(N_("读这个文件用时太久，已停止")) from error
        except ChildFailed as error:
            raise Refused("broken") from error
        with collector_paused():
            return table_from_json(found)


def read_heads(data: bytes, *, limits: Limits | None = None, bounds: Bounds = BOUNDS) -> list[SheetHead]:
    """The first rows of every visible sheet, read in a child process; none where they cannot all be read within its
    bounds: the sheet that was asked for may be readable all the same."""
    arguments = {"limits": asdict(limits or Limits.of())}
    try:
        return heads_from_json(run_bounded(READ_HEADS, data, arguments, bounds))
    except (OutOfMemory, OutOfTime, ChildFailed, Refused):
        return []


@contextmanager
def _worded(limits: Limits) -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        code = f"{refusal.code}:{refusal.params['kind']}" if refusal.code == "other_kind" else refusal.code
        kind, message = REFUSALS[code]
        raise kind(message, **{"limit": limits.rows, **refusal.params}) from refusal
