"""A list of people: from whatever a spreadsheet saved to a plan, or one clear sentence at row and column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from bot.domain.ids import DepartmentId, PersonId, RoleId
from bot.files.finding import Finding
from bot.files.import_plan import ImportPlan, plan_import, plan_lines
from bot.files.people import PersonRow, Post, read_people
from bot.files.table import LARGEST, MOST_ROWS
from bot.text import Text, Words

if TYPE_CHECKING:
    from tests.files.conftest import SmallWorks

Say = Callable[[Finding], str]

CHINESE = """\
编号,姓名,英文名,部门,职务,手机,电话,邮箱,班次,语言,岗位,权限
wei,魏敏,Wei Min,办公室,文员,138 0000 0009,8009,wei@small.example,早班,英文,office:1;manager,管理员
lin,林晓,,,,138 0000 0010,,,,,,
"""


def read(works: SmallWorks, name: str, content: str | bytes) -> tuple[list[PersonRow], list[Finding]]:
    return read_people(works.write(name, content), works.settings.company)


def plan(works: SmallWorks, content: str) -> ImportPlan:
    rows, findings = read(works, "people.csv", content)
    assert findings == []
    return plan_import(works.settings.company, rows)


def spoken(shown: Text | Words, say: Say) -> str:
    return shown.en if isinstance(shown, Words) else say(Finding("", 0, 0, shown)).removeprefix(":0:0: ")


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_headings_and_words_in_chinese(works: SmallWorks) -> None:
    rows, findings = read(works, "people.csv", CHINESE)
    assert findings == []
    assert rows == [
        PersonRow(
            row=2,
            id=PersonId("wei"),
            name="魏敏",
            name_en="Wei Min",
            department=DepartmentId("office"),
            position="文员",
            mobile="138 0000 0009",
            telephone="8009",
            email="wei@small.example",
            shift="早班",
            language="en",
            access="admin",
            posts=(Post(RoleId("office"), 1), Post(RoleId("manager"), None)),
        ),
        PersonRow(row=3, id=PersonId("lin"), name="林晓", mobile="138 0000 0010"),
    ]


def test_headings_and_words_in_english_and_semicolons_between_cells(works: SmallWorks) -> None:
    rows, findings = read(
        works, "people.csv", "ID;Name;Department;Language;Access\nWEI;Wei Min;Office;English;auditor\n"
    )
    assert findings == []
    assert rows == [
        PersonRow(
            row=2,
            id=PersonId("wei"),
            name="Wei Min",
            department=DepartmentId("office"),
            language="en",
            access="auditor",
        )
    ]


def test_the_plan_says_what_is_added_changed_left_and_who_moves(works: SmallWorks, say: Say) -> None:
    made = plan(works, CHINESE)
    (added,) = made.added
    assert (added.name, added.position) == (Words("魏敏", "Wei Min"), Words("文员", "文员"))
    (changed,) = made.changed
    assert changed.after == replace(changed.before, mobile="138 0000 0010")
    assert made.left == ("chen", "guo")
    assert made.unchanged == ()
    assert made.people == (added, changed.after)
    assert made.company.chain(RoleId("office")) == ("wei", "guo", "lin")
    assert made.company.chain(RoleId("manager")) == ("chen", "guo", "wei")
    assert list(made.company.people) == ["chen", "guo", "lin", "wei"]
    told = [(spoken(what, say), who, spoken(detail, say)) for what, who, detail in plan_lines(made)]
    assert told == [
        ("Added", "wei", "Wei Min"),
        ("Changed", "lin", "mobile:  → 138 0000 0010"),
        ("Role changed", "manager", "Manager: chen > guo → chen > guo > wei"),
        ("Role changed", "office", "Head of office: guo > lin → wei > guo > lin"),
        ("Not in the list, stays", "chen", "Chen Jianguo"),
        ("Not in the list, stays", "guo", "Guo Qiang"),
    ]


def test_every_field_has_its_name_in_the_plan(works: SmallWorks, say: Say) -> None:
    made = plan(
        works,
        "id,name,name_en,department,position,position_en,mobile,telephone,email,shift,language,access,remarks\n"
        "lin,林小,Lin X,command_group,主任,Lead,139,8010,lin@small.example,night,en,auditor,allergic\n",
    )
    details = [spoken(detail, say) for _, who, detail in plan_lines(made) if who == "lin"]
    assert details == [
        "name: Lin Xiao → Lin X",
        "department: office → command_group",
        "position:  → Lead",
        "mobile:  → 139",
        "telephone:  → 8010",
        "email:  → lin@small.example",
        "shift:  → night",
        "language: zh → en",
        "access: employee → auditor",
        "remarks:  → allergic",
    ]


def test_the_same_list_again_changes_nothing(works: SmallWorks) -> None:
    company = works.settings.company
    rows, _ = read(works, "people.csv", CHINESE)
    once = plan_import(company, rows).company
    again = plan_import(once, rows)
    assert (again.added, again.changed, again.posts) == ((), (), ())
    assert again.unchanged == ("wei", "lin")
    assert again.company == once


def test_a_post_without_a_place_stays_where_it_is(works: SmallWorks) -> None:
    made = plan(works, "id,name,posts\nguo,郭强,office、manager:1\n")
    assert made.company.chain(RoleId("office")) == ("guo", "lin")
    assert made.company.chain(RoleId("manager")) == ("guo", "chen")


def test_a_new_english_name_alone(works: SmallWorks) -> None:
    made = plan(works, "id,name,name_en\nlin,,Lynn\n")
    assert made.changed[0].after.name == Words("林晓", "Lynn")


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_a_list_in_a_chinese_encoding_is_read_and_said(works: SmallWorks, say: Say, encoding: str) -> None:
    rows, findings = read(works, "people.csv", CHINESE.encode(encoding))
    assert rows[0].name == "魏敏"
    assert [say(finding) for finding in findings] == [
        "people.csv:1:1: Warning: The file was read as GB18030. Look at the names; next time save it as UTF-8."
    ]


def test_a_list_with_a_byte_order_mark_is_read_without_a_word(works: SmallWorks) -> None:
    rows, findings = read(works, "people.csv", CHINESE.encode("utf-8-sig"))
    assert (len(rows), findings) == (2, [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused_with_the_way_out(works: SmallWorks, say: Say, encoding: str) -> None:
    rows, findings = read(works, "people.csv", CHINESE.encode(encoding))
    assert rows == []
    assert [say(finding) for finding in findings] == [
        "people.csv:1:1: The file is not in UTF-8. Save it as UTF-8 in your editor."
    ]


def test_latin_words_in_two_bytes_each_are_refused_too(works: SmallWorks) -> None:
    assert read(works, "people.csv", "id,name\nlin,Lin\n".encode("utf-16-le"))[1][0].sentence.key == "check.not_utf8"


def test_bytes_that_are_no_text_are_refused(works: SmallWorks, say: Say) -> None:
    rows, findings = read(works, "people.csv", b"id,name\n\xff\xff\xff,x\n")
    assert rows == []
    assert say(findings[0]) == "people.csv:1:1: The file is not in UTF-8. Save it as UTF-8 in your editor."


ROWS = {
    "no id": (",赵敏,office", "people.csv:2:1: This row has no id. Add one."),
    "bad id": (
        "no 7,赵敏,office",
        ("people.csv:2:1: `no 7` cannot be an id. Use small letters, digits, `-` and `_`, as in `tell-customers`."),
    ),
    "new without a name": ("zhao,,office", "people.csv:2:2: `zhao` is new and has no name. Add it."),
    "new without a department": ("zhao,赵敏,", "people.csv:2:3: `zhao` is new and has no department. Add it."),
    "unknown department": ("zhao,赵敏,offce", "people.csv:2:3: There is no department `offce`. Did you mean `office`?"),
    "formula": (
        "zhao,=A1,office",
        ("people.csv:2:2: This cell is a formula, which is not worked out here. Paste its value instead."),
    ),
    "telephone": (
        "zhao,赵敏,office,one-two",
        ("people.csv:2:4: `one-two` is no telephone number. Use digits, spaces and `+ - ( )`."),
    ),
    "email": ("zhao,赵敏,office,,zhao at home", "people.csv:2:5: `zhao at home` is no e-mail address. Correct it."),
    "language": ("zhao,赵敏,office,,,fr", "people.csv:2:6: `fr` cannot stand here. There are: `zh` `en`."),
    "access": ("zhao,赵敏,office,,,,adminn", "people.csv:2:7: `adminn` cannot stand here. Did you mean `admin`?"),
    "unknown role": (
        "zhao,赵敏,office,,,,,offic:1",
        "people.csv:2:8: There is no role `offic`. Did you mean `office`?",
    ),
    "place nought": (
        "zhao,赵敏,office,,,,,office:0",
        ('people.csv:2:8: The order in a role counts from one: "office:0". Write, for example, `office:1`.'),
    ),
    "duplicate": (
        "lin,林晓,office\nlin,林晓,office",
        "people.csv:3:1: The id `lin` is used already in line 2. Choose another.",
    ),
    "one place for two": (
        "lin,林晓,,,,,,office:1\nguo,郭强,,,,,,office:1",
        ("people.csv:3:8: Place `office:1` was given to `lin` in row 2 already. Change one of them."),
    ),
}


@pytest.mark.parametrize(("written", "said"), ROWS.values(), ids=ROWS.keys())
def test_a_mistake_is_named_by_row_and_column(works: SmallWorks, say: Say, written: str, said: str) -> None:
    _, findings = read(works, "people.csv", f"id,name,department,mobile,email,language,access,posts\n{written}\n")
    assert said in [say(finding) for finding in findings]


def test_empty_rows_count_but_say_nothing(works: SmallWorks) -> None:
    rows, findings = read(works, "people.csv", "id,name\n\n,\nlin,林晓\n")
    assert findings == []
    assert [row.row for row in rows] == [4]


def test_a_heading_nobody_knows_is_left_out_with_a_warning(works: SmallWorks, say: Say) -> None:
    rows, findings = read(works, "people.csv", "id,name,departmnt,name\nlin,林晓,x,y\n")
    assert rows[0].name == "林晓"
    assert [say(finding) for finding in findings] == [
        'people.csv:1:3: Warning: The column "departmnt" is not known and was left out. Did you mean `department`?',
        'people.csv:1:4: Warning: The column "name" is not known and was left out. Did you mean `name`?',
    ]


def test_a_list_without_the_two_columns_it_needs(works: SmallWorks, say: Say) -> None:
    _, findings = read(works, "people.csv", "部门\noffice\n")
    assert say(findings[-1]) == "people.csv:1:1: The heading has no column for: `id`, `name`. Add it and try again."


def test_empty_missing_and_unreadable_lists(works: SmallWorks, say: Say) -> None:
    assert say(read(works, "people.csv", "")[1][0]) == "people.csv:1:1: The file is empty. Fill it, or delete it."
    company = works.settings.company
    told = say(read_people(works.folder / "none.csv", company)[1][0])
    assert told == "none.csv:1:1: There is no such file. Check the path."
    told = say(read_people(works.folder / "people.csv" / "x", company)[1][0])
    assert told.endswith("The file cannot be read. Check who may read it.")


def test_a_quote_that_is_not_closed(works: SmallWorks, say: Say) -> None:
    told = [say(finding) for finding in read(works, "people.csv", 'id,name\nlin,"林晓\n')[1]]
    assert told == [
        (
            "people.csv:1:1: The table cannot be read: a quote is not closed. Save it once more from "
            "your spreadsheet program."
        )
    ]


@pytest.mark.parametrize("name", ["people.csv", "people.xlsx"])
def test_a_file_that_is_no_list_by_its_size(works: SmallWorks, say: Say, name: str) -> None:
    _, findings = read(works, name, b"x" * (LARGEST + 1))
    assert say(findings[0]).startswith(f"{name}:1:1: The file is too large; a list of people has 20 MB at most.")


def test_more_rows_than_any_company_has_people(works: SmallWorks, say: Say) -> None:
    _, findings = read(works, "people.csv", "id,name\n" + "lin,林晓\n" * (MOST_ROWS + 1))
    assert say(findings[0]).startswith("people.csv:1:1: The file is too large")


def test_a_workbook_is_read_with_numbers_and_times_as_they_look(works: SmallWorks) -> None:
    content = xlsx(
        [
            ["编号", "姓名", "手机", "电话", "班次", "备注"],
            [],
            ["lin", "林\u00a0晓 ", 13800000010, 8010.0, time(8, 0), date(2026, 1, 5)],
            ["guo", "郭强", 1e22, "8.5", datetime(2026, 1, 5, 8, 0), 1.5],  # noqa: DTZ001  spreadsheets know no zones
        ]
    )
    rows, _ = read(works, "people.xlsx", content)
    assert rows == [
        PersonRow(
            3,
            PersonId("lin"),
            "林 晓",
            mobile="13800000010",
            telephone="8010",
            shift="08:00",
            remarks="2026-01-05 00:00",
        ),
        PersonRow(
            4,
            PersonId("guo"),
            "郭强",
            mobile="10000000000000000000000",
            telephone="8.5",
            shift="2026-01-05 08:00",
            remarks="1.5",
        ),
    ]


def test_a_formula_in_a_workbook_is_not_worked_out(works: SmallWorks, say: Say) -> None:
    _, findings = read(works, "people.xlsx", xlsx([["id", "name"], ["lin", '=HYPERLINK("http://x","y")']]))
    assert [say(finding) for finding in findings] == [
        "people.xlsx:2:2: This cell is a formula, which is not worked out here. Paste its value instead."
    ]


def test_a_workbook_is_known_by_its_content_too(works: SmallWorks) -> None:
    rows, findings = read(works, "people.csv", xlsx([["id", "name"], ["lin", "林晓"]]))
    assert (len(rows), findings) == (1, [])


def test_a_zip_bomb_is_not_opened(works: SmallWorks, say: Say) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * (LARGEST + 1))
    rows, findings = read(works, "people.xlsx", packed.getvalue())
    assert rows == []
    assert [say(finding) for finding in findings] == [
        (
            "people.xlsx:1:1: Unpacked, the file would exceed 20 MB, so it was not opened. "
            "Keep the list of people alone and save it again."
        )
    ]


def test_a_file_packed_too_tightly_or_in_too_many_parts_is_not_opened(works: SmallWorks, say: Say) -> None:
    for parts in ([("a", b"0" * 10_000_000)], [(str(number), b"x") for number in range(1001)]):
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as bomb:
            for name, content in parts:
                bomb.writestr(name, content)
        told = say(read(works, "people.xlsx", packed.getvalue())[1][0])
        assert told.startswith("people.xlsx:1:1: Unpacked, the file would exceed 20 MB")


def broken_zip() -> bytes:
    whole = xlsx([["id", "name"], ["lin", "林晓"]])
    return whole.replace(b"PK\x01\x02", b"PK\x09\x09", 1)


def not_a_workbook() -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as other:
        other.writestr("hello.txt", "hello")
    return packed.getvalue()


def broken_sheet() -> bytes:
    whole, packed = BytesIO(xlsx([["id", "name"]])), BytesIO()
    with ZipFile(whole) as old, ZipFile(packed, "w") as new:
        for part in old.infolist():
            content = b"<worksheet><sheetData><row" if "sheet1" in part.filename else old.read(part)
            new.writestr(part.filename, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 and then nothing", b"<html>", broken_zip(), not_a_workbook(), broken_sheet()],
    ids=["cut off", "a page", "a damaged directory", "another archive", "a damaged sheet"],
)
def test_what_is_no_workbook_gets_one_clear_sentence(works: SmallWorks, say: Say, content: bytes) -> None:
    rows, findings = read(works, "people.xlsx", content)
    assert rows == []
    assert [say(finding) for finding in findings] == [
        "people.xlsx:1:1: This is no sound XLSX file. Open it in your spreadsheet program and save it as XLSX."
    ]


def test_a_workbook_with_too_many_rows(works: SmallWorks, say: Say) -> None:
    content = xlsx([["id", "name"], *([["lin", "x"]] * (MOST_ROWS + 1))])
    told = say(read(works, "people.xlsx", content)[1][0])
    assert told.startswith("people.xlsx:1:1: ")


def test_the_program_starts_without_the_library_of_workbooks(tmp_path: Path) -> None:
    import subprocess
    import sys

    names = "openpyxl", "babel", "ruamel.yaml.main", "bot.files.catalogs"
    imported = "bot.files.people, bot.files.shelf, bot.files.config, bot.files.check"
    code = f"import sys, {imported}; print([n for n in {names} if n in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert run.stdout.strip() == "[]"
