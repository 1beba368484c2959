"""A list of people from a file: every row checked, headings in either language. What it would change: `import_plan`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from bot.domain.company import Access, Company
from bot.domain.ids import DepartmentId, PersonId, RoleId
from bot.files.finding import Finding, hint
from bot.files.table import Row, read_table
from bot.text import Language, Text, Words, text

Column = Literal[
    "id", "name", "name_en", "department", "position", "position_en", "mobile", "telephone", "email", "shift",
    "language", "access", "remarks", "posts",
]  # fmt: skip
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    "id": ("id", "编号", "工号", "人员编号"),
    "name": ("name", "姓名", "中文名", "name_zh"),
    "name_en": ("name_en", "英文名", "english name"),
    "department": ("department", "部门"),
    "position": ("position", "职务", "职位", "position_zh"),
    "position_en": ("position_en", "英文职务", "英文职位"),
    "mobile": ("mobile", "手机", "手机号", "手机号码"),
    "telephone": ("telephone", "电话", "座机", "分机"),
    "email": ("email", "邮箱", "电子邮箱", "e-mail"),
    "shift": ("shift", "班次"),
    "language": ("language", "语言"),
    "access": ("access", "权限"),
    "remarks": ("remarks", "备注"),
    "posts": ("posts", "岗位", "应急岗位"),
}
LANGUAGE_WORDS: Mapping[str, Language] = {
    "zh": "zh", "中文": "zh", "汉语": "zh", "chinese": "zh", "en": "en", "英文": "en", "英语": "en", "english": "en",
}  # fmt: skip
ACCESS_WORDS: Mapping[str, Access] = {
    "employee": "employee", "员工": "employee", "admin": "admin", "管理员": "admin", "auditor": "auditor",
    "审计": "auditor", "审计员": "auditor",
}  # fmt: skip
T = TypeVar("T")
K = TypeVar("K", bound=str)
ID = re.compile(r"^[a-z0-9][a-z0-9_-]*$")
TELEPHONE = re.compile(r"^[\d+*#() /-]{3,40}$")
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
POST = re.compile(r"^(?P<role>.+?)(?:\s*[:：]\s*(?P<place>\d+))?$")


@dataclass(frozen=True, slots=True)
class Post:
    """A role and the place in its order, from 1; None: at the end."""

    role: RoleId
    place: int | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the list. Empty cells and columns that the file has not are None: they change nothing."""

    row: int
    id: PersonId
    name: str | None = None
    name_en: str | None = None
    department: DepartmentId | None = None
    position: str | None = None
    position_en: str | None = None
    mobile: str | None = None
    telephone: str | None = None
    email: str | None = None
    shift: str | None = None
    language: Language | None = None
    access: Access | None = None
    remarks: str | None = None
    posts: tuple[Post, ...] = ()


def read_people(path: Path, company: Company) -> tuple[list[PersonRow], list[Finding]]:
    """The people of a CSV or XLSX file. With an error among the findings nothing of it may be imported."""
    table, findings = read_table(path)
    if not table:
        return [], findings or [Finding(str(path), 1, 1, text("check.empty_file"))]
    columns, wrong = _columns(path, table[0])
    findings += wrong
    if {"id", "name"} - columns.keys():
        missing = ", ".join(f"`{name}`" for name in ("id", "name") if name not in columns)
        return [], [*findings, Finding(str(path), table[0].number, 1, text("people.columns_missing", columns=missing))]
    reader = _Reader(path, company, columns, findings)
    rows = [reader.person(row) for row in table[1:]]
    people = [row for row in rows if row is not None]
    findings += [*_twice(path, people, columns), *_same_place(path, people, columns)]
    return people, findings


def _columns(path: Path, heading: Row) -> tuple[dict[Column, int], list[Finding]]:
    """Which column stands where; a heading nobody knows is told, and its column left out."""
    known: dict[str, Column] = {name: column for column, names in HEADINGS.items() for name in names}
    columns: dict[Column, int] = {}
    findings: list[Finding] = []
    for place, cell in enumerate(heading.cells):
        column = known.get(cell.casefold())
        if column is not None and column not in columns:
            columns[column] = place
        elif cell:
            sentence = text("people.heading", heading=cell, hint=hint(cell, list(known)))
            findings.append(Finding(str(path), heading.number, place + 1, sentence, "warning"))
    return columns, findings


@dataclass(slots=True)
class _Reader:
    """Reads rows; what is wrong goes to `findings`."""

    path: Path
    company: Company
    columns: Mapping[Column, int]
    findings: list[Finding] = field(default_factory=list[Finding])

    def person(self, row: Row) -> PersonRow | None:
        """One row; None where it has no usable id."""
        name = (self._cell(row, "id") or "").casefold()
        if not ID.match(name):
            self._tell(row, "id", text("people.no_id") if not name else text("check.id", value=name))
            return None
        known = self.company.people.get(PersonId(name))
        person = PersonRow(
            row=row.number,
            id=PersonId(name),
            name=self._cell(row, "name"),
            name_en=self._cell(row, "name_en"),
            department=self._department(row),
            position=self._cell(row, "position"),
            position_en=self._cell(row, "position_en"),
            mobile=self._checked(row, "mobile", TELEPHONE),
            telephone=self._checked(row, "telephone", TELEPHONE),
            email=self._checked(row, "email", EMAIL),
            shift=self._cell(row, "shift"),
            language=self._one_of(row, "language", LANGUAGE_WORDS.get, ("zh", "en")),
            access=self._one_of(row, "access", ACCESS_WORDS.get, ("employee", "admin", "auditor")),
            remarks=self._cell(row, "remarks"),
            posts=tuple(self._posts(row)),
        )
        if known is None and person.name is None:
            self._tell(row, "name", text("people.no_name", id=name))
        if known is None and person.department is None and self._cell(row, "department") is None:
            self._tell(row, "department", text("people.no_department", id=name))
        return person

    def _cell(self, row: Row, column: Column) -> str | None:
        place = self.columns.get(column)
        value = row.cells[place] if place is not None and place < len(row.cells) else ""
        if value.startswith("="):
            self._tell(row, column, text("people.formula"))
            return None
        return value or None

    def _tell(self, row: Row, column: Column, sentence: Text) -> None:
        finding = Finding(str(self.path), row.number, self.columns.get(column, 0) + 1, sentence)
        if finding not in self.findings:
            self.findings.append(finding)

    def _checked(self, row: Row, column: Literal["mobile", "telephone", "email"], form: re.Pattern[str]) -> str | None:
        value = self._cell(row, column)
        if value is not None and not form.match(value):
            wrong = text("people.email", value=value) if column == "email" else text("people.telephone", value=value)
            self._tell(row, column, wrong)
        return value

    def _one_of(
        self, row: Row, column: Literal["language", "access"], find: Callable[[str], T | None], known: Iterable[str]
    ) -> T | None:
        value = self._cell(row, column)
        found = None if value is None else find(value.casefold())
        if value is not None and found is None:
            self._tell(row, column, text("check.unknown_word", value=value, hint=hint(value, list(known))))
        return found

    def _department(self, row: Row) -> DepartmentId | None:
        value = self._cell(row, "department")
        names = {department.id: department.name for department in self.company.departments.values()}
        found = None if value is None else _by_name(value, names)
        if value is not None and found is None:
            self._tell(row, "department", text("check.no_department", id=value, hint=hint(value, list(names))))
        return found

    def _posts(self, row: Row) -> Iterator[Post]:
        """`purchasing:2; office`: a role by its id or name, and the place in its order."""
        names = {role.id: role.name for role in self.company.roles.values()}
        for written in re.split(r"[;；,，、]", self._cell(row, "posts") or ""):
            post = POST.match(written.strip())
            if post is None:
                continue
            role = _by_name(post["role"], names)
            if role is None:
                self._tell(row, "posts", text("check.no_role", id=post["role"], hint=hint(post["role"], list(names))))
            elif post["place"] is not None and int(post["place"]) < 1:
                self._tell(row, "posts", text("people.place", post=written.strip(), example=f"{role}:1"))
            else:
                yield Post(role, None if post["place"] is None else int(post["place"]))


def _by_name(value: str, names: Mapping[K, Words]) -> K | None:
    """Something by its id or by its name in either language."""
    wanted = value.strip().casefold()
    return next((each for each, name in names.items() if wanted in _spellings(each, name)), None)


def _spellings(each: str, name: Words) -> tuple[str, str, str]:
    return each.casefold(), name.zh.casefold(), name.en.casefold()


def _twice(path: Path, people: Iterable[PersonRow], columns: Mapping[Column, int]) -> Iterator[Finding]:
    first: dict[PersonId, PersonRow] = {}
    for person in people:
        earlier = first.setdefault(person.id, person)
        if earlier is not person:
            sentence = text("check.id_twice", id=person.id, line=earlier.row)
            yield Finding(str(path), person.row, columns["id"] + 1, sentence)


def _same_place(path: Path, people: Iterable[PersonRow], columns: Mapping[Column, int]) -> Iterator[Finding]:
    """Two people cannot stand at the same place of a role."""
    taken: dict[tuple[RoleId, int], PersonRow] = {}
    for person in people:
        for post in person.posts:
            if post.place is None:
                continue
            earlier = taken.setdefault((post.role, post.place), person)
            if earlier is not person:
                sentence = text("people.place_taken", post=f"{post.role}:{post.place}", id=earlier.id, line=earlier.row)
                yield Finding(str(path), person.row, columns["posts"] + 1, sentence)
