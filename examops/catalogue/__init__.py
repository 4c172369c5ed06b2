"""Occupations, levels and divisions: reference data read once from dated files."""

from examops.catalogue.divisions import district_name, province_name
from examops.catalogue.occupations import Occupation, occupation, occupations

__all__ = ["Occupation", "district_name", "occupation", "occupations", "province_name"]
