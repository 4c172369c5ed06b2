"""Rosters: a file or a paste in, every person read and judged out. Touches no database."""

from examops.eligibility.roster.columns import Column, Columns, column_letter, guess_columns
from examops.eligibility.roster.examine import Examination, Known, RosterContext, examine
from examops.eligibility.roster.fields import FIELDS, title_of
from examops.eligibility.roster.reading import Limits, Table, read_file, read_text, read_upload
from examops.eligibility.roster.refusals import RosterRefused
from examops.eligibility.roster.rows import Cell, Evidence, ParsedRow

__all__ = [
    "FIELDS",
    "Cell",
    "Column",
    "Columns",
    "Evidence",
    "Examination",
    "Known",
    "Limits",
    "ParsedRow",
    "RosterContext",
    "RosterRefused",
    "Table",
    "column_letter",
    "examine",
    "guess_columns",
    "read_file",
    "read_text",
    "read_upload",
    "title_of",
]
