"""Run by Alembic, with the connection that `bot.ledger.database` hands over."""

from alembic import context

from bot.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
