"""Who did what; recorded in the business transaction, sealed in batches."""

from examops.audit.record import record
from examops.audit.tags import Tag

__all__ = ["Tag", "record"]
