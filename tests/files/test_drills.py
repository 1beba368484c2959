"""A drill's file: what it becomes, and the one sentence about each thing that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.drill import Drill, Inject
from bot.files.check import check
from bot.files.drill_lint import clock_speed
from bot.files.finding import Finding
from bot.files.playbooks import read_folder
from bot.files.programme import load_programme
from bot.files.shelf import PlaybookShelf, ReloadResult
from bot.files.yaml_source import Shelf
from bot.text import Words
from tests.files.test_shelf import later, save

if TYPE_CHECKING:
    from tests.files.conftest import SmallWorks

Say = Callable[[Finding], str]
SHELF = Shelf()
"""What does not change from test to test is read once."""

MORE = """
[[roles]]
id = "guard"
name = { zh = "保安", en = "Guard" }
department = "office"
holders = ["lin", "guo"]

[[roles]]
id = "nurse"
name = { zh = "护士", en = "Nurse" }
department = "office"
holders = []

[[places]]
id = "hall"
name = { zh = "大厅", en = "Hall" }
department = "office"
"""

DRILL = """\
id: night
playbook: fire
title:
  zh: 夜间演练
  en: Night drill
type: comprehensive
scenario:
  zh: 模拟：大厅起火。
  en: "Simulated: the hall burns."
objectives:
  - zh: 人人都出来。
    en: Everybody is out.
place: hall
announced: true
organiser: manager
safety: guard
stop_word:
  zh: 停
  en: STOP
participants: [office, manager]
clock: ×12
lasts: 40 min
absent: [chen]
facts: {hurt: none}
injects:
  - at: 2 h
    to: office
    zh: 模拟：有人在喊。
    en: "Simulated: somebody shouts."
    photo: hall.png
    set: {hurt: hurt}
    expect:
      zh: 去找。
      en: Looks for them.
    task: count
    within: 3 min
  - at: 1 h
    to: affected_head
    zh: 模拟：灯灭了。
    en: "Simulated: the lights go out."
    expect:
      zh: 开手电。
      en: Uses a torch.
    within: 90 s
"""


@dataclass(frozen=True)
class Place:
    works: SmallWorks
    say: Say
    shelf: Shelf

    def load(self) -> tuple[Drill | None, list[str]]:
        settings = self.works.settings
        versions = read_folder(self.works.playbooks, settings, self.shelf).versions()
        programme, findings = load_programme(self.works.playbooks, settings, versions, self.shelf)
        return next(iter(programme.drills.values()), None), [self.say(finding) for finding in findings]

    def told(self, *changes: tuple[str, str]) -> list[str]:
        """What is said of the drill with some of its words replaced."""
        self.works.change("playbooks/drills/night.yaml", *changes)
        drill, told = self.load()
        assert drill is None
        return [line.removeprefix("playbooks/drills/night.yaml:") for line in told]


@pytest.fixture
def place(works: SmallWorks, say: Say) -> Place:
    works.write("config.toml", works.config.read_text(encoding="utf-8") + MORE)
    works.write("playbooks/drills/night.yaml", DRILL)
    works.write("playbooks/drills/hall.png", b"\x89PNG")
    return Place(works, say, SHELF)


def test_a_drill_as_it_was_written(place: Place) -> None:
    drill, told = place.load()
    assert told == []
    assert drill is not None
    assert (drill.id, drill.playbook, drill.type, drill.place) == ("night", "fire", "comprehensive", "hall")
    assert (drill.title, drill.scenario.en) == (Words("夜间演练", "Night drill"), "Simulated: the hall burns.")
    assert drill.objectives == (Words("人人都出来。", "Everybody is out."),)
    assert (drill.organiser, drill.safety, drill.stop_word) == ("manager", "guard", Words("停", "STOP"))
    assert drill.participants == ("office", "manager")
    assert (drill.clock_speed, drill.lasts, drill.hidden_within) == (12.0, timedelta(minutes=40), None)
    assert (drill.absent, drill.facts) == (("chen",), (("hurt", "none"),))
    assert len(drill.digest) == 64


def test_injects_come_in_order_with_the_head_of_the_place_that_was_hit(place: Place) -> None:
    drill, _ = place.load()
    assert drill is not None
    first, second = drill.injects
    assert (first.at, first.to, first.within) == (timedelta(hours=1), "office", timedelta(seconds=90))
    assert second == Inject(
        at=timedelta(hours=2), to=second.to, text=Words("模拟：有人在喊。", "Simulated: somebody shouts."),
        expects=Words("去找。", "Looks for them."), within=timedelta(minutes=3), fact=second.fact, value="hurt",
        photo="hall.png", task=second.task,
    )  # fmt: skip
    assert (second.to, second.fact, second.task) == ("office", "hurt", "count")


def test_what_may_be_left_out(place: Place) -> None:
    place.works.change(
        "playbooks/drills/night.yaml",
        ("announced: true\n", "window: 7 d\n"), ("participants: [office, manager]\n", ""), ("clock: ×12\n", ""),
        ("lasts: 40 min\n", ""), ("absent: [chen]\n", ""), ("facts: {hurt: none}\n", ""), ("at: 2 h", "at: 20 min"),
    )  # fmt: skip
    drill, told = place.load()
    assert told == []
    assert drill is not None
    assert (drill.hidden_within, drill.participants, drill.clock_speed) == (timedelta(days=7), (), 1.0)
    assert (drill.lasts, drill.absent, drill.facts) == (timedelta(hours=1), (), ())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("playbook: fire", "playbook: fier", "2:11: There is no playbook `fier` to practise. Did you mean `fire`?"),
        ("id: night", "id: day", "1:5: The id `day` is not the name of the file. Write `night`, or rename the file."),
        ("place: hall", "place: hal", "13:8: There is no place `hal`. Did you mean `hall`?"),
        ("[chen]", "[chan]", "23:10: There is no person `chan`. Did you mean `chen`?"),
        ("organiser: manager", "organiser: boss", "15:12: There is no role `boss`. "),
        ("safety: guard", "safety: nurse", "16:9: Nobody holds role `nurse`. "),
        (
            "[chen]",
            "[chen, guo]",
            "15:12: Everybody of role `manager` is played as absent, so nobody is left to do it.",
        ),
        ("    to: office", "    to: nurse", "27:9: Nobody holds role `nurse`. "),
        ("    to: office", "    to: offise", "27:9: There is no role `offise`. Did you mean `office`?"),
        (
            "    to: office",
            "    to: guard",
            "27:9: Role `guard` takes no part in this drill, so the inject would reach nobody. ",
        ),
        ("task: count", "task: conut", "35:11: There is no task `conut`. Did you mean `count`?"),
        ("{hurt: hurt}", "{hurt: dead}", "31:17: The fact `hurt` has no choice `dead`. "),
        ("{hurt: hurt}", "{hert: hurt}", "31:11: No question and no evidence gives the fact `hert`. "),
        ("{hurt: hurt}", "{missing: many}", "31:20: A number is wanted here, not `many`."),
        ("{hurt: none}", "{missing: 1}", "24:9: The playbook's report does not ask `missing`. "),
        ("at: 2 h", "at: 9 h", "26:9: This inject would come after 45 minutes, and the drill lasts 40. "),
        ("clock: ×12", "clock: 0", "21:8: The clock cannot run at `0`. Choose a speed from ×1 to ×100."),
        ("clock: ×12", "clock: 1000000", "21:8: The clock cannot run at `1000000`. Choose a speed from ×1 to ×100."),
        ("clock: ×12", "clock: fast", "21:8: The clock cannot run at `fast`. Choose a speed from ×1 to ×100."),
        ("photo: hall.png", "photo: hole.png", "30:12: There is no picture `hole.png` beside the drill's file. "),
        (
            "photo: hall.png",
            "photo: ../fire.yaml",
            "30:12: There is no picture `../fire.yaml` beside the drill's file.",
        ),
        ("photo: hall.png", "photo: night.yaml", "30:12: A picture is one of .png .jpg .jpeg. "),
        ("announced: true", "announced: false", "14:12: A drill whose hour is hidden needs its window, "),
        ("announced: true", "announced: true\nwindow: 7 d", "15:9: Write `announced: true` or `window`, not both. "),
        ("lasts: 40 min", "lasts: 0 min", "22:8: `lasts` must be longer than nothing. "),
        ("within: 3 min", "within: 0 s", "36:13: `within` must be longer than nothing. "),
        ("en: Looks for them.", "en: ''", "34:11: The English text is missing. Add `en`."),
        ("    en: Everybody is out.\n", "", "11:5: The English text is missing. Add `en`."),
        ("  en: STOP", "  eng: STOP", "17:1: The English text is missing. Add `en`."),
        ("en: Uses a torch.", "en: This is not a drill!", "43:11: “not a drill” must not stand in a drill: "),
        ("zh: 开手电。", "zh: 这不是演练。", "42:11: “不是演练” must not stand in a drill: "),
        (
            "zh: 模拟：大厅起火。",
            "zh: |\n    一\n    二\n    三\n    四\n    五\n    六\n    七",
            "8:7: The scenario has 7 lines; 6 are the most. ",
        ),
    ],
)
def test_what_is_wrong_gets_one_sentence_with_its_place(place: Place, old: str, new: str, sentence: str) -> None:
    told = place.told((old, new))
    assert [line[: len(sentence)] for line in told if line.startswith(sentence[:5])] == [sentence], told


def test_a_drill_of_a_broken_playbook_waits_for_it(place: Place) -> None:
    place.works.change("playbooks/fire.yaml", ("role: office", "role: ofice"))
    assert place.load() == (
        None,
        [
            (
                "playbooks/drills/night.yaml:2:11: Playbook `fire` has mistakes, so this drill cannot be held. "
                "Mend the playbook first."
            )
        ],
    )


def test_the_form_is_checked_even_where_the_configuration_is_bad(place: Place) -> None:
    place.works.change("config.toml", ("severity = 2", "severity = two"))
    place.works.change("playbooks/drills/night.yaml", ("type: comprehensive", "type: small"))
    told = [place.say(finding) for finding in check(place.works.playbooks, place.works.config, None)]
    assert any(line.startswith("playbooks/drills/night.yaml:6:7: `small` cannot stand here.") for line in told)


@pytest.mark.parametrize(
    ("written", "speed"),
    [("×12", 12), ("x1.5", 1.5), ("X 100", 100), (12, 12), (1.0, 1), ("×0.5", None), (0, None), (-3, None), (101, None),
     ("12 times", None), ("", None), ("1e9", None), (10**400, None)],
)  # fmt: skip
def test_a_clock_as_people_write_it(written: str | float, speed: float | None) -> None:
    assert clock_speed(written) == speed


def test_the_running_bot_takes_up_a_saved_drill(place: Place) -> None:
    shelf = PlaybookShelf(place.works.playbooks, place.works.settings)
    assert shelf.findings == ()
    assert shelf.reload_changed() == ReloadResult()
    save(place.works, "playbooks/drills/night.yaml", ("en: Night drill", "en: Drill at night"))
    assert shelf.reload_changed() == ReloadResult(programme=True)
    assert [drill.title.en for drill in shelf.programme.drills.values()] == ["Drill at night"]


def test_a_bad_drill_keeps_its_last_good_version(place: Place) -> None:
    shelf = PlaybookShelf(place.works.playbooks, place.works.settings)
    before = shelf.programme
    save(place.works, "playbooks/drills/night.yaml", ("place: hall", "place: hal"))
    result = shelf.reload_changed()
    assert [place.say(finding) for finding in result.findings] == [
        "playbooks/drills/night.yaml:13:8: There is no place `hal`. Did you mean `hall`?",
        (
            "playbooks/drills/night.yaml:1:1: Warning: This file was not taken over. "
            "The last good version stays in force; the mended one is taken up by itself."
        ),
    ]
    assert (result.programme, shelf.programme) == (False, before)
    assert shelf.reload_changed() == ReloadResult()


def test_a_new_drill_with_mistakes_is_not_in_force(place: Place) -> None:
    shelf = PlaybookShelf(place.works.playbooks, place.works.settings)
    place.works.write("playbooks/drills/day.yaml", DRILL.replace("id: night", "id: day").replace("hall.png", "no.png"))
    told = [place.say(finding) for finding in shelf.reload_changed().findings]
    assert told[1] == (
        "playbooks/drills/day.yaml:1:1: Warning: This drill has no good version yet and cannot be held. "
        "The mended one is taken up by itself."
    )
    assert list(shelf.programme.drills) == ["night"]


def test_a_picture_is_taken_up_when_it_comes_or_changes(place: Place) -> None:
    picture = place.works.folder / "playbooks" / "drills" / "hall.png"
    picture.unlink()
    shelf = PlaybookShelf(place.works.playbooks, place.works.settings)
    assert not shelf.programme.drills
    later(place.works.write("playbooks/drills/hall.png", b"\x89PNG"))
    assert shelf.reload_changed() == ReloadResult(programme=True)
    assert shelf.programme.drills
    later(place.works.write("playbooks/drills/hall.png", b"\x89PNG2"))
    assert shelf.reload_changed() == ReloadResult(programme=True)
