"""Words of no domain: transaction, scope, clock, actor, errors, locking, store, jobs."""

from examops.core.domain import Domain

DOMAIN = Domain("examops.core", models=("idempotency", "installation_key", "ledger", "numbers"))
