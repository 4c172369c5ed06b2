"""Words of no domain: transaction, scope, clock, actor, errors, locking, store, jobs."""
