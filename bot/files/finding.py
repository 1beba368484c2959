"""What is wrong in a file, where, and what would be right: `file:line:column: sentence`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from bot.errors import Broken
from bot.i18n import Render
from bot.text import Text, text

Severity = Literal["error", "warning"]
MOST_LISTED = 12
"""Names listed where nothing near is known: more would hide the sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one spot. `line` and `column` count from 1, columns in characters."""

    path: str
    line: int
    column: int
    sentence: Text
    severity: Severity = "error"

    def show(self, render: Render) -> str:
        """One line for the terminal or the admins' room, in the reader's language."""
        said = self.sentence if self.severity == "error" else text("check.warning", sentence=self.sentence)
        return f"{self.path}:{self.line}:{self.column}: {render(said)}"


class BadFiles(Broken):
    """Files that cannot be used; `findings` says each thing that is wrong with them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """`findings` has at least one error."""
        super().__init__(text("check.refused", path=findings[0].path))
        self.findings = tuple(findings)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep a file from being used."""
    return [finding for finding in findings if finding.severity == "error"]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by file and place."""
    once = {(found.path, found.line, found.column, found.sentence.key): found for found in findings}
    return [once[spot] for spot in sorted(once)]


def hint(word: str, words: Iterable[str]) -> Text:
    """A second sentence that says what would be right: the nearest known word, else those there are."""
    known = list(dict.fromkeys(words))
    near = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    if near:
        return text("check.did_you_mean", nearest=near[0])
    if not known:
        return text("check.none_known")
    if len(known) <= MOST_LISTED:
        return text("check.known_ones", known=" ".join(f"`{name}`" for name in known))
    return text("check.some_known", known=" ".join(f"`{name}`" for name in known[:MOST_LISTED]))
