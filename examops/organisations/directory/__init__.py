"""公开目录: what the public may know of a body, its occupations and levels, with its history.

Whoever changes a body's state, name, address, telephone, occupations or levels calls :func:`publish` afterwards, in
the same transaction. Nothing else writes the two tables.
"""

from examops.organisations.directory.models import DirectoryCard, DirectoryEntry
from examops.organisations.directory.publishing import REVISION, publish

__all__ = ["REVISION", "DirectoryCard", "DirectoryEntry", "publish"]
