"""Persons, candidates, evidence and verdicts: pure rules, and the rows they are stored in."""

from examops.core.domain import Domain
from examops.eligibility.context import plain_name
from examops.eligibility.facts import Fact, Facts, SharedJson, Source, Spell
from examops.eligibility.id_number import check_character, mask, read_id_number
from examops.eligibility.labels import CANDIDATE_KINDS, OUTCOMES
from examops.eligibility.persons import persons_on_record, register_persons
from examops.eligibility.rules import judge
from examops.eligibility.specified import Specified
from examops.eligibility.verdicts import Decision, Line, Verdict
from examops.eligibility.wording import SENTENCE_MARK, level_word, next_step, word
from examops.eligibility.words import CLAUSES

__all__ = [
    "CANDIDATE_KINDS",
    "CLAUSES",
    "DOMAIN",
    "OUTCOMES",
    "SENTENCE_MARK",
    "Decision",
    "Fact",
    "Facts",
    "Line",
    "SharedJson",
    "Source",
    "Specified",
    "Spell",
    "Verdict",
    "check_character",
    "judge",
    "level_word",
    "mask",
    "next_step",
    "persons_on_record",
    "plain_name",
    "read_id_number",
    "register_persons",
    "word",
]


DOMAIN = Domain(
    "examops.eligibility",
    models=("models",),
    filters="labels:FILTERS",
    detail_words="labels:DETAIL_WORDS",
    invariants="invariants:INVARIANTS",
    keyed="keyed:STORES",
)
