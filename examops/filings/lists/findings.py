"""What the examination of a list found, as its row keeps it, and what of it stands in the way.

``rows``, ``people`` (each once), ``repeated``, ``hidden``; ``problems`` (the first ones, worded and masked) of
``problem_count``; ``questions``: ``{"masked", "names": [[name, row], …], "chosen"}`` of ``question_count``;
``doubles``: people at several entities, ``{"masked", "codes"}``, of ``double_count``; ``entities``:
``[code, name, people, relation]`` with relation own, registered (below the body's entity in the register) or stated
(by the list alone). ``code_reason``, where it was asked for: why doubtful codes count as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from examops.core.language import Message
from examops.filings.lists.reading import MOST_SHOWN, ListReading
from examops.organisations import read_credit_code

OWN, REGISTERED, STATED = "own", "registered", "stated"
PERSONAL = ("problems", "questions", "doubles")


def findings_of(found: ListReading, own: str, registered: Mapping[str, str]) -> dict[str, Any]:
    """``own`` is the body's credit code, ``registered`` the name by code of every entity below it."""
    people = _people_by_entity(found)
    return {
        "rows": found.rows,
        "people": len(found.people),
        "repeated": found.repeated,
        "hidden": found.hidden,
        "problems": found.problems,
        "problem_count": found.problem_count,
        "questions": list(islice(found.questions(), MOST_SHOWN)),
        "question_count": sum(len(names) > 1 for names in found.names.values()),
        "doubles": list(islice(found.doubles(), MOST_SHOWN)),
        "double_count": sum(len(codes) > 1 for codes in found.people.values()),
        "entities": [
            [code, registered.get(code) or names.most_common(1)[0][0], people[code], _relation(code, own, registered)]
            for code, names in sorted(found.entities.items(), key=lambda one: (one[0] != own, -people[one[0]], one[0]))
        ],
    }


def _people_by_entity(found: ListReading) -> dict[str, int]:
    counted = dict.fromkeys(found.entities, 0)
    for codes in found.people.values():
        for code in codes:
            counted[code] += 1
    return counted


def _relation(code: str, own: str, registered: Mapping[str, str]) -> str:
    if code in ("", own):
        return OWN
    return REGISTERED if code in registered else STATED


def place_of(problem: Message) -> tuple[int, str]:
    """Row and letter of the column that a problem names; see ``eligibility.roster.word_cell_at``."""
    place = problem.values.get("place")
    values = place.values if isinstance(place, Message) else {}
    return int(values.get("row", 0)), str(values.get("letter", ""))


def unanswered(findings: Mapping[str, Any]) -> int:
    """ID numbers with several names of which nobody has said which is right."""
    beyond = findings.get("question_count", 0) - len(findings.get("questions", ()))
    return sum(one["chosen"] is None for one in findings.get("questions", ())) + max(beyond, 0)


def doubtful_codes(findings: Mapping[str, Any]) -> list[str]:
    """Codes that the list alone states and that fail their own check character; see ``code_reason``."""
    stated = (code for code, _name, _people, relation in findings.get("entities", ()) if relation == STATED)
    return [code for code in stated if not read_credit_code(code).is_sound]


def without_people(findings: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers alone, for when the people are erased."""
    return {key: value for key, value in findings.items() if key not in PERSONAL} | {key: [] for key in PERSONAL}
