"""The database's forms, oldest first. A start that finds the newest one does not load Alembic."""

from __future__ import annotations

REVISIONS = ("0001", "0002", "0003")
"""Every revision this program knows, in order; the last is the one it works with."""
