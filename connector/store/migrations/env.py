"""What Alembic runs: always on the connection that `Store.migrate` hands over, inside its transaction."""

from alembic import context

from connector.store import tables_identity, tables_offers, tables_review  # noqa: F401 - they add their tables
from connector.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
