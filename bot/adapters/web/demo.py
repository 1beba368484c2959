"""The demo's first page: pick who to be. It exists only under `tocsin demo`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse

from bot.adapters.web.front import language_asked
from bot.adapters.web.render import render_page
from bot.store import tables
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.adapters.web.chat import Chat
    from bot.adapters.web.render import Reader
    from bot.adapters.web.session import Visitor
    from bot.domain.company import Company, Person
    from bot.domain.ids import PersonId
    from bot.store.work import Work
    from bot.text import Language, Text


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody one can be, with what to try."""

    id: PersonId
    name: str
    position: str
    line: str


class Demo:
    """The page, and the choice."""

    def __init__(self, chat: Chat) -> None:
        """`chat` is shared by all routes."""
        self._chat = chat

    async def who(self, request: Request) -> Response:
        """Five people to be, and everybody else."""
        reader = self._chat.reader(language_asked(request) or self._chat.default_language)
        company = self._chat.view.company
        page = render_page(
            "who.html",
            reader,
            people=[_part(person, reader, line) for person, line in parts(company)],
            everybody=[_part(person, reader, None) for person in company.people.values()],
            company=company.name.of(reader.language),
            static=self._chat.assets.address,
        )
        return HTMLResponse(page)

    async def be(self, request: Request) -> Response:
        """From now on this person's pages are in the language of the page where they were chosen."""
        visitor: Visitor = request.scope["visitor"]
        chosen = language_asked(request)
        if chosen is not None and "lang" in request.query_params:
            await self._speak(visitor, chosen)
        return RedirectResponse(f"{visitor.base}/", 303)

    async def _speak(self, visitor: Visitor, language: Language) -> None:
        async def keep(work: Work) -> None:
            work.put(tables.settings, {"key": f"language/{visitor.id}", "value": language})

        await self._chat.store.write(keep)


def _part(person: Person, reader: Reader, line: Text | None) -> Part:
    said = "" if line is None else reader.say(line)
    return Part(person.id, person.name.of(reader.language), person.position.of(reader.language), said)


def parts(company: Company) -> Iterator[tuple[Person, Text]]:
    """A worker, the office head, another head, the general manager, the admin: whoever the company has of these."""
    taken: set[PersonId] = set()
    wanted = (
        (_general_managers(company), text("web.who.general_manager")),
        (_heads(company, office=True), text("web.who.office")),
        (_heads(company, office=False), text("web.who.head")),
        ((each for each in company.people.values() if each.access == "admin"), text("web.who.admin")),
        (_workers(company), text("web.who.worker")),
    )
    found: list[tuple[Person, Text]] = []
    for candidates, line in wanted:
        person = next((each for each in candidates if each.id not in taken), None)
        if person is not None:
            taken.add(person.id)
            found.append((person, line))
    yield from sorted(found, key=lambda part: part[1].key != "web.who.worker")


def _general_managers(company: Company) -> Iterator[Person]:
    for role in company.roles.values():
        if role.id == "general_manager":
            yield from (company.people[person] for person in role.holders)


def _heads(company: Company, *, office: bool) -> Iterator[Person]:
    """The office's head; or another's, of production where there is one: it has something to do in any event."""
    departments = sorted(company.departments.values(), key=lambda each: each.id != "production")
    for department in departments:
        if (department.id == "office") == office:
            yield from (company.people[person] for person in company.roles[department.head].holders[:1])


def _workers(company: Company) -> Iterator[Person]:
    holders = {person for role in company.roles.values() for person in role.holders}
    for person in company.people.values():
        if person.id not in holders and person.access == "employee":
            yield person
