"""What must hold before a session is declared: pure checks over facts, and who must step aside."""

from examops.sessions.checks.facts import Card, GroupFacts, PersonOnDuty, SessionFacts
from examops.sessions.checks.findings import Check, check_session
from examops.sessions.checks.recusal import Recusal, recusals
from examops.sessions.checks.statements import TAKEN_BACK, people_to_look_at, standing_relations, state_relations

__all__ = [
    "TAKEN_BACK",
    "Card",
    "Check",
    "GroupFacts",
    "PersonOnDuty",
    "Recusal",
    "SessionFacts",
    "check_session",
    "people_to_look_at",
    "recusals",
    "standing_relations",
    "state_relations",
]
