"""What rooms are told about the event as a whole: it opens, moves on, ends, was none, is part of another."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, assert_never

from bot.cards import command_calls, notices
from bot.chat.effect import Priority
from bot.domain import entries as e
from bot.domain.ids import command_room
from bot.services.news import for_all, in_command_room, post, tell, tell_each, under_card
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.card import Card
    from bot.chat.effect import Outgoing
    from bot.domain.ids import PersonId, RoomId
    from bot.domain.record import Entry
    from bot.services.news import News

Merging = e.MergeOffered | e.MergedInto | e.MergeTook | e.MergeUndone
CourseEntry = (
    e.Opened | e.Confirmed | e.LevelChanged | e.PhaseEntered | e.StandDownAsked | e.AllClear | e.AllClearTaken
    | e.StoodDown | e.FalseAlarm | Merging | e.Closed
)  # fmt: skip


def course_news(news: News, entry: Entry, payload: CourseEntry) -> Iterator[Outgoing]:
    """Everything that one entry about the event as a whole calls for."""
    match payload:
        case e.Opened() | e.Confirmed():
            yield from _opening(news, entry)
        case e.LevelChanged():
            yield from _level_changed(news, entry, payload)
        case e.PhaseEntered():
            yield from _phase_entered(news, entry, payload)
        case e.StandDownAsked():
            yield from _stand_down_asked(news, entry)
        case e.AllClear() | e.AllClearTaken():
            yield from _clearing(news, entry, payload)
        case e.StoodDown():
            yield from _stood_down(news, entry, payload)
        case e.FalseAlarm():
            yield from _correction(news, entry, payload)
        case e.MergeOffered() | e.MergedInto() | e.MergeTook() | e.MergeUndone():
            yield from _merging(news, entry, payload)
        case e.Closed():
            yield from _closed(news, entry, payload)
        case _:
            assert_never(payload)


def _opening(news: News, entry: Entry) -> Iterator[Outgoing]:
    """Everybody is told what to do first; a stranger's report only once it is confirmed. A drill says so itself."""
    if news.has(e.DrillStarted):
        return
    version = news.house.playbooks.get(news.after.playbook)
    playbook = None if version is None else version.playbook
    at_once = text("notice.opened.listen") if playbook is None else playbook.at_once
    point = None if playbook is None else news.house.assembly_point(playbook, news.after.place)
    card = notices.opened(news.after, at_once, point, news.company, news.now)
    yield from for_all(news, entry, card, Priority.ALARM)


def _level_changed(news: News, entry: Entry, change: e.LevelChanged) -> Iterator[Outgoing]:
    """Everybody and the command room, unless the opening says it already."""
    yield from _everybody(news, entry, notices.level_changed(news.after, change, news.now))


def _phase_entered(news: News, entry: Entry, entered: e.PhaseEntered) -> Iterator[Outgoing]:
    """Everybody and the command room; the review concerns the command room alone."""
    if news.has(e.StoodDown):
        return
    card = notices.phase_entered(news.after, entered.phase, news.now)
    if entered.phase == "review":
        yield in_command_room(news, entry, card)
    else:
        yield from _everybody(news, entry, card)


def _everybody(news: News, entry: Entry, card: Card) -> Iterator[Outgoing]:
    if not news.first_shown:
        yield from for_all(news, entry, card)
        yield in_command_room(news, entry, card)


def _stand_down_asked(news: News, entry: Entry) -> Iterator[Outgoing]:
    """Each department whose all clear is wanted is asked under its card."""
    card = notices.stand_down_asked(news.after, news.now)
    for department in news.after.clear_from:
        if department not in news.after.clear:
            yield from under_card(news, entry, department, card)


def _clearing(news: News, entry: Entry, change: e.AllClear | e.AllClearTaken) -> Iterator[Outgoing]:
    """The last all clear calls whoever commands; one that is taken back shows in the command room."""
    event = news.after
    match change:
        case e.AllClear():
            if event.status == "standing_down" and all(each in event.clear for each in event.clear_from):
                yield from tell_each(
                    news, entry, news.leaders(), command_calls.all_clear(event, news.company, news.now)
                )
        case e.AllClearTaken():
            yield in_command_room(news, entry, notices.all_clear_taken(event, change, news.now))


def _stood_down(news: News, entry: Entry, ended: e.StoodDown) -> Iterator[Outgoing]:
    """Everybody and the command room."""
    yield from _everybody(news, entry, notices.stood_down(news.after, ended, news.now))


def _correction(news: News, entry: Entry, false: e.FalseAlarm) -> Iterator[Outgoing]:
    """A correction goes everywhere the alarm went: to all, to each department, to each person who was called."""
    card = notices.false_alarm(news.after, false, news.now)
    for room in alarmed_rooms(news):
        yield post(news, entry, room, card, Priority.ALARM)
    for person in alarmed_people(news):
        if not news.did(person):
            yield tell(news, entry, person, card)


def alarmed_rooms(news: News) -> tuple[RoomId, ...]:
    """The rooms that heard of it: everybody's, those of the departments that see it, the command room."""
    event, for_everybody = news.after, news.house.room_with("all")
    shared = () if for_everybody is None or not event.confirmed else (for_everybody.id,)
    seeing = (news.house.rooms_with_card(ref.id, event.id) for ref in event.departments if news.sees(ref.id))
    rooms = chain(shared, *seeing, (command_room(event.id),))
    return tuple(dict.fromkeys(rooms))


def alarmed_people(news: News) -> tuple[PersonId, ...]:
    """Whoever was called, for a task or to lead, answered, or reported it."""
    event = news.after
    tasks = tuple(event.tasks.values())
    called = (member for task in tasks for member in task.chain[: task.called] if member.person not in event.absent)
    answered = (answer.member for task in tasks for answer in task.answers)
    holder = () if event.command.holder is None else (event.command.holder,)
    reporter = () if event.reported_by is None else (event.reported_by,)
    people = (member.person for member in chain(holder, called, answered))
    return tuple(dict.fromkeys(chain(people, event.command.silent, reporter)))


def _merging(news: News, entry: Entry, change: Merging) -> Iterator[Outgoing]:
    """The command room of the event concerned; the offer carries its button."""
    match change:
        case e.MergeOffered():
            card = notices.merge_offered(news.after, change, news.now)
        case e.MergedInto():
            card = notices.merged(news.after, change.other, news.now)
        case e.MergeTook():
            card = notices.merge_took(news.after, change, news.now)
        case e.MergeUndone():
            card = notices.merge_undone(news.after, change, news.now)
    yield in_command_room(news, entry, card)


def _closed(news: News, entry: Entry, sealed: e.Closed) -> Iterator[Outgoing]:
    """The head of the record and its signature stand in the command room."""
    yield in_command_room(news, entry, notices.sealed(news.after, sealed, news.now))
