"""Every command and option stands in both READMEs, nothing else does, and what they point to is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

from bot.__main__ import build
from bot.cli.terminal import Terminal
from bot.i18n import Catalogs

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")
ROW = re.compile(r"^\| `(tocsin [a-z ]+)` \|.*\|([^|]*)\|$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"")
TARGET = re.compile(r"`make ([a-z]+)`|^make ([a-z]+) ", re.MULTILINE)


def commands(group: TyperGroup, above: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each command with its options."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{above} {name}")
        else:
            options = [param for param in command.params if isinstance(param, TyperOption)]
            yield f"{above} {name}", frozenset(max(option.opts, key=len) for option in options)


@pytest.mark.parametrize("readme", READMES)
def test_commands_and_options(catalogs: Catalogs, readme: str) -> None:
    group = get_command(build(Terminal(catalogs, "en")))
    assert isinstance(group, TyperGroup)
    page = (ROOT / readme).read_text(encoding="utf-8")
    documented = {name: frozenset(re.findall(r"--[a-z]+", options)) for name, options in ROW.findall(page)}
    assert documented == dict(commands(group, "tocsin"))


@pytest.mark.parametrize("readme", READMES)
def test_what_a_readme_points_to_is_there(readme: str) -> None:
    page = (ROOT / readme).read_text(encoding="utf-8")
    linked = {first or second for first, second in LINK.findall(page)}
    assert len(linked) >= 8
    assert [path for path in sorted(linked) if not (ROOT / path).exists()] == []
    targets = {first or second for first, second in TARGET.findall(page)}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets >= {"demo", "test", "setup"}
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_opens_with_the_two_commands(readme: str) -> None:
    first = [line for line in (ROOT / readme).read_text(encoding="utf-8").splitlines() if line][1:4]
    assert first[0] == "```"
    assert first[1].startswith("make demo ")
    assert first[2].startswith("make test ")


@pytest.mark.parametrize("readme", READMES)
def test_settings_a_readme_names_are_settings(readme: str) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    named = set(
        re.findall(
            r"`((?:web|store|company|chat|slack|telegram|mail|event|records)\.[a-z_]+)",
            (ROOT / readme).read_text("utf-8"),
        )
    )
    assert {"web.public_url", "store.keys"} <= named
    assert [name for name in named if f"\n{name} = " not in example] == []
