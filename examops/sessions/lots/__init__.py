"""Lots of a session: committed when its declaration is approved, drawn at the door (checkin)."""

from examops.sessions.lots.commitments import commit_lots, commitment_of_turn, secret_of
from examops.sessions.lots.models import LotCommitment

__all__ = ["LotCommitment", "commit_lots", "commitment_of_turn", "secret_of"]
