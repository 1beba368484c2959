"""What makes the program start within a second and stay small."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

OFTEN, LATER, SELDOM = 20_000, 20, 20
"""Objects made between two searches for garbage among the young, and how many of those until the older are searched."""


def make_haste() -> None:
    """Call it first. What is loaded while starting is no garbage, so it is seldom searched for any.

    structlog loads rich to colour tracebacks where it finds it; nothing here shows them so, and it would cost a
    twentieth of a second and four megabytes at each start.
    """
    gc.set_threshold(OFTEN, LATER, SELDOM)
    if "rich" not in sys.modules and "structlog" not in sys.modules:
        sys.modules["rich"] = None  # pyright: ignore[reportArgumentType]  how Python is told that a module is missing
        import_module("structlog")
        del sys.modules["rich"]


def settle() -> None:
    """Call it once everything is loaded: what is there now stays, and is never searched again."""
    gc.collect()
    gc.freeze()
