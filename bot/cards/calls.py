"""Direct messages: somebody is called, reminded, told (cards.md, "A person is called").

The head alone says what to do, what and until when, and fits an SMS: at most 70 characters in Chinese, 160 in
English, marks included. Everything goes to one person, in their language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.command_buttons import stand_down_button
from bot.cards.wording import bare, department_name, minutes, names, short, titled, where
from bot.chat.card import Button, Card, Line, Link, Telephone
from bot.text import Moment, Words, plural, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.chat.card import Shown, Tone
    from bot.domain.company import Company
    from bot.domain.entries import CommandPassed, Member
    from bot.domain.event import Event, Task
    from bot.domain.ids import PersonId
    from bot.text import Text, Value

MOST_TELEPHONES = 3
OWN = "own"
"""The kind of contact that is the company's own (its duty office); outside services are called by it."""
MOST_TASKS = 3
"""Tasks named one by one in a call; the department's card has them all."""


def call(event: Event, tasks: Sequence[Task], company: Company, now: datetime, *, leads: bool = False) -> Card:
    """The first call: everything one person is asked, in one message. `leads`: command is theirs to confirm.

    `tasks` may be empty where `leads` is set, never otherwise.
    """
    if not tasks:
        return _card(event, _leading(event), _opening(event), (_take_command(event),), company, now)
    first = min(tasks, key=lambda task: task.finish_at)
    lines = () if len(tasks) == 1 else tuple(_task_line(event, task) for task in _soonest(tasks))
    lead = (*_opening(event), *_answer_by(tasks), *((text("call.also_leads"),) if leads else ()))
    buttons = (*_take(event, tasks), *((_take_command(event),) if leads else ()))
    head = _asked(event, first) if len(tasks) == 1 else _asked_several(event, first, tasks)
    return _card(event, head, lead, buttons, company, now, lines=lines, links=_own_card(event))


def _asked(event: Event, task: Task) -> Text:
    if task.phase == "review":
        return text("call.review", task=short(task.text), at=Moment(task.finish_at), number=event.id)
    return text("call.task", department=_of(event, task), **_named(event, task))


def _asked_several(event: Event, first: Task, tasks: Sequence[Task]) -> Text:
    return plural("call.tasks", len(tasks), department=_of(event, first), **_named(event, first))


def _named(event: Event, task: Task) -> dict[str, Value]:
    return {"task": short(task.text), "at": Moment(task.finish_at), "number": event.id}


def _of(event: Event, task: Task) -> Words:
    return department_name(event, task.department)


def _soonest(tasks: Sequence[Task]) -> tuple[Task, ...]:
    return tuple(sorted(tasks, key=lambda task: task.finish_at)[:MOST_TASKS])


def _task_line(event: Event, task: Task) -> Line:
    note = text("call.line", department=_of(event, task), at=Moment(task.finish_at))
    return Line(bare(task.text), "point", note)


def _opening(event: Event) -> tuple[Shown, ...]:
    """What, where, how serious; who said so."""
    return (text("call.what", title=event.title, place=where(event), level=event.level_name, reporter=event.reporter),)


def _answer_by(tasks: Sequence[Task]) -> tuple[Shown, ...]:
    until = min((task.acknowledge_at for task in tasks if task.acknowledge_at is not None), default=None)
    return () if until is None else (text("call.answer_by", at=Moment(until)),)


def take_over(event: Event, task: Task, silent: Sequence[Member], company: Company, now: datetime, late: float) -> Card:
    """The next of the chain is called because those before have not answered yet, or are away (`silent` empty)."""
    head = text("call.take_over", department=_of(event, task), **_named(event, task))
    why = plural("call.silent", len(silent), people=names(silent)) if silent else text("call.absent_before")
    lead = (why, *_answer_by((task,)), *_behind(late), *_opening(event))
    return _card(event, head, lead, _take(event, (task,)), company, now)


def given(event: Event, task: Task, by: Member, company: Company, now: datetime) -> Card:
    """A task was given to this person by somebody."""
    head = text("call.given", department=_of(event, task), **_named(event, task))
    lead = (text("call.given_by", person=titled(by)), *_answer_by((task,)), *_opening(event))
    return _card(event, head, lead, _take(event, (task,)), company, now)


def reminder(event: Event, tasks: Sequence[Task], company: Company, now: datetime, late: float) -> Card:
    """One reminder within a step, to the silent only."""
    first = min(tasks, key=lambda task: task.acknowledge_at or task.finish_at)
    head = text("call.reminder", department=_of(event, first), **_named(event, first))
    others = (plural("call.reminder.more", len(tasks) - 1),) if len(tasks) > 1 else ()
    lead = (*others, *_answer_by(tasks), *_behind(late))
    return _card(event, head, lead, _take(event, tasks), company, now)


def _behind(late: float) -> tuple[Shown, ...]:
    """An honest timer: a message that the house could not send in time says so."""
    return (text("call.behind", late=minutes(late)),) if late else ()


def unanswered(
    event: Event, task: Task, silent: Sequence[Member], company: Company, now: datetime, late: float
) -> Card:
    """The chain is exhausted: whoever commands decides."""
    head = text("call.unanswered", department=_of(event, task), **_named(event, task))
    why = (
        plural("call.silent", len(silent), people=names(silent))
        if silent
        else text("call.nobody_there", role=task.role_name)
    )
    buttons = (_button(event, "task.give", text("task.give"), _place(task)), *_take(event, (task,))[:1])
    return _card(event, head, (why, *_behind(late)), buttons, company, now, people=task.chain)


def blocked(event: Event, task: Task, member: Member, reason: str, company: Company, now: datetime) -> Card:
    """Somebody cannot do a task and needs support: whoever commands is called at once."""
    head = text("call.blocked", department=_of(event, task), **_named(event, task))
    why = text("call.blocked.reason", person=titled(member), reason=reason) if reason else None
    lead = (why or text("call.blocked.silent", person=titled(member)),)
    buttons = (_button(event, "task.give", text("task.give"), _place(task)), _more_time(event, task))
    return _card(event, head, lead, buttons, company, now, people=(member,))


def overdue(event: Event, task: Task, company: Company, now: datetime, late: float) -> Card:
    """The finish deadline has come: those who work on it say done, more time, or that they cannot."""
    head = text("call.overdue", department=_of(event, task), **_named(event, task))
    buttons = (
        _button(event, "task.done", text("task.done"), _place(task)),
        _more_time(event, task),
        _button(event, "task.cannot", text("task.cannot"), _place(task)),
    )
    return _card(event, head, (text("call.overdue.choose"), *_behind(late)), buttons, company, now)


def overdue_commander(event: Event, task: Task, company: Company, now: datetime, late: float) -> Card:
    """Still not finished some time later: whoever commands is told."""
    head = text("call.overdue_commander", department=_of(event, task), **_named(event, task))
    owners = (task.answers[-1].member,) if task.answers else task.chain[: task.called]
    lead = (text("call.overdue_with", people=names(owners)), *_behind(late))
    buttons = (_button(event, "task.give", text("task.give"), _place(task)), _more_time(event, task))
    return _card(event, head, lead, buttons, company, now, people=owners)


def command_passed(event: Event, passed: CommandPassed, before: Member | None, company: Company, now: datetime) -> Card:
    """Command passes to this person: why, from whom, until when an answer is wanted."""
    acting = passed.acting and passed.why == "silent"
    head = text("call.command.acting", **_what(event)) if acting else _leading(event)
    lead = (*_why(passed, before), *_answer_command(passed.answer_at), *_behind(passed.late), *_opening(event))
    others = () if before is None else (before,)
    return _card(event, head, lead, (_take_command(event), _on_site(event)), company, now, people=others)


def _what(event: Event) -> dict[str, Value]:
    return {"title": short(event.title, 12, 30), "place": _short_place(event), "number": event.id}


def _short_place(event: Event) -> Value:
    place = where(event)
    return short(place, 12, 30) if isinstance(place, Words) else place


def _leading(event: Event) -> Text:
    return text("call.command", **_what(event))


def _why(passed: CommandPassed, before: Member | None) -> tuple[Shown, ...]:
    match passed.why:
        case "silent" if before is not None:
            return (plural("call.silent", 1, people=before.name),)
        case "absent" if before is not None:
            return (text("call.command.absent", person=before.name),)
        case "handed_over" if before is not None:
            return (text("call.command.handed_over", person=before.name),)
        case "directs_on_site":
            return (text("call.command.on_site"),)
        case _:
            return ()


def _answer_command(answer_at: datetime | None) -> tuple[Shown, ...]:
    return () if answer_at is None else (text("call.command.answer_by", at=Moment(answer_at)),)


def command_reminder(event: Event, company: Company, now: datetime, late: float) -> Card:
    """Whoever leads has not answered yet."""
    head = text("call.command.reminder", **_what(event))
    lead = (*_answer_command(event.command.answer_at), *_behind(late))
    return _card(event, head, lead, (_take_command(event), _on_site(event)), company, now)


def nobody_commands(event: Event, company: Company, now: datetime) -> Card:
    """The chain of command is exhausted: everybody in it is called (finer points, "Command")."""
    head = text("call.command.nobody", **_what(event))
    buttons = (_take_command(event), _on_site(event))
    return _card(event, head, (text("call.command.nobody.who", people=names(event.chain)),), buttons, company, now)


def command_left(event: Event, to: Member, why: Text, company: Company, now: datetime) -> Card:
    """The one who led is told who leads now; one press takes it back."""
    head = text("call.command.left", person=titled(to), at=Moment(now), number=event.id)
    return _card(event, head, (why,), (_take_command(event),), company, now, tone="work", people=(to,))


def confirm_report(event: Event, tasks: Sequence[Task], company: Company, now: datetime, *, leads: bool) -> Card:
    """A stranger reports: the first-call roles confirm with one press, then everybody is called."""
    head = text("call.confirm", **_what(event))
    lead = (text("call.confirm.why", reporter=event.reporter), text("call.confirm.then"), *_answer_by(tasks))
    confirm = _button(event, "event.confirm", text("event.confirm"), style_primary=True)
    leading = (_take_command(event), _button(event, "event.false_alarm", text("event.false_alarm"))) if leads else ()
    buttons = (confirm, *(_take(event, tasks) if tasks else ()), *leading)
    lines = tuple(_task_line(event, task) for task in _soonest(tasks))
    return _card(event, head, lead, buttons, company, now, lines=lines, links=_own_card(event))


def all_clear(event: Event, company: Company, now: datetime) -> Card:
    """Every department has confirmed: whoever commands may end the response."""
    head = text("call.all_clear", **_what(event))
    lead = (text("call.all_clear.then"),)
    return _card(event, head, lead, (stand_down_button(event),), company, now, tone="work")


def sent_back(event: Event, task: Task, company: Company, now: datetime) -> Card:
    """A review came back from its approval and is asked for again."""
    head = text("call.review.again", task=short(task.text), at=Moment(task.finish_at), number=event.id)
    return _card(event, head, _opening(event), _take(event, (task,)), company, now, tone="work")


def _take(event: Event, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """I'm on it, can't take it: for the one task, or for a department's tasks together."""
    places = tuple(dict.fromkeys(task.department for task in tasks))
    if len(places) == 1:
        place = _place(tasks[0]) if len(tasks) == 1 else places[0]
        take = _button(event, "task.take", text("task.take"), place, style_primary=True)
        return (take, _button(event, "task.decline", text("task.decline"), place))
    return tuple(
        _button(event, "task.take", text("task.take.of", department=department_name(event, place)), place)
        for place in places
    )


def _place(task: Task) -> str:
    return f"{task.department}/{task.id}"


def _more_time(event: Event, task: Task) -> Button:
    return _button(event, "task.more_time", text("task.more_time"), _place(task))


def _take_command(event: Event) -> Button:
    return _button(event, "command.take", text("command.take"), style_primary=True)


def _on_site(event: Event) -> Button:
    return _button(event, "command.on_site", text("command.on_site"))


def _button(event: Event, action: str, label: Text, target: str = "", *, style_primary: bool = False) -> Button:
    holder = event.command.holder
    return Button(
        action,
        label,
        event.id,
        target=target,
        revision=event.revisions.get("command", 0),
        commander=None if holder is None else holder.person,
        style="primary" if style_primary else "normal",
    )


def _own_card(event: Event) -> tuple[Link, ...]:
    return (Link(text("link.event", number=event.id), f"event/{event.id}"),)


def _card(
    event: Event,
    head: Text,
    lead: Iterable[Shown],
    buttons: tuple[Button, ...],
    company: Company,
    now: datetime,
    *,
    lines: tuple[Line, ...] = (),
    people: Sequence[Member] = (),
    links: tuple[Link, ...] = (),
    tone: Tone = "alarm",
) -> Card:
    return Card(
        kind=event.kind,
        tone=tone,
        head=head,
        event=event.id,
        lead=tuple(lead),
        lines=lines,
        buttons=buttons,
        telephones=telephones(event, people, company),
        links=links,
        shown_at=now,
    )


def telephones(event: Event, people: Sequence[Member], company: Company) -> tuple[Telephone, ...]:
    """Whom to ring: the people concerned, whoever commands, then the company's own emergency numbers."""
    holder = () if event.command.holder is None else (event.command.holder,)
    known: dict[PersonId, Member] = {each.person: each for each in (*people, *holder) if each.telephone}
    persons = tuple(Telephone(each.name, each.telephone) for each in known.values())
    own_first = sorted(company.emergency_telephones, key=lambda contact: contact.kind != OWN)
    numbers = tuple(Telephone(contact.name, contact.telephone) for contact in own_first)
    return (*persons, *numbers)[:MOST_TELEPHONES]
