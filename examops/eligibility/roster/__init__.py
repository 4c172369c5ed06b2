"""Rosters: a file or a paste in, every person read and judged out. Touches no database."""

from examops.eligibility.roster.cell_fault import CellFault
from examops.eligibility.roster.columns import (
    Column,
    Columns,
    column_letter,
    field_of_header,
    guess_columns,
    plain_header,
)
from examops.eligibility.roster.days import from_1904, read_day
from examops.eligibility.roster.employers import OtherEmployer, other_employers
from examops.eligibility.roster.examine import (
    Examination,
    PeopleOnRecord,
    RosterContext,
    examine,
    judge_rows,
)
from examops.eligibility.roster.export import next_action, summary, values_to_json
from examops.eligibility.roster.facts_maker import Evidence
from examops.eligibility.roster.fields import FIELDS, REQUIRED, title_in, title_of
from examops.eligibility.roster.levels import level_in
from examops.eligibility.roster.lines import SheetRows, SkippedLine, read_sheet
from examops.eligibility.roster.masking import (
    hidden,
    hide_id,
    hide_numbers,
    id_columns,
    masked_cells,
    masked_fault,
)
from examops.eligibility.roster.photos import ID_IN_NAME, Photo, Photos, PhotosRefused, read_photos, word_problem
from examops.eligibility.roster.reading import Limits, Table, read_file, read_text, read_upload
from examops.eligibility.roster.refusals import RosterRefused
from examops.eligibility.roster.rows import IGNORED, Cell, ParsedRow, read_row, readers_for
from examops.eligibility.roster.sheet_choices import OpenedRoster, SheetChoice, open_roster
from examops.eligibility.roster.texts import INVISIBLE, text_of
from examops.eligibility.roster.updates import GROUP_OF, Applied, Difference, Update, title_of_difference
from examops.eligibility.roster.values import SCIENTIFIC
from examops.eligibility.roster.wording import WORDS, word_cell_at, words_of
from examops.sheets.characters import MARKS, visible

__all__ = [
    "FIELDS",
    "GROUP_OF",
    "ID_IN_NAME",
    "IGNORED",
    "INVISIBLE",
    "MARKS",
    "REQUIRED",
    "SCIENTIFIC",
    "WORDS",
    "Applied",
    "Cell",
    "CellFault",
    "Column",
    "Columns",
    "Difference",
    "Evidence",
    "Examination",
    "Limits",
    "OpenedRoster",
    "OtherEmployer",
    "ParsedRow",
    "PeopleOnRecord",
    "Photo",
    "Photos",
    "PhotosRefused",
    "RosterContext",
    "RosterRefused",
    "SheetChoice",
    "SheetRows",
    "SkippedLine",
    "Table",
    "Update",
    "column_letter",
    "examine",
    "field_of_header",
    "from_1904",
    "guess_columns",
    "hidden",
    "hide_id",
    "hide_numbers",
    "id_columns",
    "judge_rows",
    "level_in",
    "masked_cells",
    "masked_fault",
    "next_action",
    "open_roster",
    "other_employers",
    "plain_header",
    "read_day",
    "read_file",
    "read_photos",
    "read_row",
    "read_sheet",
    "read_text",
    "read_upload",
    "readers_for",
    "summary",
    "text_of",
    "title_in",
    "title_of",
    "title_of_difference",
    "values_to_json",
    "visible",
    "word_cell_at",
    "word_problem",
    "words_of",
]
