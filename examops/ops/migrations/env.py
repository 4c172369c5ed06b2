"""Alembic runs inside our own command: the connection and the role names come from examops.ops.revisions."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=True,  # a revision's locks end with it, and one may build an index outside a transaction
)
with context.begin_transaction():
    context.run_migrations()
