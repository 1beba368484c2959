"""The calendar's file: what its entries become, and the one sentence about each thing that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.duty import Cron, DutyCalendar, Every, Schedule
from bot.domain.ids import DutyId
from bot.domain.playbook import Evidence
from bot.domain.programme import Programme
from bot.files.finding import Finding
from bot.files.playbooks import read_folder
from bot.files.programme import load_programme
from bot.files.shelf import PlaybookShelf, ReloadResult
from bot.files.yaml_source import Shelf
from bot.text import Words
from tests.files.test_drills import DRILL, MORE, SHELF
from tests.files.test_shelf import later, save

if TYPE_CHECKING:
    from tests.files.conftest import SmallWorks

Say = Callable[[Finding], str]
NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
FILE = "playbooks/calendar.yaml"

CALENDAR = """\
- id: stores
  kind: stores
  title: {zh: 物资检查, en: Stores check}
  task:
    zh: 清点。
    en: Count them.
  every: quarter
  first: "2026-02-03 09:30"
  working_days: next
  owner: guard
  approve: office
  covers: [P7]
  notice: [1 d, 7 d]
  acknowledge: 1 d
  grace: 3 d
  evidence: {number: 1}
- id: drill
  kind: drill
  title: {zh: 演练, en: Drill}
  task:
    zh: 演练一次。
    en: Hold it.
  every: year
  first: "2026-06-18 14:00"
  owner: manager
  approve: office
  covers: [G13, P1, P2, P3, P4, P5]
  drill: night
- id: backup
  kind: backup
  title: {zh: 备份, en: Backup}
  task:
    zh: 备份。
    en: Back up.
  cron: "0 9 1 * *"
  time_zone: Europe/Berlin
  owner: office
  approve: manager
  covers: [G21, P8]
"""


@dataclass(frozen=True)
class Place:
    works: SmallWorks
    say: Say

    def load(self) -> tuple[Programme, list[str]]:
        settings = self.works.settings
        versions = read_folder(self.works.playbooks, settings, SHELF).versions()
        programme, findings = load_programme(self.works.playbooks, settings, versions, SHELF, NOW)
        return programme, [self.say(finding).removeprefix(f"{FILE}:") for finding in findings]

    def told(self, *changes: tuple[str, str]) -> list[str]:
        """What is said of the calendar with some of its words replaced."""
        self.works.change(FILE, *changes)
        return self.load()[1]


@pytest.fixture
def place(works: SmallWorks, say: Say) -> Place:
    works.write("config.toml", works.config.read_text(encoding="utf-8") + MORE)
    works.write("playbooks/drills/night.yaml", DRILL)
    works.write("playbooks/drills/hall.png", b"\x89PNG")
    works.write(FILE, CALENDAR)
    return Place(works, say)


def test_entries_as_they_were_written(place: Place) -> None:
    programme, told = place.load()
    assert told == []
    stores, drill, backup = programme.calendar.duties.values()
    assert (stores.id, stores.kind, stores.title) == ("stores", "stores", Words("物资检查", "Stores check"))
    assert (stores.task, stores.owner, stores.approve) == (Words("清点。", "Count them."), "guard", "office")
    assert stores.schedule == Schedule(Every(3, "month", datetime(2026, 2, 3, 9, 30)), "Asia/Shanghai", "next", "CN")  # noqa: DTZ001  wall time
    assert (stores.covers, stores.evidence) == (("P7",), Evidence("number", None, "1"))
    assert stores.notices == (timedelta(days=7), timedelta(days=1))
    assert (stores.acknowledge_for, stores.grace) == (timedelta(days=1), timedelta(days=3))
    assert (drill.drill, drill.grace) == ("night", timedelta(days=7))
    assert drill.notices == (timedelta(days=14), timedelta(days=7), timedelta(days=1), timedelta(hours=1))
    assert backup.schedule == Schedule(Cron("0 9 1 * *"), "Europe/Berlin")
    assert programme.calendar.whole
    assert len({duty.digest for duty in (stores, drill, backup)}) == 3


def test_what_comes_often_is_not_announced_two_weeks_before(place: Place) -> None:
    place.works.change(FILE, ('cron: "0 9 1 * *"', 'cron: "0 9 * * *"'))
    backup = place.load()[0].calendar.duties[DutyId("backup")]
    assert (backup.notices, backup.acknowledge_for) == ((timedelta(hours=1),), timedelta(hours=1))


@pytest.mark.parametrize(
    ("written", "count", "unit"),
    [("day", 1, "day"), ("week", 1, "week"), ("2 weeks", 2, "week"), ("month", 1, "month"), ("quarter", 3, "month"),
     ("half-year", 6, "month"), ("year", 12, "month"), ("3 years", 36, "month")],
)  # fmt: skip
def test_intervals_as_people_say_them(place: Place, written: str, count: int, unit: str) -> None:
    place.works.change(FILE, ("every: quarter", f"every: {written}"), ("  notice: [1 d, 7 d]\n", "  notice: [1 h]\n"))
    programme, told = place.load()
    assert told == []
    when = programme.calendar.duties[DutyId("stores")].schedule.when
    assert isinstance(when, Every)
    assert (when.count, when.unit) == (count, unit)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  owner: guard\n", "", "1:3: `owner` is missing, and what nobody owns nobody does. Name the role"),
        ("owner: guard", "owner: gard", "10:10: There is no role `gard`. Did you mean `guard`?"),
        ("owner: guard", "owner: nurse", "10:10: Nobody holds role `nurse`. "),
        ("approve: office", "approve: nurse", "11:12: Nobody holds role `nurse`. "),
        ("every: quarter", "every: now and then", "7:10: `now and then` is no interval. Write one of `day` "),
        ("every: quarter", "every: 0 weeks", "7:10: `0 weeks` is no interval. "),
        ("every: quarter", "every: 9 years", "7:10: The interval `9 years` is too long; 3 years are the most."),
        ("every: quarter", 'cron: "0 9 * * *"', "7:9: Write `every` or `cron`, not both. "),
        ("  every: quarter\n", "", "1:3: Nothing says when it is due. "),
        ('  first: "2026-02-03 09:30"\n', "", "7:10: An interval needs the time it is due first, "),
        ("2026-02-03 09:30", "2026-02-30 09:30", "8:10: `2026-02-30 09:30` is no date and time. "),
        ("2026-02-03 09:30", "next spring", "8:10: `next spring` is no date and time. "),
        ("0 9 1 * *", "0 9 30 2 *", "35:9: `0 9 30 2 *` never comes. "),
        ("0 9 1 * *", "0 9 1 *", "35:9: `0 9 1 *` cannot be read. Write five parts: "),
        ("0 9 1 * *", "0 9 * * 1", "35:9: `0 9 * * 1` cannot be read. Write five parts: "),
        ("0 9 1 * *", "99 9 1 * *", "35:9: `99 9 1 * *` cannot be read. Write five parts: "),
        ("Europe/Berlin", "Europe/Berlim", "36:14: There is no time zone `Europe/Berlim`. Did you mean "),
        ("working_days: next", "working_days: next\n  country: XX", "10:12: No holidays are known for `XX`. "),
        ("working_days: next", "working_days: later", "9:17: `later` cannot stand here. "),
        ("notice: [1 d, 7 d]", "notice: [1 d, 100 d]", "13:11: Notice of 100 days is no shorter than the interval "),
        ("notice: [1 d, 7 d]", "notice: []", "13:11: "),
        ("kind: stores", "kind: drill", "2:9: A drill that is owed needs to say which one, as in "),
        ("kind: drill", "kind: meeting", "28:10: With `drill`, write `kind: drill`."),
        ("drill: night", "drill: nigt", "28:10: There is no drill `nigt`. Did you mean `night`?"),
        ("owner: manager", "owner: office", "25:10: Drill `night` is organised by `manager`, who alone can start it. "),
        ("[P7]", "[P7, seven]", "12:16: `seven` is no clause. "),
        ("id: backup", "id: stores", "29:7: The id `stores` is used already in line 1. "),
        ("{number: 1}", "{number: 1, photo: required}", "16:13: "),
        ("    en: Count them.\n", "", "4:3: The English text is missing. "),
        ("[P7]", "[G15]", "1:1: Warning: No entry answers P7. "),
        ("[G13, P1, P2, P3, P4, P5]", "[P4]", "1:1: Warning: No entry answers G13 P1 P2 P3 P5. "),
    ],
)
def test_what_is_wrong_gets_one_sentence_with_its_place(place: Place, old: str, new: str, sentence: str) -> None:
    told = [line for line in place.told((old, new)) if sentence.startswith("1:1: W") or "Warning" not in line]
    assert [line[: len(sentence)] for line in told] == [sentence]


def test_two_drills_at_the_same_hour_for_the_same_people(place: Place) -> None:
    twin = CALENDAR[CALENDAR.index("- id: drill") : CALENDAR.index("- id: backup")]
    twin = twin.replace("id: drill", "id: twin").replace("every: year", "every: 2 years")
    with_twin = CALENDAR + twin.replace("2026-06-18 14:00", "2027-06-18 14:30")
    place.works.write(FILE, with_twin)
    assert place.load()[1] == [
        (
            "47:10: On 2027-06-18 14:30 it meets `drill`, and both drills need the same people "
            "(Chen Jianguo, Guo Qiang, Lin Xiao). Move one of them."
        )
    ]
    place.works.write(FILE, with_twin.replace("2027-06-18 14:30", "2027-06-18 15:00"))
    assert place.load()[1] == []


def test_entries_without_mistakes_are_in_force_beside_one_that_has_some(place: Place) -> None:
    place.works.change(FILE, ("  owner: guard\n", ""))
    calendar = place.load()[0].calendar
    assert (list(calendar.duties), calendar.whole) == (["drill", "backup"], False)
    place.works.change(FILE, ("cron:", "crom:"))
    assert list(place.load()[0].calendar.duties) == ["drill"]


@pytest.mark.parametrize("written", ["", "# nothing yet\n", "stores: 1\n", "- 1\n- two\n", "\t- id: x\n"])
def test_a_file_that_is_no_calendar_is_no_reason_to_drop_anything(place: Place, written: str) -> None:
    place.works.write(FILE, written)
    programme, told = place.load()
    assert programme.calendar == DutyCalendar(whole=False)
    assert told


def test_without_a_file_nothing_is_owed(place: Place) -> None:
    (place.works.folder / FILE).unlink()
    programme, told = place.load()
    assert (programme.calendar, told) == (DutyCalendar(), [])


def test_the_running_bot_takes_up_a_saved_calendar_and_keeps_what_a_slip_would_lose(place: Place) -> None:
    shelf = PlaybookShelf(place.works.playbooks, place.works.settings)
    before = dict(shelf.programme.calendar.duties)
    assert list(before) == ["stores", "drill", "backup"]
    save(place.works, FILE, ("en: Count them.", "en: Count them all."), ("owner: manager", "owner: manger"))
    result = shelf.reload_changed()
    assert [place.say(finding).removeprefix(f"{FILE}:") for finding in result.findings] == [
        "25:10: There is no role `manger`. Did you mean `manager`?",
        (
            "1:1: Warning: Entries with mistakes were not taken over and go on as before; the others are in force. "
            "The mended ones are taken up by themselves."
        ),
    ]
    assert result.programme
    after = shelf.programme.calendar.duties
    assert after[DutyId("drill")] == before[DutyId("drill")]
    assert after[DutyId("stores")].task.en == "Count them all."
    later(place.works.write(FILE, "- id: [\n"))
    shelf.reload_changed()
    assert shelf.programme.calendar.duties == after
    later(place.works.write(FILE, CALENDAR[: CALENDAR.index("- id: backup")]))
    assert shelf.reload_changed().programme
    assert list(shelf.programme.calendar.duties) == ["stores", "drill"]
    assert shelf.reload_changed() == ReloadResult()


def test_what_was_read_once_is_not_read_again_at_the_next_start(place: Place) -> None:
    cache = place.works.folder / "cache"
    for _ in range(2):
        PlaybookShelf(place.works.playbooks, place.works.settings, cache)
        kept = {path.name for path in cache.iterdir()}
        content = (place.works.folder / FILE).read_bytes()
        assert Shelf(cache).load(content) is not None
        assert len(kept) == len(list(place.works.playbooks.rglob("*.yaml")))
