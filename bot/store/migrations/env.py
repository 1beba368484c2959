"""Alembic's entry: migrates the connection that `bot.store.migrate` hands in."""

from __future__ import annotations

from alembic import context

from bot.store import web_tables
from bot.store.tables import metadata

assert web_tables.web_rooms.metadata is metadata  # noqa: S101  loaded for its tables
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
