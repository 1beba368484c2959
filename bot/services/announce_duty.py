"""What goes out after something happened to a duty: its card in the owner's room, whoever is called, who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards import duty_calls as calls
from bot.cards.calling import behind
from bot.cards.duty import duty_card
from bot.cards.wording import names
from bot.chat.card import CardRef
from bot.chat.effect import Outgoing, Post, Priority, ShowCard
from bot.domain import entries as e
from bot.domain.duty_plan import THE_TASK
from bot.services.announce_ahead import announced_ahead
from bot.services.news import tell
from bot.text import Moment, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.chat.card import Card, Shown
    from bot.domain.event import Task
    from bot.domain.ids import RoomId
    from bot.domain.parties import Member
    from bot.domain.record import Entry
    from bot.services.news import News
    from bot.text import Text


def duty_news(news: News) -> Iterator[Outgoing]:
    """Everything that the entries call for. A duty has no command room, and nobody but its owner hears of it."""
    yield from _card(news)
    for entry in news.entries:
        yield from _told(news, entry)
    yield from announced_ahead(news)


def _room(news: News) -> RoomId | None:
    """The owner's room. A group without one is told in person."""
    for ref in news.after.departments:
        room = news.house.room_of(ref.id)
        if room is not None:
            return room.id
    return None


def _card(news: News) -> Iterator[Outgoing]:
    """The card in its place, whenever anything on it changed; the relay renders it at sending."""
    event, room = news.after, _room(news)
    for ref in event.departments[:1]:
        revision = event.revisions.get(ref.id, 0)
        known = None if news.before is None else news.before.revisions.get(ref.id, 0)
        if room is not None and revision != known:
            priority = Priority.CARD if news.before is None else Priority.EDIT
            yield Outgoing(ShowCard(CardRef(event.id, "checklist", ref.id), room, revision), priority, event.id)


def _told(news: News, entry: Entry) -> Iterator[Outgoing]:
    task, payload = news.after.tasks[THE_TASK], entry.payload
    match payload:
        case e.DutyOpened():
            yield from _opening(news, entry, task, payload.late)
        case e.Reminded():
            card = calls.reminder(news.after, task, news.now, payload.late)
            yield from _each(news, entry, payload.to, card, Priority.REMINDER)
        case e.Escalated():
            yield from _passed_on(news, entry, task, payload)
        case e.TaskGiven():
            card = calls.given(news.after, task, payload.member, news.now)
            yield from _each(news, entry, (payload.to,), card)
            yield from _under(news, entry, text("notice.duty.passed", person=payload.to.name))
        case e.TaskAnswered(answer="cannot"):
            reason = payload.reason or ""
            yield from _each(
                news, entry, news.leaders(), calls.blocked(news.after, task, payload.member, reason, news.now)
            )
            yield from _under(news, entry, text("notice.duty.blocked", person=payload.member.name, reason=reason))
        case e.Overdue():
            yield from _overdue(news, entry, task, payload)
        case _:
            yield from _of_duty(news, entry, task)


def _of_duty(news: News, entry: Entry, task: Task) -> Iterator[Outgoing]:
    """What happens to a duty alone; anything else shows on its card, or is only kept."""
    payload = entry.payload
    match payload:
        case e.DutyNoticed(hour=True):
            yield from _hour(news, entry, task, payload)
        case e.DutyNoticed():
            yield from _noticed(news, entry, task, payload)
        case e.PostponeAsked():
            card = calls.postpone_asked(news.after, payload, news.now)
            yield from _each(news, entry, (payload.approver,), card)
            asked = text("notice.duty.postpone_asked", person=payload.member.name, until=Moment(payload.until))
            yield from _under(news, entry, asked, text("notice.duty.reason", reason=payload.reason))
        case e.PostponeDecided():
            yield from _decided(news, entry, payload)
        case e.DutyDrill():
            yield from _under(news, entry, _drilled(payload))
        case e.DutyEnded(outcome="missed" | "dropped"):
            yield from _ended(news, entry, task, payload)
        case _:
            return


def _opening(news: News, entry: Entry, task: Task, late: float) -> Iterator[Outgoing]:
    """Whoever is asked is called; where the group has no room, the others of the role see the card in person."""
    if task.status == "waiting" and not task.with_commander:
        yield from _each(news, entry, task.chain[task.called - 1 : task.called], _call(news, task, late))
    if _room(news) is None:
        card = duty_card(news.after, news.now)
        others = (*task.chain[: max(task.called - 1, 0)], *task.chain[task.called :])
        yield from _each(news, entry, others, card)


def _call(news: News, task: Task, late: float) -> Card:
    return calls.call(news.after, task, news.now, late=late)


def _passed_on(news: News, entry: Entry, task: Task, passed: e.Escalated) -> Iterator[Outgoing]:
    """The next of the order is called; after the last one whoever supervises it."""
    silent = passed.silent if passed.why == "silent" else ()
    late = behind(passed.late)
    if passed.commander:
        card = calls.unanswered(news.after, task, silent, news.now, passed.late)
        yield from _each(news, entry, news.leaders(), card)
        told = text("notice.duty.unanswered", people=names(news.leaders()))
        yield from _under(news, entry, told, *late)
        return
    card = calls.take_over(news.after, task, silent, news.now, passed.late)
    yield from _each(news, entry, passed.to, card)
    yield from _under(news, entry, text("notice.duty.passed", person=names(passed.to)), *late)


def _overdue(news: News, entry: Entry, task: Task, over: e.Overdue) -> Iterator[Outgoing]:
    """At its time whoever has it, after its grace whoever supervises it. "It is time" for a drill says it already."""
    if over.step == 0 and any(isinstance(each.payload, e.DutyNoticed) and each.payload.hour for each in news.entries):
        return
    if over.step == 0:
        yield from _each(news, entry, having(task), calls.overdue(news.after, task, news.now, over.late))
        yield from _under(news, entry, text("notice.duty.overdue"), *behind(over.late))
        return
    card = calls.overdue_supervisor(news.after, task, news.now, over.late)
    yield from _each(news, entry, news.leaders(), card)
    told = text("notice.duty.overdue_supervisor", people=names(news.leaders()))
    yield from _under(news, entry, told, *behind(over.late))


def _noticed(news: News, entry: Entry, task: Task, noticed: e.DutyNoticed) -> Iterator[Outgoing]:
    card = calls.notice(news.after, task, news.now, noticed.late)
    yield from _each(news, entry, having(task), card, Priority.REMINDER)
    yield from _under(news, entry, text("notice.duty.due"), *behind(noticed.late))


def _hour(news: News, entry: Entry, task: Task, noticed: e.DutyNoticed) -> Iterator[Outgoing]:
    """A drill may start: whoever is to start it hears so. Its room does too, unless the hour is hidden."""
    card = calls.its_hour(news.after, task, news.now, noticed.late)
    yield from _each(news, entry, _starting(news, task), card)
    if news.after.duty is not None and not news.after.duty.hidden:
        yield from _under(news, entry, text("notice.duty.hour"), *behind(noticed.late))


def _starting(news: News, task: Task) -> tuple[Member, ...]:
    """Whoever has it; where they are away the first who is there, at last whoever supervises it."""
    away = news.after.absent
    there = [each for each in (*having(task), *task.chain) if each.person not in away]
    return tuple(there[:1]) or news.leaders()


def _drilled(drilled: e.DutyDrill) -> Text:
    if drilled.held:
        return text("notice.duty.drill_held", drill=drilled.drill)
    if drilled.stopped:
        return text("notice.duty.drill_stopped", drill=drilled.drill)
    return text("notice.duty.drill_begun", drill=drilled.drill)


def _decided(news: News, entry: Entry, decided: e.PostponeDecided) -> Iterator[Outgoing]:
    asker = None if news.before is None or news.before.duty is None else news.before.duty.postpone_by
    asked = () if asker is None else (asker,)
    yield from _each(news, entry, asked, calls.postpone_decided(news.after, decided, news.now))
    if decided.agreed:
        said = text("notice.duty.postponed", until=Moment(decided.until), person=decided.member.name)
        yield from _under(news, entry, said)
    else:
        said = text("notice.duty.refused", person=decided.member.name)
        yield from _under(news, entry, said, text("notice.duty.reason", reason=decided.reason))


def _ended(news: News, entry: Entry, task: Task, end: e.DutyEnded) -> Iterator[Outgoing]:
    yield from _each(news, entry, having(task), calls.ended(news.after, end, news.now))
    said = text("notice.duty.missed") if end.outcome == "missed" else text("notice.duty.dropped")
    yield from _under(news, entry, said, *behind(end.late))


def having(task: Task) -> tuple[Member, ...]:
    """Who has it: whoever answered last, else whoever was called last."""
    if task.answers:
        return (task.answers[-1].member,)
    return task.chain[task.called - 1 : task.called] if task.called else ()


def _each(
    news: News, entry: Entry, people: Iterable[Member], card: Card, priority: Priority = Priority.CARD
) -> Iterator[Outgoing]:
    """A direct message to each, whoever did it themselves excepted."""
    for person in dict.fromkeys(member.person for member in people):
        if not news.did(person):
            yield tell(news, entry, person, card, priority)


def _under(news: News, entry: Entry, what: Text, *lead: Shown) -> Iterator[Outgoing]:
    """A line under the card."""
    room = _room(news)
    for ref in news.after.departments[:1]:
        if room is not None:
            key, thread = f"{news.after.id}/{entry.sequence}/{room}", f"{news.after.id}/{ref.id}"
            card = calls.under(news.after, what, news.now, *lead)
            yield Outgoing(Post(key, room, card, thread), Priority.CARD, news.after.id)
