"""Posts in rooms: what everybody there should know, said once (practice.md, "A message in an emergency").

The order is: what to do, what, where, until when, who says so, when the next word comes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cards.calling import behind, soonest
from bot.cards.calls import why_blocked, why_passed
from bot.cards.wording import (
    department_name,
    head,
    listed,
    names,
    short,
    titled,
    where,
    why_command,
)
from bot.chat.card import Button, Card, Link, Telephone
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.cards.calls import Passed
    from bot.chat.card import Shown, Tone
    from bot.domain.company import Company
    from bot.domain.entries_command import CommandPassed
    from bot.domain.entries_course import LevelChanged
    from bot.domain.entries_ending import AllClearTaken, Closed, FalseAlarm, StoodDown
    from bot.domain.entries_merging import MergeOffered, MergeTook, MergeUndone
    from bot.domain.event import Event, Task
    from bot.domain.ids import EventId
    from bot.domain.parties import Member
    from bot.domain.playbook import Phase
    from bot.text import Words

MOST_FINDINGS = 5
"""Findings on one card; `tocsin check` prints them all."""


def opened(event: Event, at_once: Shown, assembly_point: Words | None, company: Company, now: datetime) -> Card:
    """Everybody is told: what to do first, what, where, who says so, where to assemble."""
    lead = (
        text("notice.opened.what", title=event.title, place=where(event), level=event.level_name),
        *(() if assembly_point is None else (text("notice.opened.assemble", place=assembly_point),)),
        text("notice.opened.who", reporter=event.reporter, at=Moment(now)),
        text("notice.opened.next"),
    )
    links = (Link(text("link.event", number=event.id), f"event/{event.id}"),)
    numbers = tuple(Telephone(contact.name, contact.telephone) for contact in company.emergency_telephones)
    card = _notice(event, text("notice.opened", do=at_once, number=event.id), lead, now, tone="alarm")
    return replace(card, links=links, telephones=numbers)


def _notice(event: Event, what: Shown, lead: tuple[Shown, ...], now: datetime, *, tone: Tone = "work") -> Card:
    return Card(kind=event.mark, tone=tone, head=what, event=event.id, lead=lead, shown_at=now)


def phase_entered(event: Event, phase: Phase, now: datetime) -> Card:
    """The event goes on to its next phase."""
    match phase:
        case "warning":
            what = text("notice.phase.warning")
        case "response":
            what = text("notice.phase.response")
        case "recovery":
            what = text("notice.phase.recovery")
        case "review":
            what = text("notice.phase.review")
    return _notice(event, what, (head(event),), now, tone="alarm" if phase == "response" else "work")


def level_changed(event: Event, change: LevelChanged, now: datetime) -> Card:
    """The response level moved, up or down, and why."""
    if change.raised:
        what = text("notice.level.raised", level=change.name)
    else:
        what = text("notice.level.lowered", level=change.name)
    why = (text("notice.reason", reason=change.reason),) if change.reason else ()
    return _notice(event, what, (head(event), *why), now, tone="alarm" if change.raised else "work")


def command_passed(event: Event, passed: CommandPassed, now: datetime) -> Card:
    """Who leads from now on, and why."""
    if passed.to is None:
        what = text("notice.command.nobody", people=names(passed.called or event.chain))
        return _notice(event, what, (head(event),), now, tone="alarm")
    who = titled(passed.to)
    what = text("notice.command.acting", person=who) if passed.acting else text("notice.command", person=who)
    return _notice(event, what, (why_command(passed.why), head(event)), now)


def passed_on(event: Event, tasks: Sequence[Task], passed: Passed, now: datetime) -> Card:
    """Tasks went on to the next (nobody in `to`: to whoever commands), in the department's room, under its card."""
    task, people = short(soonest(tasks).text), names(passed.to)
    match bool(passed.to), len(tasks):
        case True, 1:
            what = text("notice.passed.one", task=task, people=people)
        case True, several:
            what = plural("notice.passed.several", several, task=task, people=people)
        case _, 1:
            what = text("notice.passed.commander.one", task=task)
        case _, several:
            what = plural("notice.passed.commander.several", several, task=task)
    return _notice(event, what, (why_passed(passed.silent), *behind(passed.late), head(event)), now)


def overdue(event: Event, tasks: Sequence[Task], now: datetime) -> Card:
    """A finish deadline passed: the department is told once, under its card."""
    first = soonest(tasks)
    if len(tasks) == 1:
        what = text("notice.overdue", task=short(first.text), at=Moment(first.finish_at))
    else:
        what = plural("notice.overdue.several", len(tasks), task=short(first.text))
    return _notice(event, what, (text("call.overdue.choose"), head(event)), now)


def blocked(event: Event, task: Task, member: Member, reason: str, now: datetime) -> Card:
    """A task needs support: it surfaces in the command room at once (G6)."""
    what = text("notice.blocked", department=department_name(event, task.department), task=short(task.text))
    return _notice(event, what, (why_blocked(member, reason), head(event)), now, tone="alarm")


def stand_down_asked(event: Event, now: datetime) -> Card:
    """Each department confirms all clear on its card."""
    holder = event.command.holder
    who = () if holder is None else (text("notice.standdown.who", person=titled(holder)),)
    return _notice(event, text("notice.standdown.asked"), (*who, head(event)), now)


def all_clear_taken(event: Event, taken: AllClearTaken, now: datetime) -> Card:
    """A department's all clear no longer holds."""
    what = text("notice.unclear", department=department_name(event, taken.department))
    return _notice(event, what, (head(event),), now)


def stood_down(event: Event, ended: StoodDown, now: datetime) -> Card:
    """The response has ended, who said so, and what was not waited for."""
    who = text("notice.stood_down.who", person=titled(ended.by), at=Moment(now))
    waived: tuple[Shown, ...] = ()
    if ended.override is not None and ended.missing:
        missing = listed(ref.name for ref in ended.missing)
        waived = (text("notice.stood_down.override", departments=missing, reason=ended.override),)
    return _notice(event, text("notice.stood_down"), (who, *waived, head(event)), now, tone="good")


def false_alarm(event: Event, called: FalseAlarm, now: datetime) -> Card:
    """The correction: it names what it corrects and goes everywhere the alarm went."""
    what = text("notice.correction", title=event.title, place=where(event), at=Moment(event.opened_at), number=event.id)
    why = (text("notice.reason", reason=called.reason),) if called.reason else ()
    lead = (text("notice.correction.do"), *why, text("notice.correction.who", person=titled(called.by), at=Moment(now)))
    return _notice(event, what, lead, now, tone="good")


def merge_offered(event: Event, offer: MergeOffered, now: datetime) -> Card:
    """Another open event looks the same: one tap merges them; in doubt both go on."""
    what = text("notice.merge.offered", other=offer.other, title=offer.other_title)
    merge = Button(
        "event.merge",
        text("event.merge", other=offer.other),
        event.id,
        target=offer.other,
        revision=event.revisions.get("command", 0),
        style="primary",
        confirm=text("event.merge.confirm", number=event.id, other=offer.other),
    )
    links = (Link(text("link.first_event", number=offer.other), f"event/{offer.other}"),)
    card = _notice(event, what, (text("notice.merge.both"), head(event)), now)
    return replace(card, buttons=(merge,), links=links)


def merged(event: Event, other: EventId, now: datetime) -> Card:
    """This event goes on in the first one."""
    return _notice(event, text("notice.merged", other=other), (head(event),), now, tone="good")


def merge_took(event: Event, took: MergeTook, now: datetime) -> Card:
    """The first event keeps who else reported it."""
    what = text("notice.merge.took", other=took.other, reporter=took.reporter, at=Moment(took.reported_at))
    return _notice(event, what, (head(event),), now)


def merge_undone(event: Event, undone: MergeUndone, now: datetime) -> Card:
    """The second event goes on by itself."""
    return _notice(event, text("notice.merge.undone", other=undone.other), (head(event),), now, tone="alarm")


def sealed(event: Event, closed: Closed, now: datetime) -> Card:
    """The head of the record and its signature stand in the room: who rewrites the chain later is found."""
    lead = (
        text("notice.sealed.who", person=titled(closed.by), at=Moment(now)),
        text("notice.sealed.head", head=closed.head),
        text("notice.sealed.signature", signature=closed.signature),
        head(event),
    )
    links = (Link(text("link.record"), f"record/{event.id}"),)
    return Card(
        kind=event.mark, tone="good", head=text("notice.sealed"), event=event.id, lead=lead, links=links, shown_at=now
    )


def playbook_refused(findings: Sequence[Shown], now: datetime) -> Card:
    """House talk to the admins: a saved file is not in force, the last good version is."""
    hidden = len(findings) - MOST_FINDINGS
    return Card(
        kind=None,
        tone="work",
        head=text("notice.playbook.refused"),
        lead=tuple(findings[:MOST_FINDINGS]),
        more=plural("notice.playbook.more", hidden) if hidden > 0 else None,
        shown_at=now,
    )
