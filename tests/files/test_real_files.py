"""The files that come with the program: the sample company and its sixteen playbooks have no mistakes and load fast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings
from bot.files import shelf, yaml_source
from bot.files.check import check
from bot.files.config import load_settings
from bot.files.finding import Finding
from bot.files.playbooks import load_playbooks
from bot.files.shelf import PlaybookShelf

pytestmark = pytest.mark.uncounted

Say = Callable[[Finding], str]
ROOT = Path(__file__).parents[2]
CONFIG, PLAYBOOKS = ROOT / "config.example.toml", ROOT / "playbooks"
KINDS = {
    "earthquake", "typhoon", "flood", "mudslide", "fire", "chemical-spill", "utility-outage", "labour-shortage",
    "equipment-failure", "transport-damage", "material-shortage", "major-complaint", "it-failure", "general",
    "service-interruption", "cyber-attack",
}  # fmt: skip


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(CONFIG)


def test_nothing_is_wrong_with_them(say: Say) -> None:
    assert [say(finding) for finding in check(PLAYBOOKS, CONFIG, None)] == []


def test_there_is_a_playbook_for_each_kind_of_event(settings: Settings) -> None:
    assert set(load_playbooks(PLAYBOOKS, settings)[0]) == KINDS


def test_the_second_start_parses_nothing_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_playbooks(PLAYBOOKS, settings, tmp_path)[0]
    monkeypatch.delattr(yaml_source, "_parse")
    assert load_playbooks(PLAYBOOKS, settings, tmp_path)[0] == first


def test_a_look_at_files_that_nobody_saved_reads_none_of_them(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = PlaybookShelf(PLAYBOOKS, settings, tmp_path)
    monkeypatch.delattr(shelf, "read_folder")
    assert not looks.reload_changed().changed
