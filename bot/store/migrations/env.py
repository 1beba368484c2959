"""Alembic's entry: migrates the connection that `bot.store.migrate` hands in."""

from __future__ import annotations

from alembic import context

from bot.store.tables import metadata
from bot.store.telegram_tables import telegram_presses
from bot.store.web_tables import web_rooms

assert web_rooms.metadata is telegram_presses.metadata is metadata  # noqa: S101  loaded for their tables
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
