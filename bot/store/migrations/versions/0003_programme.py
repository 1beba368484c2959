"""What the calendar of drills and duties needs: what is due, and the secret links of its feeds.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Microseconds

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "occurrences",
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("due_at", Microseconds(), nullable=False),
        sa.Column("opens_at", Microseconds(), nullable=False),
        sa.Column("hour_at", Microseconds(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ended_at", Microseconds(), nullable=True),
        sa.PrimaryKeyConstraint("duty", "due_at"),
    )
    op.create_index("occurrences_due", "occurrences", ["state", "opens_at"], unique=False)
    op.create_table(
        "feeds",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("made_at", Microseconds(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )


def downgrade() -> None:
    """Nothing goes back: a database in a newer form is refused by an older program."""
