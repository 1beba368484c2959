"""What an import of people would change, said before it is done. Pure: nobody is ever removed by an import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from bot.domain.company import Company, Person, Role
from bot.domain.ids import PersonId, RoleId
from bot.files.people import PersonRow
from bot.text import Language, Text, Words, same, text


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a person, as it is and as it would be."""

    field: str
    before: str | Words
    after: str | Words


@dataclass(frozen=True, slots=True)
class Change:
    """A known person with other values."""

    before: Person
    after: Person
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class PostChange:
    """A role whose people or their order would change."""

    role: Role
    before: tuple[PersonId, ...]
    after: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The whole plan. `left`: people of the company that the list has not; they stay. `company`: as it would be."""

    added: tuple[Person, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[PersonId, ...]
    left: tuple[PersonId, ...]
    posts: tuple[PostChange, ...]
    company: Company

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody to be written: new ones and changed ones."""
        return (*self.added, *(change.after for change in self.changed))


def plan_import(company: Company, rows: Sequence[PersonRow], language: Language = "zh") -> ImportPlan:
    """Compare a list with the company. `language` is that of new people who name none."""
    after = {row.id: _person(row, company.people.get(row.id), company, language) for row in rows}
    changes = {name: _change(company.people[name], person) for name, person in after.items() if name in company.people}
    roles = _roles(company, rows)
    return ImportPlan(
        added=tuple(person for name, person in after.items() if name not in company.people),
        changed=tuple(change for change in changes.values() if change.differences),
        unchanged=tuple(name for name, change in changes.items() if not change.differences),
        left=tuple(name for name in company.people if name not in after),
        posts=tuple(
            PostChange(role, company.roles[role.id].holders, role.holders)
            for role in roles.values()
            if role.holders != company.roles[role.id].holders
        ),
        company=replace(company, people={**company.people, **after}, roles=roles),
    )


def plan_lines(plan: ImportPlan) -> Iterator[tuple[Text, str, Text | Words]]:
    """The rows of the table that a dry run prints: what happens, to whom (an id), and the details."""
    for person in plan.added:
        yield text("people.added"), person.id, person.name
    for change in plan.changed:
        for each in change.differences:
            detail = text("people.difference", field=column(each.field), before=each.before, after=each.after)
            yield text("people.changed"), change.after.id, detail
    for post in plan.posts:
        before, after = " > ".join(post.before), " > ".join(post.after)
        detail = text("people.difference", field=post.role.name, before=before, after=after)
        yield text("people.post_changed"), post.role.id, detail
    for name in plan.left:
        yield text("people.left"), name, plan.company.people[name].name


def column(name: str) -> Text:
    """A field of a person, as the table names it."""
    match name:
        case "name":
            return text("people.field.name")
        case "department":
            return text("people.field.department")
        case "position":
            return text("people.field.position")
        case "mobile":
            return text("people.field.mobile")
        case "telephone":
            return text("people.field.telephone")
        case "email":
            return text("people.field.email")
        case "shift":
            return text("people.field.shift")
        case "language":
            return text("people.field.language")
        case "access":
            return text("people.field.access")
        case _:
            return text("people.field.remarks")


def _person(row: PersonRow, known: Person | None, company: Company, language: Language) -> Person:
    """The person after the import; what the list leaves open stays as it is."""
    blank = Person(row.id, Words("", ""), company.default_place_department, language=language)
    before = known or blank
    return replace(
        before,
        name=_words(before.name, row.name, row.name_en),
        department=row.department or before.department,
        position=_words(before.position, row.position, row.position_en),
        mobile=row.mobile or before.mobile,
        telephone=row.telephone or before.telephone,
        email=row.email or before.email,
        shift=row.shift or before.shift,
        language=row.language or before.language,
        access=row.access or before.access,
        remarks=row.remarks or before.remarks,
    )


def _words(before: Words, zh: str | None, en: str | None) -> Words:
    """A name or position: the English half follows a new Chinese one only where there was none of its own."""
    if before in (Words("", ""), same(before.zh)):
        return Words(zh or before.zh or en or "", en or zh or before.en)
    return Words(zh or before.zh, en or before.en)


def _change(before: Person, after: Person) -> Change:
    named = (field.name for field in fields(Person))
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in named)
    return Change(before, after, tuple(Difference(name, old, new) for name, old, new in pairs if old != new))


def _roles(company: Company, rows: Sequence[PersonRow]) -> dict[RoleId, Role]:
    """The roles with the posts of the list taken in, the first places first; nobody loses a post by it."""
    holders = {name: list(role.holders) for name, role in company.roles.items()}
    posts = [(post.place or len(rows) + 1, post.role, row.id) for row in rows for post in row.posts]
    for place, role, person in sorted(posts, key=lambda post: post[0]):
        if person in holders[role]:
            if place > len(rows):
                continue
            holders[role].remove(person)
        holders[role].insert(place - 1, person)
    return {name: replace(role, holders=tuple(holders[name])) for name, role in company.roles.items()}
