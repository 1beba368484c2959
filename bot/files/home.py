"""Where the files of an installation are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""
EXAMPLE = ROOT / "config.example.toml"
"""The sample company, with every setting explained."""
PLAYBOOKS = ROOT / "playbooks"
PLAYS = PLAYBOOKS / "plays"
CACHE = ROOT / "var" / "cache"
"""What the demo keeps of the playbooks it read: everything else of it is gone at its end."""
CONFIG = Path("config.toml")


def settings_file() -> Path | None:
    """The company's own configuration in the current folder; None where there is none yet."""
    return CONFIG if CONFIG.exists() else None
