"""Occupations, levels and divisions: reference data read once from dated files."""

from examops.catalogue.divisions import district_name, province_name
from examops.catalogue.labels import LEVELS, PARTS, level
from examops.catalogue.occupations import (
    Occupation,
    find_occupation,
    named_occupation,
    occupation,
    occupation_word,
    occupations,
)
from examops.core.domain import Domain

__all__ = [
    "DOMAIN",
    "LEVELS",
    "PARTS",
    "Occupation",
    "district_name",
    "find_occupation",
    "level",
    "named_occupation",
    "occupation",
    "occupation_word",
    "occupations",
    "province_name",
]


DOMAIN = Domain("examops.catalogue", filters="labels:FILTERS")
