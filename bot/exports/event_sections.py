"""The sections of an event's form: command, facts, tasks, whom was told, the end and what remains."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.event import Event, Task
from bot.domain.record import Entry
from bot.exports.document import Cell, Fields, Table
from bot.exports.names import Names
from bot.exports.parts import NOTHING, at, ended_at, moment_text
from bot.exports.wording import command_why, how, label, places, who, why_failed
from bot.text import Span, Words, same, text


def command(entries: Sequence[Entry]) -> Table:
    """Who led, from when until when, and why."""
    passed = [(x, x.payload) for x in entries if isinstance(x.payload, e.CommandPassed)]
    until: list[datetime | None] = [entry.at for entry, _ in passed[1:]]
    until.append(ended_at(entries))
    return Table(
        (
            text("form.command.who"),
            text("form.command.from"),
            text("form.command.until"),
            text("form.command.why"),
        ),
        tuple(
            (
                (payload.to.name, payload.to.position) if payload.to else (text("record.command.nobody"),),
                at(entry.at),
                at(end),
                (command_why(payload.why),),
            )
            for (entry, payload), end in zip(passed, until, strict=True)
        ),
        (34, 18, 18, 30),
    )


def facts(entries: Sequence[Entry]) -> Table:
    """What was known, and since when."""
    rows = tuple(
        (at(x.at), (x.payload.label,), (x.payload.shown,), (who(x),))
        for x in entries
        if isinstance(x.payload, e.FactSet)
    )
    return Table(
        (text("form.when"), text("form.fact"), text("form.value"), text("form.by")),
        rows,
        (18, 40, 22, 20),
    )


def tasks(event: Event, names: Names) -> Table:
    """Every task with who acknowledged, began and finished it."""
    columns = (
        text("form.task"),
        text("form.task.role"),
        text("form.task.acknowledged"),
        text("form.task.started"),
        text("form.task.done"),
        text("form.task.evidence"),
        text("form.task.late"),
    )
    rows = tuple(
        _task_row(task, names.department(department.id))
        for department in event.departments
        for task in event.of_department(department.id)
    )
    return Table(columns, rows, (25, 14, 17, 10, 14, 12, 8))


def _task_row(task: Task, department: Words) -> tuple[Cell, ...]:
    return (
        (task.text,),
        (department, task.role_name),
        _first(task, "acknowledge"),
        _first(task, "start"),
        _last_done(task),
        tuple(given.words or text("form.given.kept") for given in task.given) or NOTHING,
        _late(task),
    )


def _first(task: Task, word: str) -> Cell:
    answer = next((a for a in task.answers if a.word == word), None)
    if answer is None and word == "acknowledge" and task.answers:
        answer = task.answers[0]
    return NOTHING if answer is None else (answer.member.name, moment_text(answer.at))


def _last_done(task: Task) -> Cell:
    if not task.answers:
        return (text("form.task.open"),)
    last = task.answers[-1]
    match last.word:
        case "done":
            return (last.member.name, moment_text(last.at))
        case "cannot":
            return (text("form.task.blocked", reason=last.reason),)
        case _:
            return (text("form.task.open"),)


def _late(task: Task) -> Cell:
    last = task.answers[-1] if task.answers else None
    if last is None or last.word != "done" or last.at <= task.finish_at:
        return NOTHING
    return (
        text(
            "form.late.by",
            span=Span((last.at - task.finish_at).total_seconds() // 60 * 60 or 60),
        ),
    )


def notified(entries: Sequence[Entry]) -> Table:
    """Which messages reached which room: a row for each, however many platforms carried it within that minute."""
    rows: dict[tuple[object, ...], tuple[Cell, dict[str, Shown], Cell, Cell]] = {}
    for entry in entries:
        match entry.payload:
            case e.MessageSent() as told:
                said = _gist(told)
                same = told.room, told.message, entry.at.replace(second=0, microsecond=0), said
                if told.platform in rows.get(same, ((), {}, (), ()))[1]:
                    same = (entry.sequence,)
            case e.MessageFailed() as told:
                said = (text("form.undelivered", why=why_failed(told.why)),)
                same = (entry.sequence,)
            case _:
                continue
        ways = rows.setdefault(same, ((told.room_name,), {}, at(entry.at), said))[1]
        ways[told.platform] = how(told.platform)
    return Table(
        (text("form.to_whom"), text("form.way"), text("form.when"), text("form.message")),
        tuple((room, tuple(ways.values()), when, said) for room, ways, when, said in rows.values()),
        (22, 12, 18, 48),
    )


def _gist(sent: e.MessageSent) -> Cell:
    """The first line of a message; of a card, whose first lines are alike, the second too."""
    lines = 2 if sent.message.count("/") == 1 else 1
    written = zip(sent.shown.zh.split("\n")[:lines], sent.shown.en.split("\n")[:lines], strict=False)
    return tuple(Words(" ".join(zh.split()), " ".join(en.split())) for zh, en in written)


def ending(event: Event, entries: Sequence[Entry]) -> Fields:
    """Who was safe when, and how the event ended."""
    rows = tuple(row for entry in entries if (row := _end(event, entry)) is not None)
    return Fields(rows or ((text("form.ended"), NOTHING),))


def _end(event: Event, entry: Entry) -> tuple[Shown, Cell] | None:
    """The row of an entry that ends something for somebody; None for any other."""
    when = moment_text(entry.at)
    match entry.payload:
        case e.AllClear() as clear:
            return event.named(clear.department), (clear.member.name, when)
        case e.StoodDown(override=str(reason)) as down:
            waived = text("record.stood_down.override", missing=places(down.missing), reason=reason)
            return text("form.ended"), (down.by.name, when, waived)
        case e.StoodDown() as down:
            return text("form.ended"), (down.by.name, when)
        case e.FalseAlarm() as false:
            return text("status.false_alarm"), (false.by.name, when, text("form.reason", reason=false.reason))
        case e.DrillEnded() as over:
            who_ended = NOTHING if over.by is None else (over.by.name,)
            return text("form.drill.endex"), (*who_ended, when)
        case e.Closed(override=str(reason)) as closed:
            return text("form.sealed"), (closed.by.name, when, text("form.reason", reason=reason))
        case e.Closed() as closed:
            return text("form.sealed"), (closed.by.name, when)
        case _:
            return None


def aftermath(event: Event, entries: Sequence[Entry]) -> Fields:
    """What was concluded, lost, and is still owed."""
    return Fields(
        (
            (text("form.measures"), reviewed(event, entries) or NOTHING),
            (text("form.loss"), _losses(event) or NOTHING),
            (text("form.follow_up"), _unfinished(event) or NOTHING),
        )
    )


def reviewed(event: Event, entries: Sequence[Entry]) -> Cell:
    """What the review wrote down."""
    return tuple(
        same(x.payload.written)
        for x in entries
        if isinstance(x.payload, e.EvidenceGiven)
        and x.payload.written
        and x.payload.task in event.tasks
        and event.tasks[x.payload.task].phase == "review"
    )


def _unfinished(event: Event) -> Cell:
    """What is still owed: tasks that nobody reported as done, with whom they are."""
    return tuple(
        text("form.unfinished", task=label(task.text), role=task.role_name)
        for task in event.tasks.values()
        if not task.answers or task.answers[-1].word != "done"
    )


def _losses(event: Event) -> Cell:
    return tuple(
        text("record.fact", label=label(fact.label), shown=fact.shown)
        for name, fact in event.facts.items()
        if "loss" in name or "scrap" in name or name.endswith("_affected")
    )
