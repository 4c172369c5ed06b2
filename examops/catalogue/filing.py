"""Whether an occupation and level may be filed at all, whoever files it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from config.occupations import Occupation, catalogue
from config.rulebook import rulebook
from examops.catalogue.values import DecisionLike, Value, Values, key_of_level, values_of

PARTS_MINUTES = {"theory": "theory_minutes", "skill": "skill_minutes", "review": "review_minutes"}


class Obstacle(StrEnum):
    """Why it may not be filed. ``unconfirmed`` and ``access_unconfirmed`` go away when the city confirms the value."""

    NO_SUCH_LEVEL = "no_such_level"
    NO_CODE = "no_code"
    NO_STANDARD = "no_standard"
    NO_CONDITIONS = "no_conditions"
    ACCESS_TYPE = "access_type"
    ACCESS_UNCONFIRMED = "access_unconfirmed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Reason:
    """``value`` is the value that stands in the way."""

    obstacle: Obstacle
    value: Value


@dataclass(frozen=True)
class FilingAnswer:
    """Every reason against, not only the first."""

    reasons: tuple[Reason, ...]

    @property
    def may_be_filed(self) -> bool:
        return not self.reasons


def may_be_filed(
    occupation: Occupation, level: str, day: date, decisions: tuple[DecisionLike, ...] = ()
) -> FilingAnswer:
    """With the files of this installation and the city's ``decisions``, as they are on ``day``."""
    return answer(values_of(occupation, day, rulebook(), catalogue(), decisions), level)


def answer(values: Values, level: str) -> FilingAnswer:
    """As :func:`may_be_filed`, of values that were put together already."""
    if level not in values["levels"].value:
        return FilingAnswer((Reason(Obstacle.NO_SUCH_LEVEL, values["levels"]), *_of_occupation(values)))
    return FilingAnswer((*_of_occupation(values), *_of_level(values, level)))


def _of_occupation(values: Values) -> tuple[Reason, ...]:
    found = []
    codes = [values["code_2015"], values["code_2022"]]
    if not any(code.value and code.is_settled for code in codes):
        named = next((code for code in codes if code.value), codes[0])
        found.append(Reason(Obstacle.UNCONFIRMED if named.value else Obstacle.NO_CODE, named))
    access = values["access"]
    if access.value == "whole":
        found.append(Reason(Obstacle.ACCESS_TYPE if access.is_settled else Obstacle.ACCESS_UNCONFIRMED, access))
    elif not access.is_settled:
        found.append(Reason(Obstacle.UNCONFIRMED, access))
    if not values["levels"].is_settled:
        found.append(Reason(Obstacle.UNCONFIRMED, values["levels"]))
    standard = values["standard"]
    if not standard.value:
        found.append(Reason(Obstacle.NO_STANDARD, standard))
    elif not standard.is_settled:
        found.append(Reason(Obstacle.UNCONFIRMED, standard))
    return tuple(found)


def _of_level(values: Values, level: str) -> tuple[Reason, ...]:
    """The conditions, the parts, the time of each part, the ratio of a practical part."""
    missing = values.get(key_of_level("conditions", level))
    if missing is None:  # a level that the city added: nothing is known about it
        return (Reason(Obstacle.NO_CONDITIONS, values["levels"]),)
    found = [Reason(Obstacle.NO_CONDITIONS, missing)] if missing.value is None else []
    parts = values[key_of_level("parts", level)]
    needed = [] if missing.value is None else [missing]
    needed += [parts, *(values[key_of_level(PARTS_MINUTES[part], level)] for part in parts.value or ())]
    if "skill" in (parts.value or ()):
        needed.append(values[key_of_level("candidates_per_examiner", level)])
    return (*found, *(Reason(Obstacle.UNCONFIRMED, one) for one in needed if not one.is_settled))
