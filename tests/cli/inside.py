"""The command line within this process: as quick as a function call, for what needs no process of its own."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.cli.firm import LOCALE, Ended


@dataclass(frozen=True, slots=True)
class Desk:
    """A terminal in a folder."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def tocsin(self, *words: str, language: str = "en") -> Ended:
        """Type a command."""
        self.monkeypatch.chdir(self.folder)
        for name in ("LC_ALL", "LC_MESSAGES"):
            self.monkeypatch.delenv(name, raising=False)
        self.monkeypatch.setenv("LANG", LOCALE[language])
        self.monkeypatch.setenv("COLUMNS", "160")
        try:
            with pytest.raises(SystemExit) as ended:
                main(words)
        finally:
            gc.enable()
        shown = self.capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return Ended(code, shown.out, shown.err)
