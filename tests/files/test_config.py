"""The configuration file: what it gives, and what it says about each mistake, with line and column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import DepartmentId, PersonId, PlaceId, RoleId, RoomId
from bot.files.config import load_settings, read_settings
from bot.files.finding import BadFiles, Finding

if TYPE_CHECKING:
    from tests.files.conftest import SmallWorks

Say = Callable[[Finding], str]


def test_the_small_company_has_no_mistakes(works: SmallWorks) -> None:
    settings, findings = read_settings(works.config)
    assert findings == []
    assert settings is not None
    assert settings.company.chain(RoleId("office")) == (PersonId("guo"), PersonId("lin"))
    assert settings.company.emergency_telephones[0].telephone == "119"
    assert settings.company.rooms[RoomId("office")].bindings[0].address == "office"
    assert settings.company.rooms[RoomId("office")].department == DepartmentId("office")
    assert settings.event.undo_for == timedelta(minutes=2)
    assert settings.web.tls_key is None


def test_relative_paths_count_from_the_folder_of_the_file(works: SmallWorks) -> None:
    works.change("config.toml", ("[company]", '[web]\ntls_certificate = "c.pem"\ntls_key = "k.pem"\n[company]'))
    settings = works.settings
    assert settings.store.url == f"sqlite:///{works.folder}/var/tocsin.db"
    assert settings.store.files == works.folder / "var/files"
    assert settings.web.tls_certificate == works.folder / "c.pem"


@pytest.mark.parametrize(
    "url", ["postgresql://tocsin@db.example/tocsin", "sqlite:////srv/tocsin.db", "sqlite:///:memory:"]
)
def test_other_addresses_of_the_store_are_taken_as_they_are(works: SmallWorks, url: str) -> None:
    works.change("config.toml", ("[company]", f'[store]\nurl = "{url}"\n[company]'))
    assert works.settings.store.url == url


def test_a_place_without_an_assembly_point_has_the_companys(works: SmallWorks) -> None:
    place = '[[places]]\nid = "hall"\nname = { zh = "大厅", en = "Hall" }\ndepartment = "office"\n'
    works.change("config.toml", ("[[contacts]]", f"{place}\n[[contacts]]"))
    assert works.settings.company.places[PlaceId("hall")].assembly_point.en == "East Gate"


def test_levels_stand_in_the_order_of_their_severity(works: SmallWorks) -> None:
    level = '[[levels]]\nid = "team"\nname = { zh = "班组级", en = "Team level" }\nseverity = 1\n'
    works.change("config.toml", ("[[departments]]", f"{level}\n[[departments]]"))
    assert list(works.settings.company.levels) == ["team", "company"]


MISTAKES = {
    "unknown key": (
        ('default_place_department = "office"', 'default_place_departmnt = "office"'),
        "config.toml:3:1: There is no key `default_place_departmnt` here. Did you mean `default_place_department`?",
    ),
    "unknown section": (
        ("[company]", "[stor]\n[company]"),
        "config.toml:1:2: There is no key `stor` here. Did you mean `store`?",
    ),
    "missing key": (
        ('default_place_department = "office"\n', ""),
        "config.toml:1:2: `default_place_department` is missing. Add it.",
    ),
    "missing translation": (
        ('{ zh = "小厂", en = "Small Works" }', '{ zh = "小厂" }'),
        "config.toml:2:1: The English text is missing. Add `en`.",
    ),
    "empty translation": (
        ('{ zh = "小厂", en = "Small Works" }', '{ zh = "", en = "Small Works" }'),
        "config.toml:2:15: The Chinese text is missing. Add `zh`.",
    ),
    "one text for two": (
        ('{ zh = "小厂", en = "Small Works" }', '"Small Works"'),
        "config.toml:2:8: Keys are wanted here, each in a line of its own and indented, not `Small Works`.",
    ),
    "unknown department of a role": (
        ('department = "command_group"', 'department = "comand_group"'),
        "config.toml:24:14: There is no department `comand_group`. Did you mean `command_group`?",
    ),
    "unknown head": (
        ('head = "office"', 'head = "offce"'),
        "config.toml:19:8: There is no role `offce`. Did you mean `office`?",
    ),
    "unknown holder": (
        ('["guo", "lin"]', '["guo", "lyn"]'),
        "config.toml:31:19: There is no person `lyn`. Did you mean `lin`?",
    ),
    "holder twice": (
        ('["guo", "lin"]', '["guo", "lin", "guo"]'),
        "config.toml:31:26: `guo` stands in this role twice. Take one of them out.",
    ),
    "duplicate id": (
        ('id = "lin"', 'id = "guo"'),
        "config.toml:67:6: The id `guo` is used already in line 62. Choose another.",
    ),
    "bad id": (
        ('id = "fire"', 'id = "Fire!"'),
        "config.toml:50:6: `Fire!` cannot be an id. Use small letters, digits, `-` and `_`, as in `tell-customers`.",
    ),
    "text for a number": (
        ("severity = 2", 'severity = "2"'),
        "config.toml:9:12: A number is wanted here, not `2`.",
    ),
    "number for a text": (
        ('telephone = "119"', "telephone = 119"),
        'config.toml:52:13: A text is wanted here. Put `119` in quotes: `"119"`',
    ),
    "word for true": (
        ("emergency = true", 'emergency = "yes"'),
        "config.toml:53:13: Write `true` or `false` here, not `yes`.",
    ),
    "unknown word": (
        ('purpose = "all"', 'purpose = "al"'),
        "config.toml:36:11: `al` cannot stand here. Did you mean `all`?",
    ),
    "a list where one value belongs": (
        ('telephone = "119"', 'telephone = ["119"]'),
        "config.toml:52:13: One text is wanted here, without keys or a list.",
    ),
    "one value where a list belongs": (
        ('holders = ["chen", "guo"]', 'holders = "chen"'),
        "config.toml:25:11: A list is wanted here, as in `[office, technical]`, not `chen`.",
    ),
    "bad time zone": (
        ("[company]", '[company]\ntime_zone = "Asia/Shangai"'),
        "config.toml:2:13: There is no time zone `Asia/Shangai`. Did you mean `Asia/Shanghai`?",
    ),
    "bad duration": (
        ("[company]", '[event]\nundo_for = "2 minutes"\n[company]'),
        (
            "config.toml:2:12: `2 minutes` is not a length of time. Write a number and a unit, as in: "
            "`30 s` `5 min` `8 h` `2 d`."
        ),
    ),
    "unquoted time of day": (
        ("[company]", "[event]\nundo_for = 01:30:00\n[company]"),
        (
            "config.toml:2:12: `01:30:00` is not a length of time. Write a number and a unit, as in: "
            "`30 s` `5 min` `8 h` `2 d`."
        ),
    ),
    "endless duration": (
        ("[company]", '[event]\nundo_for = "99999999999999 d"\n[company]'),
        (
            "config.toml:2:12: `99999999999999 d` is not a length of time. "
            "Write a number and a unit, as in: `30 s` `5 min` `8 h` `2 d`."
        ),
    ),
    "out of range": (
        ("[company]", "[web]\nport = 99999\n[company]"),
        "config.toml:2:8: `99999` is out of range. The limit is 65535.",
    ),
    "a tab": (
        ('id = "office"', 'id =\t"office"'),
        'config.toml:17:5: There is a tab in this line. Write spaces instead: id =  "office"',
    ),
    "no quotes": (
        ('id = "office"', "id = office"),
        'config.toml:17:6: A text needs quotes: id = "office"',
    ),
    "a colon for an equals sign": (
        ('id = "office"', 'id: "office"'),
        'config.toml:17:3: Between a name and its value stands an equals sign: id = "office"',
    ),
    "full-width quotes": (
        ('id = "office"', "id = “office”"),
        'config.toml:17:6: There is a full-width sign here. Write the plain one: id = "office"',
    ),
    "full-width equals sign": (
        ('id = "office"', 'id ＝ "office"'),
        'config.toml:17:4: There is a full-width sign here. Write the plain one: id = "office"',
    ),
    "a key twice": (
        ("severity = 2", "severity = 2\nseverity = 3"),
        "config.toml:10:1: `severity` stands here twice. Take one of them out.",
    ),
    "a table twice": (
        ("[[levels]]", "[company]\n\n[[levels]]"),
        "config.toml:6:1: `company` stands here twice. Take one of them out.",
    ),
    "a line that is nothing": (
        ("severity = 2", "severity"),
        (
            'config.toml:9:9: This line cannot be read: "severity". Check the equals sign, quotes, commas and brackets;'
            " each line is `name = value`."
        ),
    ),
    "a string without end": (
        ('department = "office"\n', 'department = """office\n'),
        "config.toml:70:1: The file ends too early: a quote or a bracket is not closed. Look for it from the end.",
    ),
    "command group missing": (
        ('id = "command_group"', 'id = "group"'),
        (
            "config.toml:11:3: Department `command_group` is missing. The checklist of the command "
            "group needs it. Add it."
        ),
    ),
    "own role": (
        ('id = "manager"\nname = { zh = "总经理"', 'id = "affected_head"\nname = { zh = "总经理"'),
        (
            "config.toml:22:6: Role `affected_head` is found from the place and is not written here. "
            "Take it out or choose another id."
        ),
    ),
    "room without department": (
        ('purpose = "department"\ndepartment = "office"', 'purpose = "department"'),
        "config.toml:43:1: Room `office` does not say whose it is. Add `department`.",
    ),
    "room that nobody reads": (
        ('access = "admin"', 'access = "employee"'),
        "config.toml:39:6: Nobody reads room `admins`. Put somebody into its department, or take the room out.",
    ),
    "department without a room": (
        ('purpose = "department"\ndepartment = "office"', 'purpose = "command"\ndepartment = "office"'),
        "config.toml:17:6: Department `office` has no room. Add one to `rooms`.",
    ),
    "no room for everybody": (
        ('purpose = "all"', 'purpose = "command"\ndepartment = "office"'),
        'config.toml:33:3: There is no room with the purpose `"all"`. Add one.',
    ),
    "two rooms of one department": (
        ('purpose = "all"', 'purpose = "department"\ndepartment = "office"'),
        "config.toml:45:6: Room `office` belongs to the same owner as one before it. Keep one of them.",
    ),
    "two rooms at one address": (
        ('purpose = "all"', 'purpose = "all"\nweb = "office"'),
        "config.toml:45:6: Room `office` has the same address as another room. Give each room an address of its own.",
    ),
    "reserve for nobody": (
        ('telephone = "119"', 'telephone = "119"\nreserve_for = "fir"'),
        "config.toml:53:15: There is no contact `fir`. Did you mean `fire`?",
    ),
    "its own reserve": (
        ('telephone = "119"', 'telephone = "119"\nreserve_for = "fire"'),
        "config.toml:53:15: `fire` cannot be its own reserve. Name another one.",
    ),
    "certificate without key": (
        ("[company]", '[web]\ntls_certificate = "c.pem"\n[company]'),
        "config.toml:2:19: Certificate and key go together. Fill in the other one, or leave both empty.",
    ),
    "plain http on the network": (
        ("[company]", '[web]\nhost = "0.0.0.0"\n[company]'),
        (
            "config.toml:2:8: `0.0.0.0` would speak in the clear on the network. Fill in certificate and key, "
            "or write `plain_http_off_loopback = true` if it has to be."
        ),
    ),
}


@pytest.mark.parametrize(("change", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_at_its_place(works: SmallWorks, say: Say, change: tuple[str, str], said: str) -> None:
    works.change("config.toml", change)
    settings, findings = read_settings(works.config)
    assert settings is None
    assert said in [say(finding) for finding in findings]


WARNINGS = {
    "no stand-in": (
        ('["guo", "lin"]', '["guo"]'),
        "config.toml:31:11: Warning: Role `office` has no stand-in. Add one for when the first cannot be reached.",
    ),
    "nobody holds": (
        ('holders = ["guo", "lin"]\n', ""),
        "config.toml:27:1: Warning: Nobody holds role `office`. Fill in `holders`, or import a list of people.",
    ),
    "a supplier without a reserve": (
        ('telephone = "119"', 'telephone = "119"\nkind = "supplier"'),
        'config.toml:50:6: Warning: Supplier `fire` has no reserve. Add another one with `reserve_for = "fire"`.',
    ),
    "no number for emergencies": (
        ("emergency = true", "emergency = false"),
        (
            "config.toml:49:3: Warning: No contact is marked for emergencies. People need a number when all else fails:"
            " write `emergency = true` at one contact at least."
        ),
    ),
}


@pytest.mark.parametrize(("change", "said"), WARNINGS.values(), ids=WARNINGS.keys())
def test_a_warning_does_not_keep_the_file_from_being_used(
    works: SmallWorks, say: Say, change: tuple[str, str], said: str
) -> None:
    works.change("config.toml", change)
    settings, findings = read_settings(works.config)
    assert settings is not None
    assert [say(finding) for finding in findings] == [said]


def test_of_many_known_words_the_first_are_listed(works: SmallWorks, say: Say) -> None:
    people = "".join(
        f'[[people]]\nid = "p{n}"\nname = {{ zh = "甲", en = "A" }}\ndepartment = "office"\n' for n in range(20)
    )
    works.change("config.toml", ("[[people]]", f"{people}[[people]]"), ('["guo", "lin"]', '["guo", "zzz", "lin"]'))
    (finding,) = read_settings(works.config)[1]
    assert say(finding).endswith("There are: " + " ".join(f"`p{n}`" for n in range(12)) + " …")


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file(works: SmallWorks, say: Say) -> None:
    works.change("config.toml", ('head = "office"', 'head = "offce"'), ('["guo", "lin"]', '["guo", "lyn"]'))
    with pytest.raises(BadFiles) as refused:
        load_settings(works.config)
    assert [say(finding)[:17] for finding in refused.value.findings] == ["config.toml:19:8:", "config.toml:31:19"]
    assert refused.value.reason.key == "check.refused"


@pytest.mark.parametrize("host", ["[::1]", "localhost", "127.0.0.2"])
def test_this_machine_may_be_spoken_to_in_the_clear(works: SmallWorks, host: str) -> None:
    works.change("config.toml", ("[company]", f'[web]\nhost = "{host}"\n[company]'))
    assert works.settings.web.host == host


def test_a_file_saved_with_windows_line_ends_and_a_byte_order_mark_is_read(works: SmallWorks) -> None:
    words = works.config.read_text(encoding="utf-8").replace("\n", "\r\n")
    works.write("config.toml", b"\xef\xbb\xbf" + words.encode())
    assert read_settings(works.config)[1] == []


def test_a_file_in_another_encoding_is_refused_with_the_way_out(works: SmallWorks, say: Say) -> None:
    works.write("config.toml", works.config.read_text(encoding="utf-8").encode("gbk"))
    (finding,) = read_settings(works.config)[1]
    assert say(finding) == "config.toml:2:1: The file is not in UTF-8. Save it as UTF-8 in your editor."


def test_a_file_that_is_not_there(works: SmallWorks, say: Say) -> None:
    assert (
        say(read_settings(works.folder / "none.toml")[1][0]) == "none.toml:1:1: There is no such file. Check the path."
    )
    assert say(read_settings(works.folder)[1][0]).endswith(":1:1: There is no such file. Check the path.")


def test_a_file_that_may_not_be_read(works: SmallWorks, say: Say) -> None:
    missing = works.folder / "config.toml" / "config.toml"
    assert say(read_settings(missing)[1][0]).endswith("The file cannot be read. Check who may read it.")


def test_a_company_without_people_waits_for_an_import(works: SmallWorks) -> None:
    words = works.config.read_text(encoding="utf-8").split("[[people]]")[0]
    words = words.replace('holders = ["chen", "guo"]', "holders = []").replace('holders = ["guo", "lin"]', "")
    works.write("config.toml", words)
    settings, findings = read_settings(works.config)
    assert settings is not None
    assert {finding.sentence.key for finding in findings} == {"check.nobody_holds"}


def test_the_way_to_this_file_is_given_as_it_was_asked_for(works: SmallWorks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(works.folder)
    works.change("config.toml", ("severity = 2", 'severity = "2"'))
    assert read_settings(Path("config.toml"))[1][0].path == "config.toml"
