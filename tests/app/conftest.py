"""The company of a test of the whole program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.firm import Firm


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """A folder with the sample company's configuration."""
    founded = Firm.found(tmp_path / "firm")
    yield founded
    founded.end()
