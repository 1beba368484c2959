"""The Telegram adapter's own tables."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from bot.store.columns import Microseconds
from bot.store.tables import metadata

telegram_presses = Table(
    "telegram_presses",
    metadata,
    Column("token", String, primary_key=True),
    Column("press", Text, nullable=False),
    Column("made_at", Microseconds, nullable=False),
)
"""What a button stands for: Telegram carries 64 bytes, so a button carries a token."""

telegram_moves = Table(
    "telegram_moves",
    metadata,
    Column("address", String, primary_key=True),
    Column("moved_to", String, nullable=False),
)
"""Groups that became supergroups, and topics that were made anew: the old address and the new one."""
