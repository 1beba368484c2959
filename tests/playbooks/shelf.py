"""The playbooks as they are shipped: read raw from their files, and as the house loads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from ruamel.yaml import YAML

from bot.config import Settings
from bot.domain.ids import PlaybookId
from bot.domain.playbook import Playbook
from bot.files.config import load_settings
from bot.files.playbooks import load_playbooks
from bot.text import Words

Part: TypeAlias = "str | int | float | bool | list[Part] | dict[str, Part] | None"
"""Any part of a YAML file."""
ROOT: Final = Path(__file__).resolve().parents[2]
PLAYBOOKS: Final = ROOT / "playbooks"
KINDS: Final = (
    "earthquake", "typhoon", "flood", "mudslide", "fire", "chemical-spill", "utility-outage", "labour-shortage",
    "equipment-failure", "transport-damage", "material-shortage", "major-complaint", "it-failure",
    "service-interruption", "cyber-attack", "general",
)  # fmt: skip
"""Thirteen of the manufacturer, two for banks and insurers, one for any other event."""
SITE_WIDE: Final = ("earthquake", "typhoon", "flood", "mudslide", "fire", "chemical-spill", "general")
"""Those that call the whole site."""
NATURAL: Final = ("typhoon", "flood", "mudslide")
"""Those that begin with a warning."""


@cache
def settings() -> Settings:
    """The sample company."""
    return load_settings(ROOT / "config.example.toml")


@cache
def playbooks() -> Mapping[PlaybookId, Playbook]:
    """Every playbook in its normal form; nothing may be found wrong with any."""
    versions, findings = load_playbooks(PLAYBOOKS, settings())
    assert findings == []
    return {key: version.playbook for key, version in versions.items()}


def playbook(kind: str) -> Playbook:
    """One of them."""
    return playbooks()[PlaybookId(kind)]


def files() -> list[Path]:
    """Every file below the folder."""
    return sorted(PLAYBOOKS.rglob("*.yaml"))


def raw(path: Path) -> Part:
    """What a file says, before any of our own code has looked at it."""
    with path.open(encoding="utf-8") as file:
        part: Part = YAML(typ="safe", pure=True).load(file)  # pyright: ignore[reportUnknownMemberType]  untyped in the library
    return part


def texts(part: Part, trail: str = "") -> Iterator[tuple[str, Words]]:
    """Every text in both languages, with where it stands."""
    if isinstance(part, dict):
        zh, en = part.get("zh"), part.get("en")
        if isinstance(zh, str) and isinstance(en, str):
            yield trail, Words(zh, en)
    for name, value in _below(part):
        yield from texts(value, f"{trail}/{name}")


def clauses(part: Part) -> Iterator[str]:
    """Every clause that a file says it covers, at whatever depth."""
    for name, value in _below(part):
        if name == "covers" and isinstance(value, list):
            yield from (str(clause) for clause in value)
        else:
            yield from clauses(value)


def _below(part: Part) -> Iterator[tuple[str, Part]]:
    """What is inside, each by its name: its key, its id, or its number in the list."""
    match part:
        case dict():
            yield from part.items()
        case list():
            for number, value in enumerate(part):
                name = value.get("id") if isinstance(value, dict) else None
                yield (str(number) if name is None else str(name)), value
        case _:
            return
