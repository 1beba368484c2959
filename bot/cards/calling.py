"""What all direct messages are made of: the card, its buttons, the tasks it names, whom to ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.wording import bare, department_name, minutes, short, where
from bot.chat.card import Button, Card, Line, Telephone
from bot.text import Moment, Words, plural, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.chat.card import Link, Shown, Tone
    from bot.domain.company import Company
    from bot.domain.event import Event, Task
    from bot.domain.ids import PersonId
    from bot.domain.parties import Member
    from bot.text import Text, Value

MOST_TELEPHONES = 3
MOST_PEOPLE = 2
"""Of those numbers, people's at most: one line that somebody always answers stays on the card."""
OWN = "own"
"""The kind of contact that is the company's own (its duty office); outside services are called by it."""
MOST_LINES = 6
"""Lines of a call besides the telephones (cards.md); the department's card has what does not fit."""


def direct_card(
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
    to_leader: bool = False,
) -> Card:
    """A direct message. `people`: whose numbers belong on it before anybody else's; `to_leader`: not their own."""
    return Card(
        kind=event.mark,
        tone=tone,
        head=head,
        event=event.id,
        lead=tuple(lead),
        lines=lines,
        buttons=buttons,
        telephones=telephones(event, people, company, to_leader=to_leader),
        links=links,
        shown_at=now,
    )


def telephones(
    event: Event, people: Sequence[Member], company: Company, *, to_leader: bool = False
) -> tuple[Telephone, ...]:
    """Whom to ring: the people concerned, whoever commands, then the company's own emergency numbers."""
    holder = () if event.command.holder is None or to_leader else (event.command.holder,)
    known: dict[PersonId, Member] = {each.person: each for each in (*people, *holder) if each.telephone}
    persons = tuple(Telephone(each.name, each.telephone) for each in known.values())
    own_first = sorted(company.emergency_telephones, key=lambda contact: contact.kind != OWN)
    numbers = tuple(Telephone(contact.name, contact.telephone) for contact in own_first)
    return (*persons[:MOST_PEOPLE], *numbers)[:MOST_TELEPHONES]


def button(event: Event, action: str, label: Text, target: str = "", *, primary: bool = False) -> Button:
    """A button that knows what the command card showed when it was made."""
    holder = event.command.holder
    return Button(
        action,
        label,
        event.id,
        target=target,
        revision=event.revisions.get("command", 0),
        commander=None if holder is None else holder.person,
        style="primary" if primary else "normal",
    )


def task_buttons(
    event: Event,
    action: str,
    tasks: Sequence[Task],
    label: Text,
    label_of: Callable[[Words], Text],
    *,
    primary: bool = False,
) -> tuple[Button, ...]:
    """One button for the one task, or for one department's tasks (which one is asked); else one a department."""
    places = tuple(dict.fromkeys(task.department for task in tasks))
    if len(places) == 1:
        place = task_place(tasks[0]) if len(tasks) == 1 else places[0]
        return (button(event, action, label, place, primary=primary),)
    return tuple(button(event, action, label_of(department_name(event, place)), place) for place in places)


def task_place(task: Task) -> str:
    """A button's target that means this task alone."""
    return f"{task.department}/{task.id}"


def take(event: Event, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """I'm on it, can't take it."""
    taking = task_buttons(
        event, "task.take", tasks, text("task.take"), lambda name: text("task.take.of", department=name), primary=True
    )
    if len(taking) > 1:
        return taking
    declining = (button(event, "task.decline", text("task.decline"), each.target) for each in taking)
    return (*taking, *declining)


def give(event: Event, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """Give it to somebody."""
    return task_buttons(
        event, "task.give", tasks, text("task.give"), lambda name: text("task.give.of", department=name)
    )


def more_time(event: Event, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """More time for it."""
    return task_buttons(
        event, "task.more_time", tasks, text("task.more_time"), lambda name: text("task.more_time.of", department=name)
    )


def done(event: Event, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """It is done."""
    return task_buttons(
        event, "task.done", tasks, text("task.done"), lambda name: text("task.done.of", department=name), primary=True
    )


def cannot(event: Event, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """It cannot be done."""
    return task_buttons(
        event, "task.cannot", tasks, text("task.cannot"), lambda name: text("task.cannot.of", department=name)
    )


def take_command(event: Event) -> Button:
    """I am in command."""
    return button(event, "command.take", text("command.take"), primary=True)


def on_site(event: Event) -> Button:
    """Somebody directs on site, told by mouth."""
    return button(event, "command.on_site", text("command.on_site"))


def soonest(tasks: Sequence[Task]) -> Task:
    """The task a message speaks of first."""
    return min(tasks, key=lambda task: task.finish_at)


def about_task(event: Event, task: Task) -> dict[str, Value]:
    """What a head says of a task."""
    return {
        "department": department_name(event, task.department),
        "task": short(task.text),
        "at": Moment(task.finish_at),
        "number": event.id,
    }


def about_event(event: Event) -> dict[str, Value]:
    """What a head says of the event: what and where, cut to fit an SMS."""
    place = where(event)
    shown = short(place, 12, 30) if isinstance(place, Words) else place
    return {"title": short(event.title, 12, 30), "place": shown, "number": event.id}


def what_happened(event: Event) -> tuple[Shown, ...]:
    """What, where, how serious; who said so."""
    return (text("call.what", title=event.title, place=where(event), level=event.level_name, reporter=event.reporter),)


def answer_by(tasks: Sequence[Task]) -> tuple[Shown, ...]:
    """Until when an answer is wanted, where it still is."""
    until = min((task.acknowledge_at for task in tasks if task.acknowledge_at is not None), default=None)
    return () if until is None else (text("call.answer_by", at=Moment(until)),)


def behind(late: float) -> tuple[Shown, ...]:
    """An honest timer: a message that the house could not send in time says so."""
    return (text("call.behind", late=minutes(late)),) if late else ()


def and_more(tasks: Sequence[Task]) -> tuple[Shown, ...]:
    """How many tasks follow besides the one in the head."""
    return (plural("call.others", len(tasks) - 1),) if len(tasks) > 1 else ()


def task_lines(event: Event, tasks: Sequence[Task], lead: Sequence[Shown], *, named: Task | None) -> tuple[Line, ...]:
    """The tasks the head does not name in full, the soonest first, as many as fit."""
    whole = named is not None and short(named.text) == bare(named.text)
    others = sorted((task for task in tasks if not whole or task is not named), key=lambda task: task.finish_at)
    return tuple(_line(event, task) for task in others[: max(MOST_LINES - 1 - len(lead), 0)])


def _line(event: Event, task: Task) -> Line:
    note = text("call.line", department=department_name(event, task.department), at=Moment(task.finish_at))
    return Line(bare(task.text), "point", note)
