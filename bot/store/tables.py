"""The tables. One primary key each; columns of JSON are written by `bot.store.codec`, times are microseconds in UTC.

A table whose rows the house merges by something else than its primary key says so under `info["key"]`;
`info["least"]` names a column that only falls while a row waits.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import Microseconds, Serial

metadata = MetaData()

streams = Table(
    "streams",
    metadata,
    Column("stream", String, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("head", String, nullable=False),
    Column("snapshot", Text),
    Column("snapshot_sequence", Integer, nullable=False, default=0),
)
"""Each record's last entry; a snapshot of the folded event saves folding it anew at start (a cache)."""

entries = Table(
    "entries",
    metadata,
    Column("stream", String, ForeignKey("streams.stream"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("recorded_at", Microseconds, nullable=False),
    Column("line", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", String, ForeignKey("streams.stream"), primary_key=True),
    Column("kind", String, nullable=False),
    Column("status", String, nullable=False),
    Column("over", Integer, nullable=False),
    Column("playbook", String, nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("place_zh", Text, nullable=False),
    Column("place_en", Text, nullable=False),
    Column("level_zh", Text, nullable=False),
    Column("level_en", Text, nullable=False),
    Column("phase", String, nullable=False),
    Column("opened_at", Microseconds, nullable=False),
    Column("closed_at", Microseconds),
    Index("events_over", "over", "opened_at"),
)

timers = Table(
    "timers",
    metadata,
    Column("event", String, ForeignKey("events.id"), primary_key=True),
    Column("step", String, primary_key=True),
    Column("task", String, primary_key=True),
    Column("due_at", Microseconds, nullable=False),
    Index("timers_due", "due_at"),
)
"""`task` is empty where the step belongs to the event itself."""

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

playbooks = Table(
    "playbooks",
    metadata,
    Column("digest", String, primary_key=True),
    Column("playbook", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("saved_at", String, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("platform", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("language", String),
    Column("linked_at", Microseconds),
)
"""Who is who. `language` is what the account is set to on its platform."""

link_codes = Table(
    "link_codes",
    metadata,
    Column("code", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("expires_at", Microseconds, nullable=False),
    Column("used_at", Microseconds),
)
"""Codes that link an account to a person; `code` is a hash."""

dialogues = Table(
    "dialogues",
    metadata,
    Column("platform", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("state", Text, nullable=False),
    Column("started_at", Microseconds, nullable=False),
)
"""A form asked question by question, where the platform has no forms; one at a time for each account."""

outages = Table(
    "outages",
    metadata,
    Column("platform", String, primary_key=True),
    Column("room", String, primary_key=True),
    Column("since", Microseconds, nullable=False),
    Column("next", String),
)
"""Rooms that take no messages now, and the platform that is used meanwhile."""

absences = Table(
    "absences",
    metadata,
    Column("person", String, primary_key=True),
    Column("until", Microseconds),
)

people = Table(
    "people",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", Text, nullable=False),
    Column("imported_at", Microseconds, nullable=False),
)
"""People taken in by an import; they come after the configuration's and win."""

settings = Table(
    "settings",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("platform", String, primary_key=True),
    Column("update", String, primary_key=True),
    Column("chat", String, nullable=False),
    Column("state", String, nullable=False),
    Column("received_at", Microseconds, nullable=False),
    Column("payload", Text, nullable=False),
    Column("reply", Text),
    Column("error", Text),
    Index("inbox_state", "state", "received_at"),
)
"""`state`: new (stored, not handled yet), done, failed (dead letter)."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("platform", String, nullable=False),
    Column("room", String, nullable=False),
    Column("key", String, nullable=False),
    Column("thread", String, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("event", String),
    Column("effect", Text, nullable=False),
    Column("queued_at", Microseconds, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    UniqueConstraint("platform", "room", "key", name="outbox_message"),
    Index("outbox_urgent", "rank", "id", "platform", "room"),
    info={"key": ("platform", "room", "key"), "least": ("rank", "queued_at")},
)
"""What waits to be delivered; a row leaves when it was, or never will be. A card waits in one row only."""

lanes = Table(
    "lanes",
    metadata,
    Column("platform", String, primary_key=True),
    Column("room", String, primary_key=True),
    Column("free_at", Microseconds),
    Column("claimed_by", String),
    Column("tried_at", Microseconds),
    Column("accepted_at", Microseconds),
)
"""One lane for each room of a platform. `free_at`: end of a lease or of a pause the platform asked for.

`claimed_by`: "relay:row,row…". A lane that is free and still claimed: nobody knows what became of these rows of the
outbox, the first of which was sent at `tried_at` or later.
"""

deliveries = Table(
    "deliveries",
    metadata,
    Column("platform", String, primary_key=True),
    Column("room", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("event", String),
    Column("message", String),
    Column("revision", Integer, nullable=False),
    Column("queued_at", Microseconds, nullable=False),
    Column("accepted_at", Microseconds),
    Column("delivered_at", Microseconds),
    Column("seen_at", Microseconds),
    Column("failed_at", Microseconds),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Index("deliveries_event", "event"),
    Index("deliveries_message", "platform", "message"),
)
"""What became of each message. `message` is the platform's id of it; the times are of its first showing."""

addresses = Table(
    "addresses",
    metadata,
    Column("platform", String, primary_key=True),
    Column("room", String, primary_key=True),
    Column("address", String, nullable=False),
)
"""Where a room stands that was opened while running."""

files = Table(
    "files",
    metadata,
    Column("file", String, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("kept_at", Microseconds, nullable=False),
    Column("key", LargeBinary),
    Column("destroyed_at", Microseconds),
)
"""`key` None: destroyed."""

file_contents = Table(
    "file_contents",
    metadata,
    Column("file", String, ForeignKey("files.file"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Encrypted contents where replicas share them (PostgreSQL); with SQLite they are files in a folder."""

occurrences = Table(
    "occurrences",
    metadata,
    Column("duty", String, primary_key=True),
    Column("due_at", Microseconds, primary_key=True),
    Column("opens_at", Microseconds, nullable=False),
    Column("hour_at", Microseconds),
    Column("state", String, nullable=False),
    Column("event", String),
    Column("kind", String, nullable=False),
    Column("ended_at", Microseconds),
    Index("occurrences_due", "state", "opens_at"),
)
"""What the calendar owes, each time once. `due_at` as the calendar gave it, whatever was agreed since.

`state`: waiting (opens at `opens_at`), open (its record is `event`), done, late (done after its grace), missed,
dropped. `hour_at`: when a drill with a hidden hour is to start.
"""

feeds = Table(
    "feeds",
    metadata,
    Column("token", String, primary_key=True),
    Column("person", String),
    Column("made_at", Microseconds, nullable=False),
)
"""Secret links to the calendar; `token` is a hash. `person` None: the whole company's."""
