"""Occupations, levels and divisions: reference data read once from dated files, with the city's decisions over it."""

from examops.catalogue.changes import ValueChange, changes_between, changes_decided_since
from examops.catalogue.decided import Decided, decided_of, decisions_column
from examops.catalogue.decisions import Grounds, Seen, confirm, decisions_of
from examops.catalogue.divisions import district_name, province_name
from examops.catalogue.filing import FilingAnswer, may_be_filed
from examops.catalogue.labels import LEVELS, PARTS, level
from examops.catalogue.occupations import (
    Occupation,
    chosen_occupation,
    find_occupation,
    named_occupation,
    occupation,
    occupation_word,
    occupations,
)
from examops.catalogue.values import Value, counted
from examops.core.domain import Domain, MenuEntry
from examops.core.language import N_

__all__ = [
    "DOMAIN",
    "LEVELS",
    "PARTS",
    "Decided",
    "FilingAnswer",
    "Grounds",
    "Occupation",
    "Seen",
    "Value",
    "ValueChange",
    "changes_between",
    "changes_decided_since",
    "chosen_occupation",
    "confirm",
    "counted",
    "decided_of",
    "decisions_column",
    "decisions_of",
    "district_name",
    "find_occupation",
    "level",
    "may_be_filed",
    "named_occupation",
    "occupation",
    "occupation_word",
    "occupations",
    "province_name",
]


DOMAIN = Domain(
    "examops.catalogue",
    models=("models",),
    pages=("pages:bp",),
    apis=("api:bp",),
    menu=(
        MenuEntry(
            "occupations.index",
            N_("职业目录"),
            "certificate",
            places={"city_bureau": 6, "city_centre": 6, "district_bureau": 6, "district_centre": 6},
        ),
    ),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
)
