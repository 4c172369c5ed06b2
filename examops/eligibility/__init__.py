"""Persons, candidates, evidence and verdicts: pure rules, and the rows they are stored in."""

from examops.core.domain import Domain

DOMAIN = Domain("examops.eligibility", models=("models",), filters="labels:FILTERS", invariants="invariants:INVARIANTS")
