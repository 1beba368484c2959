"""A duty's card in its owner's room: what is owed, when, who has it, how it stands. Calm, and without a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.calling import task_place
from bot.cards.wording import foot, listed
from bot.chat.card import Button, Card, Line, Link
from bot.domain.duty_plan import THE_TASK
from bot.text import Moment, plural, same, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.chat.card import Mark, Shown
    from bot.domain.event import Event, Task
    from bot.domain.ids import EventId
    from bot.domain.playbook import Evidence
    from bot.domain.state import DutyState
    from bot.text import Text, Words


def duty_card(event: Event, now: datetime) -> Card:
    """The card as it stands at `now`. It never tells the hour of a drill that is hidden."""
    task, revision = event.tasks.get(THE_TASK), _revision(event)
    return Card(
        kind=event.mark,
        tone="good" if event.over or (task is not None and not task.open) else "work",
        head=duty_head(event),
        event=event.id,
        lead=() if task is None else (task.text,),
        lines=tuple(_lines(event, task, now)),
        buttons=duty_buttons(event),
        links=(Link(text("link.record"), f"record/{event.id}"),) if event.over else (),
        foot=foot(revision, now),
        revision=revision,
        shown_at=now,
    )


def duty_head(event: Event) -> Text:
    """What, until when, which number: the first line of everything about a duty."""
    duty = event.duty
    if duty is None:
        return text("duty.head.bare", title=event.title, number=event.id)
    if duty.hidden and duty.window_from is not None:
        since, until = Moment(duty.window_from), Moment(duty.due_at)
        return text("duty.head.window", title=event.title, since=since, until=until, number=event.id)
    return text("duty.head", title=event.title, at=Moment(duty.due_at), number=event.id)


def _revision(event: Event) -> int:
    return max((event.revisions.get(ref.id, 0) for ref in event.departments), default=0)


def _lines(event: Event, task: Task | None, now: datetime) -> Iterator[Line]:
    duty = event.duty
    if duty is None or task is None:
        return
    yield Line(duty_state(event, task), _mark(event, task, now))
    if overdue(event, task, now):
        yield Line(text("duty.late", at=Moment(task.finish_at)), "late")
    yield from (Line(each, "waiting") for each in postponing(duty))
    yield from (Line(each, "point") for each in _about(duty, task, event))


def _about(duty: DutyState, task: Task, event: Event) -> Iterator[Shown]:
    """What it rests on, what is wanted with it, and what became of the times before."""
    if duty.covers:
        yield text("duty.covers", clauses=clauses(duty.covers))
    if task.evidence is not None and task.open and not event.over:
        yield evidence_wanted(task.evidence)
    if duty.drills:
        yield _drilled(duty, duty.drills[-1])
    if duty.postponed:
        yield plural("duty.postponed", duty.postponed)
    if duty.skipped:
        yield plural("duty.skipped", len(duty.skipped))


def _drilled(duty: DutyState, last: EventId) -> Text:
    if duty.held:
        return text("duty.drill.held", drill=last)
    return text("duty.drill.begun", drill=last) if duty.drill_runs else text("duty.drill.stopped", drill=last)


def clauses(covers: tuple[str, ...]) -> Words:
    """The clauses as a list."""
    return listed(same(each) for each in covers)


def evidence_wanted(evidence: Evidence) -> Text:
    """What has to come with "done"."""
    match evidence.kind:
        case "number":
            return text("duty.evidence.number")
        case "text":
            return text("duty.evidence.text")
        case "choice":
            return text("duty.evidence.choice")
        case "photo":
            return text("duty.evidence.photo")
        case "file":
            return text("duty.evidence.file")


def _mark(event: Event, task: Task, now: datetime) -> Mark:
    if event.over and task.open:
        return "late"
    return "late" if overdue(event, task, now) else task.status


def duty_state(event: Event, task: Task) -> Text:
    """Who has it and how it stands."""
    outcome = None if event.duty is None else event.duty.outcome
    if outcome == "missed":
        return text("duty.state.missed")
    if outcome == "dropped":
        return text("duty.state.dropped")
    match task.status:
        case "waiting":
            return _waiting(event, task)
        case "acknowledged" | "started":
            return text("duty.state.taken", person=task.answers[-1].member.name)
        case "done":
            last = task.answers[-1]
            return text("duty.state.done", person=last.member.name, at=Moment(last.at))
        case "blocked":
            last = task.answers[-1]
            return text("duty.state.blocked", person=last.member.name, reason=last.reason)


def _waiting(event: Event, task: Task) -> Text:
    holder = event.command.holder
    if not task.with_commander and task.called:
        return text("duty.state.waiting", person=task.chain[task.called - 1].name)
    if holder is None:
        return text("duty.state.nobody", role=task.role_name)
    return text("duty.state.with_approver", person=holder.name)


def overdue(event: Event, task: Task, now: datetime) -> bool:
    """Whether it should have been done by now. The card is shown again at that very moment."""
    return not event.over and task.open and now >= task.finish_at


def postponing(duty: DutyState) -> tuple[Text, ...]:
    """A postponement that is asked for and not decided."""
    if duty.postpone_until is None or duty.approver is None:
        return ()
    until = Moment(duty.postpone_until)
    return (text("duty.postpone.asked", until=until, reason=duty.postpone_reason, person=duty.approver.name),)


def duty_buttons(event: Event) -> tuple[Button, ...]:
    """Each answer only where it can still be given; giving it away and putting it off sit behind ⋯."""
    task = event.tasks.get(THE_TASK)
    if event.over or task is None or not task.open:
        return ()
    return (
        *start_drill(event),
        *((press(event, "task.acknowledge", text("task.acknowledge")),) if task.status == "waiting" else ()),
        *done(event),
        *(() if task.status == "blocked" else (press(event, "task.cannot", text("task.cannot")),)),
        *postpone(event, more=True),
        press(event, "task.give", text("task.give"), more=True),
    )


def press(event: Event, action: str, label: Text, *, more: bool = False, primary: bool = False) -> Button:
    """One button about the one task."""
    task = event.tasks[THE_TASK]
    style = "primary" if primary or action == "task.acknowledge" else "normal"
    return Button(action, label, event.id, task_place(task), _revision(event), style=style, more=more)


def done(event: Event, *, primary: bool = False) -> tuple[Button, ...]:
    """It is done. A drill has to be held first: then its record says so."""
    duty = event.duty
    if duty is not None and duty.drill is not None and not duty.held:
        return ()
    return (press(event, "task.done", text("task.done"), primary=primary),)


def postpone(event: Event, *, more: bool = False) -> tuple[Button, ...]:
    """Ask for a later time, unless that is asked already."""
    if event.duty is None or event.duty.postpone_until is not None:
        return ()
    return (press(event, "duty.postpone", text("duty.postpone"), more=more),)


def start_drill(event: Event, *, primary: bool = False) -> tuple[Button, ...]:
    """The drill that this duty asks for, unless it runs or has been held."""
    duty = event.duty
    if duty is None or duty.drill is None or duty.drill_runs or duty.held:
        return ()
    style = "primary" if primary else "normal"
    return (Button("drill.start", text("drill.start"), event.id, duty.drill, _revision(event), style=style),)
