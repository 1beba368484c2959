"""What goes out after something happened to an event: cards shown again, people called, rooms told. Pure.

Those who have answered are not asked again; one person gets one message for everything asked of them at once.
The name of each message follows from the entry that called for it, so a repeat is recognised.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, assert_never

from bot.chat.card import CardRef
from bot.chat.effect import Invite, OpenRoom, Outgoing, Priority, ShowCard
from bot.domain import entries as e
from bot.domain.ids import command_room
from bot.services.announce_calls import asked, called, sent_back
from bot.services.announce_command import command_news
from bot.services.announce_course import course_news
from bot.services.announce_deadlines import deadlines
from bot.services.announce_drill import drill_news
from bot.services.announce_duty import duty_news
from bot.services.announce_rooms import room_news
from bot.services.announce_tasks import answered, given
from bot.services.news import News
from bot.services.rooms import invited
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.event import Event
    from bot.domain.ids import PersonId, RoomId
    from bot.domain.record import Entry
    from bot.services.house import House
    from bot.text import Text


def announce(before: Event | None, after: Event, entries: Sequence[Entry], house: House) -> tuple[Outgoing, ...]:
    """Everything the entries call for, in the order it should leave. `before` None: the event begins with them."""
    if not entries:
        return ()
    news = News(before, after, tuple(entries), house)
    if after.kind == "duty":
        return tuple(duty_news(news))
    posts = chain.from_iterable(_posts(news, entry) for entry in entries)
    return (*_rooms(news), *called(news), *_cards(news), *deadlines(news), *posts)


def _rooms(news: News) -> Iterator[Outgoing]:
    """The command room opens with the event, for those who lead, the heads and whoever reported.

    For a stranger's report it opens for those who are called first, then for whoever is called in their place; the
    others come in once it is confirmed.
    """
    event = news.after
    if news.before is not None:
        people = _let_in(news)
        if people:
            yield Outgoing(Invite(command_room(event.id), people), Priority.CARD, event.id)
        return
    name = news.house.words(_room_name(event), news.now)
    if not event.live:
        name = news.house.words(text("room.command.drill", name=name), news.now)
    people = invited(event, news.company) if event.confirmed else asked(news)
    yield Outgoing(OpenRoom(command_room(event.id), event.id, name, people), Priority.CARD, event.id)


def _room_name(event: Event) -> Text:
    if not event.place.zh:
        return text("room.command.no_place", number=event.id, title=event.title)
    return text("room.command.name", number=event.id, title=event.title, place=event.place)


def _let_in(news: News) -> tuple[PersonId, ...]:
    if news.has(e.Confirmed):
        return invited(news.after, news.company)
    if news.after.confirmed:
        return ()
    passed = (entry.payload.to for entry in news.entries if isinstance(entry.payload, e.Escalated))
    return tuple(dict.fromkeys(member.person for members in passed for member in members))


def _cards(news: News) -> Iterator[Outgoing]:
    """Each card whose content changed, in its place; the relay renders it at sending.

    The command card comes last: where a room takes one message a second, what is to be done stands there first.
    """
    event = news.after
    for ref in event.departments:
        if _changed(news, ref.id) and news.sees(ref.id):
            for room in news.house.rooms_with_card(ref.id, event.id):
                yield _card(news, CardRef(event.id, "checklist", ref.id), ref.id, room)
    if _changed(news, "command"):
        yield _card(news, CardRef(event.id, "command"), "command", command_room(event.id))


def _changed(news: News, name: str) -> bool:
    known = None if news.before is None else news.before.revisions.get(name, 0)
    return news.after.revisions.get(name, 0) != known


def _card(news: News, ref: CardRef, name: str, room: RoomId) -> Outgoing:
    priority = Priority.CARD if news.first_shown else Priority.EDIT
    show = ShowCard(ref, room, news.after.revisions.get(name, 0), pin=name == "command")
    return Outgoing(show, priority, news.after.id)


def _posts(news: News, entry: Entry) -> Iterator[Outgoing]:
    payload = entry.payload
    match payload:
        case (
            e.Opened() | e.Confirmed() | e.LevelChanged() | e.PhaseEntered() | e.StandDownAsked() | e.AllClear()
            | e.AllClearTaken() | e.StoodDown() | e.FalseAlarm() | e.MergeOffered() | e.MergedInto() | e.MergeTook()
            | e.MergeUndone() | e.Closed()
        ):  # fmt: skip
            yield from course_news(news, entry, payload)
        case e.TaskAnswered():
            yield from answered(news, entry, payload)
        case e.TaskReleased():
            yield from sent_back(news, entry, payload)
        case e.TaskGiven():
            yield from given(news, entry, payload)
        case e.CommandPassed() | e.CommandReminded():
            yield from command_news(news, entry, payload)
        case e.RoomDark() | e.RoomBack():
            yield from room_news(news, entry, payload)
        case (
            e.TaskExtended() | e.EvidenceGiven() | e.Seen() | e.Withdrawn() | e.AbsenceMarked() | e.Returned()
            | e.FactSet() | e.RuleFired() | e.Reminded() | e.Escalated() | e.Overdue()
        ):  # fmt: skip
            return  # the cards show it; deadlines are told together
        case (
            e.Said() | e.Edited() | e.Deleted() | e.Noted() | e.FileKept() | e.MessageSent() | e.MessageFailed()
            | e.Destroyed() | e.HouseNote()
        ):  # fmt: skip
            return  # kept, and nobody's concern beyond the record
        case (
            e.DrillStarted() | e.DrillPaused() | e.DrillResumed() | e.InjectGiven() | e.InjectAnswered()
            | e.InjectMissed() | e.DrillEnded() | e.DrillMeasured() | e.HotWashAsked() | e.HotWashAnswered()
        ):  # fmt: skip
            yield from drill_news(news, entry, payload)
        case (
            e.DutyOpened() | e.DutyNoticed() | e.PostponeAsked() | e.PostponeDecided() | e.DutyDrill() | e.DutyEnded()
        ):  # fmt: skip
            return  # a duty's: told by `duty_news`
        case _:
            assert_never(payload)
