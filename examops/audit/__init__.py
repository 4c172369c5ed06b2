"""Who did what; recorded in the business transaction, sealed in batches."""

from examops.audit.record import record

__all__ = ["record"]
