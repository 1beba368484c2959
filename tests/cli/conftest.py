"""The company of a test of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.firm import Firm
from tests.cli.inside import Desk


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """A folder with the sample company's configuration."""
    founded = Firm.found(tmp_path / "firm")
    yield founded
    founded.end()


@pytest.fixture
def desk(firm: Firm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A terminal in the firm's folder."""
    return Desk(firm.folder, monkeypatch, capsys)
