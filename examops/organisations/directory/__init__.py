"""公开目录: what the public may know of a body, its occupations and levels, with its history.

Whoever changes a body's state, name, address, telephone, occupations or levels calls :func:`publish` afterwards, in
the same transaction. Nothing else writes the two tables.
"""

from examops.organisations.directory.cards import FIRST_CLOSED
from examops.organisations.directory.models import (
    BY_OFFICES,
    ENDED,
    FILED,
    LEAVING,
    SUSPENDED,
    DirectoryCard,
    DirectoryEntry,
)
from examops.organisations.directory.publishing import REVISION, publish
from examops.organisations.directory.terms import asked_terms, plain

__all__ = [
    "BY_OFFICES",
    "ENDED",
    "FILED",
    "FIRST_CLOSED",
    "LEAVING",
    "REVISION",
    "SUSPENDED",
    "DirectoryCard",
    "DirectoryEntry",
    "asked_terms",
    "plain",
    "publish",
]
