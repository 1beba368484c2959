"""What was measured in a drill, as sections of its record: figures, pictures, tables, and the last drill beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.card import Shown
from bot.domain.ids import EventId
from bot.domain.measures import InjectMeasure, Measures, PostMeasure, TaskMeasure
from bot.exports.document import Bar, Bars, Cell, Curve, Fields, Section, Table, Took
from bot.exports.parts import NOTHING
from bot.exports.sentences import label, people
from bot.text import Moment, Span, Text, plural, same, text

ROWS = 18
"""Tasks in one picture: more would not fit on a page."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last drill of the same playbook, to compare with."""

    event: EventId
    at: datetime
    measures: Measures


def measured(measures: Measures, earlier: Earlier | None) -> tuple[Section, ...]:
    """Every section about it, in the order of the form."""
    return (
        Section(text("form.drill.measured"), (_figures(measures),)),
        *_pictures(measures),
        Section(text("form.drill.posts"), (_posts(measures.posts),)),
        Section(text("form.drill.limits"), (_tasks(measures.tasks),)),
        *([Section(text("form.drill.injects"), (_injects(measures.injects),))] if measures.injects else []),
        Section(text("form.drill.compared"), (_compared(measures, earlier),)),
    )


def _figures(measures: Measures) -> Fields:
    took_over = tuple(
        text("form.drill.took_over.line", person=each.member.name, instead=each.instead_of.name, task=label(each.task))
        for each in measures.took_over
    )
    failed = measures.deliveries_failed
    return Fields(
        (
            (text("form.drill.lasted"), (span(measures.lasted),)),
            (text("form.drill.head_count"), (_head_count(measures),)),
            (text("form.drill.first"), _after(measures.first)),
            (text("form.drill.half"), _after(measures.half)),
            (text("form.drill.ninety"), _after(measures.ninety)),
            (text("form.drill.all"), _after(measures.all)),
            (text("form.drill.command"), _after(measures.command_after)),
            (text("form.drill.silent"), (people(measures.silent),) if measures.silent else NOTHING),
            (text("form.drill.took_over"), took_over or NOTHING),
            (text("form.drill.deliveries"), (plural("form.drill.delivered", measures.deliveries, failed=failed),)),
        )
    )


def _head_count(measures: Measures) -> Text:
    return plural("form.drill.posts.count", len(measures.posts), answered=measures.answered)


def _after(seconds: float | None) -> Cell:
    return (text("form.drill.never"),) if seconds is None else (span(seconds),)


def span(seconds: float) -> Text:
    """A length of time as a line of its own."""
    return text("form.drill.span", span=Span(seconds))


def _pictures(measures: Measures) -> Iterator[Section]:
    if measures.posts:
        yield Section(text("form.drill.curve"), (_curve(measures),))
    if measures.tasks:
        rows = tuple(enumerate(measures.tasks, 1))
        pages = (rows[first : first + ROWS] for first in range(0, len(rows), ROWS))
        yield Section(text("form.drill.times"), tuple(_bars(page) for page in pages))


def _curve(measures: Measures) -> Curve:
    after = tuple(sorted(post.answered_after for post in measures.posts if post.answered_after is not None))
    said = plural(
        "form.drill.curve.label",
        len(measures.posts),
        answered=measures.answered,
        first=_after(measures.first)[0],
        half=_after(measures.half)[0],
        ninety=_after(measures.ninety)[0],
        all=_after(measures.all)[0],
    )
    caption = text("form.drill.curve.caption")
    across, up = text("form.drill.curve.across"), text("form.drill.curve.up")
    return Curve(said, caption, across, up, len(measures.posts), after)


def _bars(tasks: Sequence[tuple[int, TaskMeasure]]) -> Bars:
    rows = tuple(
        Bar(
            number,
            label(task.text),
            Took(task.acknowledged_after, task.acknowledge_limit),
            Took(task.finished_after, task.finish_limit),
        )
        for number, task in tasks
    )
    in_time = sum(_in_time(task) for _, task in tasks)
    said = plural("form.drill.times.label", len(rows), done=in_time, first=rows[0].number, last=rows[-1].number)
    return Bars(said, text("form.drill.times.caption"), rows)


def _in_time(task: TaskMeasure) -> bool:
    return task.finished_after is not None and task.finished_after <= task.finish_limit


def _posts(posts: Sequence[PostMeasure]) -> Table:
    return Table(
        (
            text("form.drill.post"),
            text("form.drill.asked_after"),
            text("form.drill.answered_after"),
            text("form.drill.by"),
        ),
        tuple(
            (
                (post.name,),
                (span(post.asked_after),),
                (text("form.drill.no_answer"),) if post.answered_after is None else (span(post.answered_after),),
                NOTHING if post.by is None else (post.by.name, post.by.position),
            )
            for post in posts
        ),
        (34, 20, 20, 26),
    )


def _tasks(tasks: Sequence[TaskMeasure]) -> Table:
    return Table(
        (
            text("form.drill.no"),
            text("form.task"),
            text("form.drill.department"),
            text("form.drill.acknowledged"),
            text("form.drill.finished"),
            text("form.drill.by"),
        ),
        tuple(
            (
                (same(f"{number}"),),
                (task.text,),
                (task.department,),
                _took(task.acknowledged_after, task.acknowledge_limit),
                _took(task.finished_after, task.finish_limit),
                NOTHING if task.by is None else (task.by.name,),
            )
            for number, task in enumerate(tasks, 1)
        ),
        (6, 34, 14, 17, 17, 12),
    )


def _took(seconds: float | None, limit: float) -> Cell:
    """Time against its limit, and in words where it was longer: nobody should have to compare."""
    if seconds is None:
        return (text("form.drill.not", limit=Span(limit)),)
    line = text("form.drill.of", took=Span(seconds), limit=Span(limit))
    return (line, text("form.drill.over")) if seconds > limit else (line,)


def _injects(injects: Sequence[InjectMeasure]) -> Table:
    return Table(
        (
            text("form.drill.no"),
            text("form.drill.inject"),
            text("form.drill.to"),
            text("form.drill.expects"),
            text("form.drill.response"),
            text("form.drill.in_time"),
        ),
        tuple(
            (
                (same(f"{inject.number}"),),
                (inject.text,),
                (inject.to,),
                (inject.expects,),
                _took(inject.answered_after, inject.limit)[:1],
                (text("form.yes") if inject.in_time else text("form.no"),),
            )
            for inject in injects
        ),
        (6, 30, 15, 25, 15, 9),
    )


def _compared(measures: Measures, earlier: Earlier | None) -> Fields | Table:
    if earlier is None:
        return Fields(((text("form.drill.last"), (text("form.drill.no_last"),)),))
    last = text("form.drill.last.at", number=earlier.event, at=Moment(earlier.at))
    rows = zip(_summed(measures), _summed(earlier.measures), strict=True)
    return Table(
        (text("form.drill.figure"), text("form.drill.this"), last),
        tuple(((name,), now, before) for (name, now), (_, before) in rows),
        (40, 30, 30),
    )


def _summed(measures: Measures) -> Iterator[tuple[Shown, Cell]]:
    """The figures that two drills are compared by."""
    done = sum(_in_time(task) for task in measures.tasks)
    injects = sum(inject.in_time for inject in measures.injects)
    yield text("form.drill.lasted"), (span(measures.lasted),)
    yield text("form.drill.head_count"), (_head_count(measures),)
    yield text("form.drill.first"), _after(measures.first)
    yield text("form.drill.half"), _after(measures.half)
    yield text("form.drill.ninety"), _after(measures.ninety)
    yield text("form.drill.all"), _after(measures.all)
    yield text("form.drill.command"), _after(measures.command_after)
    yield text("form.drill.tasks_in_time"), (text("form.drill.share", part=done, whole=len(measures.tasks)),)
    yield text("form.drill.injects_in_time"), (text("form.drill.share", part=injects, whole=len(measures.injects)),)
    yield text("form.drill.silent.count"), (same(f"{len(measures.silent)}"),)
    yield text("form.drill.failed.count"), (same(f"{measures.deliveries_failed}"),)
