"""Runs Alembic's steps on the connection that the store hands over; never from a command line."""

from alembic import context

from salesorders.database.migrate import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
