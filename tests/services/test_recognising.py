"""A line typed in a hurry becomes a playbook and a place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.files.config import load_settings
from bot.files.playbooks import load_playbooks
from bot.services.recognising import recognise, where

if TYPE_CHECKING:
    from bot.domain.company import Company
    from bot.domain.playbook import Playbook

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def company() -> Company:
    return load_settings(ROOT / "config.example.toml").company


@pytest.fixture(scope="module")
def playbooks() -> tuple[Playbook, ...]:
    loaded, _ = load_playbooks(ROOT / "playbooks", load_settings(ROOT / "config.example.toml"))
    return tuple(version.playbook for version in loaded.values())


@pytest.mark.parametrize(
    ("typed", "playbook", "place"),
    [
        ("fire Workshop 3", "fire", "Workshop 3"),
        ("Fire in Workshop 3, two people hurt", "fire", "Workshop 3"),
        ("3号车间起火", "fire", "3号车间"),
        ("3号车间 起火了", "fire", "3号车间"),
        ("起火！配电房旁边", "fire", "配电房旁边"),
        ("火灾", "fire", ""),
        ("Workshop 3 is on fire", "fire", "Workshop 3"),
        ("fire, it started in Workshop 3", "fire", "Workshop 3"),
        ("smoke behind the canteen; come quickly", "fire", "behind the canteen"),
        ("the firefighters' party is on Friday", None, ""),
        ("something is wrong", None, ""),
    ],
)
def test_playbook_and_place_are_read_from_one_line(
    typed: str, playbook: str | None, place: str, playbooks: tuple[Playbook, ...], company: Company
) -> None:
    found = recognise(typed, playbooks, company)
    assert (found.playbook and found.playbook.id, found.place) == (playbook, place)


def test_letters_that_grow_when_folded_do_no_harm(playbooks: tuple[Playbook, ...], company: Company) -> None:
    found = recognise("ß fire İ", playbooks, company)
    assert found.playbook is not None
    assert found.playbook.id == "fire"


def test_a_long_story_is_no_place() -> None:
    assert where("x" * 200) == ""
