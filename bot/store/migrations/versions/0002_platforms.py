"""What Slack and Telegram need: linked accounts, dialogues, outages, and what became of a message.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Microseconds

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the tables."""
    op.add_column("accounts", sa.Column("language", sa.String(), nullable=True))
    op.add_column("accounts", sa.Column("linked_at", Microseconds(), nullable=True))
    op.add_column("lanes", sa.Column("tried_at", Microseconds(), nullable=True))
    op.add_column("lanes", sa.Column("accepted_at", Microseconds(), nullable=True))
    op.create_index("outbox_urgent", "outbox", ["rank", "id", "platform", "room"], unique=False)
    op.create_index("deliveries_message", "deliveries", ["platform", "message"], unique=False)
    op.create_table(
        "link_codes",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("expires_at", Microseconds(), nullable=False),
        sa.Column("used_at", Microseconds(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "dialogues",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", Microseconds(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "account"),
    )
    op.create_table(
        "outages",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("since", Microseconds(), nullable=False),
        sa.Column("next", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("platform", "room"),
    )
    op.create_table(
        "telegram_presses",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("press", sa.Text(), nullable=False),
        sa.Column("made_at", Microseconds(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_table(
        "telegram_moves",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("moved_to", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )


def downgrade() -> None:
    """Nothing goes back: a database in a newer form is refused by an older program."""
