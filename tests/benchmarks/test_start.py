"""The bot starts without what it does not need yet: each of these costs a good part of the second it has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.uncounted

ROOT = Path(__file__).parents[2]
HEAVY = (
    "alembic",
    "apscheduler",
    "asyncpg",
    "babel",
    "docx",
    "markdown_it",
    "openpyxl",
    "PIL",
    "pygments",
    "rich",
    "ruamel",
    "sqlalchemy.dialects.postgresql",
)
EVERYTHING = """
import sys
from bot.__main__ import build
from bot.cli.start import make_haste
from bot.cli.terminal import Terminal
make_haste()
build(Terminal.of({}))
import bot.adapters.web.adapter, bot.app, bot.files.config
print(*sys.modules)
"""


def test_nothing_heavy_is_loaded_to_run() -> None:
    done = subprocess.run([sys.executable, "-c", EVERYTHING], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "bot.adapters.web.adapter" in loaded
    assert not [name for name in HEAVY if name in loaded]
