"""The built-in chat's own tables. Written by its adapter through `Work`, read through `Store.read`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from bot.store.columns import Microseconds
from bot.store.tables import metadata

web_rooms = Table(
    "web_rooms",
    metadata,
    Column("id", String, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("event", String),
    Column("purpose", String, nullable=False),
)

web_members = Table(
    "web_members",
    metadata,
    Column("room", String, primary_key=True),
    Column("person", String, primary_key=True),
)

web_messages = Table(
    "web_messages",
    metadata,
    Column("id", String, primary_key=True),
    Column("room", String, nullable=False),
    Column("key", String),
    Column("thread", String),
    Column("author", String),
    Column("words", Text),
    Column("card", Text),
    Column("files", Text, nullable=False, default="[]"),
    Column("created_at", Microseconds, nullable=False),
    Column("edited_at", Microseconds),
    Column("deleted_at", Microseconds),
    Column("posted", BigInteger, nullable=False),
    Column("feed", BigInteger, nullable=False),
    Index("web_messages_key", "room", "key", unique=True),
    Index("web_messages_feed", "feed"),
    Index("web_messages_room", "room", "posted"),
    info={"least": ("posted", "created_at")},
)
"""`feed` is the message's place in the live stream: its last change. `posted` is the first it had: the order of
a room, and what counts as unread."""

web_reads = Table(
    "web_reads",
    metadata,
    Column("person", String, primary_key=True),
    Column("room", String, primary_key=True),
    Column("feed", BigInteger, nullable=False),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("created_at", Microseconds, nullable=False),
    Column("last_seen", Microseconds, nullable=False),
    Column("revoked_at", Microseconds),
    Column("agent", Text, nullable=False, default=""),
    Index("web_sessions_person", "person"),
)
"""`token` is a hash."""

web_invites = Table(
    "web_invites",
    metadata,
    Column("token", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("expires_at", Microseconds, nullable=False),
    Column("used_at", Microseconds),
    Column("by", String),
)
"""`token` is a hash."""
