"""People on duty, their cards and their relations from a spreadsheet: shown with every fault, saved whole."""

from examops.staff.importing.people import PeopleSheet, read_people, save_people
from examops.staff.importing.relations import RelationsSheet, read_relations, save_relations
from examops.staff.importing.sheets import from_json, to_json

__all__ = [
    "PeopleSheet",
    "RelationsSheet",
    "from_json",
    "read_people",
    "read_relations",
    "save_people",
    "save_relations",
    "to_json",
]
