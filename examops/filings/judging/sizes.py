"""Large, medium, small, micro: 国统字〔2017〕213号, whose table is ``config/rules/filing_sizes.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from examops.core.language import N_
from examops.organisations import INDUSTRIES

INDICATORS = ("employees", "revenue", "assets")  # persons; 10,000 yuan; 10,000 yuan
__all__ = ["CLASSES", "INDICATORS", "INDUSTRIES", "OUTSIDE", "SIZES", "size_class"]
CLASSES = ("large", "medium", "small")
OUTSIDE = "outside"  # finance, education, health, public administration: the table has no row for them
SIZES = {"large": N_("大型"), "medium": N_("中型"), "small": N_("小型"), "micro": N_("微型")}


def size_class(limits: Mapping[str, Sequence[float]], values: Mapping[str, float]) -> str:
    """``limits``: indicator → lower limits of large, medium, small. One limit missed drops the firm one class."""
    for place, name in enumerate(CLASSES):
        if all(values[indicator] >= lower[place] for indicator, lower in limits.items()):
            return name
    return "micro"
