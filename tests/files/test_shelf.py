"""Saved playbooks are picked up while the bot runs; a bad one keeps its last good version in force and says why."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.ids import LevelId, PlaybookId
from bot.files.finding import Finding
from bot.files.shelf import PlaybookShelf, ReloadResult

if TYPE_CHECKING:
    from tests.files.conftest import SmallWorks

Say = Callable[[Finding], str]
FIRE = PlaybookId("fire")
KEPT = (
    "Warning: This file was not taken over. The last good version stays in force; the mended one is taken up by itself."
)
BLOCK = """\
id: site
title: {zh: 现场, en: Site}
phases:
  response:
    - {id: cordon, role: office, zh: 封锁, en: Close.}
"""


def later(path: Path) -> None:
    """Make a file look saved at another time, whatever the clock of the disk."""
    stamp = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(stamp, stamp))


def save(works: SmallWorks, name: str, *changes: tuple[str, str]) -> None:
    later(works.change(name, *changes))


def test_nothing_saved_nothing_new(works: SmallWorks) -> None:
    shelf = PlaybookShelf(works.playbooks, works.settings)
    assert (list(shelf.versions), shelf.findings) == ([FIRE], ())
    assert shelf.reload_changed() == ReloadResult()


def test_a_saved_playbook_is_taken_up(works: SmallWorks) -> None:
    shelf = PlaybookShelf(works.playbooks, works.settings)
    before = shelf.versions[FIRE]
    save(works, "playbooks/fire.yaml", ("Call 119.", "Ring 119."))
    result = shelf.reload_changed()
    assert result.findings == ()
    assert list(result.changed) == [FIRE]
    assert shelf.versions[FIRE] == result.changed[FIRE] != before
    assert shelf.versions[FIRE].playbook.tasks[0].text.en == "Ring 119."
    assert shelf.reload_changed() == ReloadResult()


def test_a_comment_alone_makes_no_new_version(works: SmallWorks) -> None:
    shelf = PlaybookShelf(works.playbooks, works.settings)
    save(works, "playbooks/fire.yaml", ("tile: fire", "tile: fire  # here"))
    assert shelf.reload_changed() == ReloadResult()


def test_a_bad_playbook_is_refused_once_and_the_last_good_one_stays(works: SmallWorks, say: Say) -> None:
    shelf = PlaybookShelf(works.playbooks, works.settings)
    before = dict(shelf.versions)
    save(works, "playbooks/fire.yaml", ("role: office", "role: ofice"))
    result = shelf.reload_changed()
    assert [say(finding) for finding in result.findings] == [
        "playbooks/fire.yaml:24:13: There is no role `ofice`. Did you mean `office`?",
        f"playbooks/fire.yaml:1:1: {KEPT}",
    ]
    assert result.changed == {}
    assert shelf.versions == before
    assert shelf.reload_changed() == ReloadResult(), "it is told once"
    save(works, "playbooks/fire.yaml", ("Call 119.", "Ring 119."))
    assert shelf.reload_changed() == ReloadResult(), "the same mistake is not told again"
    save(works, "playbooks/fire.yaml", ("role: ofice", "role: office"))
    assert shelf.reload_changed().changed[FIRE].playbook.tasks[0].text.en == "Ring 119."


def test_a_bad_block_is_told_once_for_all_its_playbooks(works: SmallWorks, say: Say) -> None:
    works.write("playbooks/blocks/site.yaml", BLOCK)
    works.change("playbooks/fire.yaml", ("tile: fire", "tile: fire\ninclude: [site]"))
    words = (works.playbooks / "fire.yaml").read_text(encoding="utf-8")
    works.write("playbooks/flood.yaml", words.replace("id: fire", "id: flood"))
    shelf = PlaybookShelf(works.playbooks, works.settings)
    save(works, "playbooks/blocks/site.yaml", ("id: site", "id:site"))
    result = shelf.reload_changed()
    assert [say(finding) for finding in result.findings] == [
        "playbooks/blocks/site.yaml:1:3: A colon wants a space behind it: id: site",
        f"playbooks/blocks/site.yaml:1:1: {KEPT}",
    ]
    assert set(shelf.versions) == {"fire", "flood"}


def test_a_new_playbook_with_mistakes_cannot_be_used_yet(works: SmallWorks, say: Say) -> None:
    shelf = PlaybookShelf(works.playbooks, works.settings)
    works.write("playbooks/flood.yaml", "id: flood\ntile: rain\n")
    told = [say(finding) for finding in shelf.reload_changed().findings]
    assert told[-1] == (
        "playbooks/flood.yaml:1:1: Warning: Playbook `flood` has no good version yet and cannot be used. "
        "The mended one is taken up by itself."
    )
    assert list(shelf.versions) == [FIRE]


def test_a_new_good_playbook_comes_into_force(works: SmallWorks) -> None:
    shelf = PlaybookShelf(works.playbooks, works.settings)
    words = (works.playbooks / "fire.yaml").read_text(encoding="utf-8")
    works.write("playbooks/flood.yaml", words.replace("id: fire", "id: flood"))
    assert list(shelf.reload_changed().changed) == ["flood"]
    assert list(shelf.versions) == ["fire", "flood"]


def test_a_deleted_file_stays_in_force_until_the_next_start(works: SmallWorks, say: Say) -> None:
    words = (works.playbooks / "fire.yaml").read_text(encoding="utf-8")
    works.write("playbooks/flood.yaml", words.replace("id: fire", "id: flood"))
    shelf = PlaybookShelf(works.playbooks, works.settings)
    (works.playbooks / "fire.yaml").unlink()
    result = shelf.reload_changed()
    assert [say(finding) for finding in result.findings] == [
        (
            "playbooks/fire.yaml:1:1: Warning: The file is gone. The version already loaded stays in force until the"
            " next start. Put it back if that was not meant."
        )
    ]
    assert list(shelf.versions) == ["fire", "flood"]


def test_an_empty_file_is_one_that_is_just_being_written(works: SmallWorks) -> None:
    shelf = PlaybookShelf(works.playbooks, works.settings)
    words = (works.playbooks / "fire.yaml").read_text(encoding="utf-8")
    later(works.write("playbooks/fire.yaml", ""))
    assert shelf.reload_changed() == ReloadResult()
    later(works.write("playbooks/fire.yaml", words.replace("Call 119.", "Ring 119.")))
    assert list(shelf.reload_changed().changed) == [FIRE]


def test_other_settings_check_the_same_files_again(works: SmallWorks, say: Say) -> None:
    settings = works.settings
    shelf = PlaybookShelf(works.playbooks, settings)
    assert shelf.use(settings) == ReloadResult()
    (level,) = settings.company.levels.values()
    without = replace(settings, company=replace(settings.company, levels={LevelId("red"): level}))
    told = [say(finding) for finding in shelf.use(without).findings]
    assert told[0] == "playbooks/fire.yaml:7:8: There is no response level `company`. There are: `red`."
    assert list(shelf.versions) == [FIRE]


def test_a_start_with_a_bad_playbook_has_the_others(works: SmallWorks) -> None:
    works.write("playbooks/flood.yaml", "id: flood\n")
    shelf = PlaybookShelf(works.playbooks, works.settings)
    assert list(shelf.versions) == [FIRE]
    assert {finding.sentence.key for finding in shelf.findings} == {"check.missing_key"}
    assert shelf.reload_changed() == ReloadResult()


def test_a_dangling_link_is_no_file(works: SmallWorks) -> None:
    (works.playbooks / "gone.yaml").symlink_to(works.playbooks / "nowhere.yaml")
    shelf = PlaybookShelf(works.playbooks, works.settings)
    assert list(shelf.versions) == [FIRE]
    assert [finding.sentence.key for finding in shelf.findings] == ["check.no_access"]
