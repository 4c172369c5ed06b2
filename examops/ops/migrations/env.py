"""Alembic runs inside our own command: the connection and the role names come from examops.ops.migrate."""

from alembic import context

from examops.app.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
