"""/contacts 联络: telephone numbers, outside and inside, one tap each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Card, Reply, Telephone
from bot.chat.router import Router
from bot.services.asking import require
from bot.services.context import Context
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.company import Company, Person

ROUTER: Router[Context] = Router()
MOST = 30
"""Numbers on one card."""


@ROUTER.word("contacts", "联络", "电话", help_line=text("help.contacts"), example=text("example.contacts"))
async def contacts(context: Context) -> Reply:
    """The emergency numbers and the heads; with a word behind it whatever it is found in (name, kind, department)."""
    require(context, "contacts.read")
    company = context.house.company
    wanted = context.words_after.strip().casefold()
    found = tuple(_found(company, wanted) if wanted else _first(company))
    if not found:
        return Reply(text=text("contacts.none", wanted=context.words_after))
    more = text("contacts.more") if len(found) > MOST else None
    card = Card(None, "plain", text("contacts.head"), more=more, telephones=found[:MOST], shown_at=context.now)
    return Reply(card=card)


def _first(company: Company) -> Iterator[Telephone]:
    """Whom one calls first: fire service and the like, then each department's head, then others outside."""
    yield from (Telephone(each.name, each.telephone) for each in company.emergency_telephones)
    emergency = {each.id for each in company.emergency_telephones}
    for department in company.departments.values():
        for person in company.chain(department.head)[:1]:
            yield from tuple(_person(company.people[person]))[:1]
    for contact in company.contacts.values():
        if contact.id not in emergency and contact.telephone:
            yield Telephone(contact.name, contact.telephone)


def _found(company: Company, wanted: str) -> Iterator[Telephone]:
    for contact in company.contacts.values():
        names = (contact.id, contact.kind, contact.name.zh, contact.name.en, contact.remarks.zh, contact.remarks.en)
        if contact.telephone and any(wanted in name.casefold() for name in names):
            yield Telephone(contact.name, contact.telephone)
    for person in company.people.values():
        department = company.departments.get(person.department)
        of = () if department is None else (department.name.zh, department.name.en)
        names = (person.id, person.name.zh, person.name.en, person.position.zh, person.position.en, *of)
        if any(wanted in name.casefold() for name in names):
            yield from _person(person)


def _person(person: Person) -> Iterator[Telephone]:
    label = text("list.person", name=person.name, position=person.position)
    for number in dict.fromkeys((person.mobile, person.telephone)):
        if number:
            yield Telephone(label, number)
