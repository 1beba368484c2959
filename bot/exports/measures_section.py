"""What was measured in a drill, as sections of its record: figures, pictures, tables, and the last drill beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from bot.cards.measures import Before, verdict
from bot.chat.card import Shown
from bot.domain.comparing import Figure, compare, late_tasks
from bot.domain.measures import InjectMeasure, Measures, PostMeasure, TaskMeasure
from bot.exports.document import Bar, Bars, Cell, Curve, Fields, Section, Table, Took
from bot.exports.parts import NOTHING
from bot.exports.wording import label, people
from bot.text import Moment, Span, Text, plural, same, text

ROWS = 18
"""Tasks in one picture at most: more would not fit on a page."""


def measured(measures: Measures, before: Before | None) -> tuple[Section, ...]:
    """Every section about it, in the order of the form."""
    return (
        Section(text("form.drill.measured"), (_figures(measures),)),
        *_pictures(measures),
        Section(text("form.drill.posts"), (_posts(measures.posts),)),
        Section(text("form.drill.limits"), (_tasks(measures.tasks),)),
        *([Section(text("form.drill.injects"), (_injects(measures.injects),))] if measures.injects else []),
        Section(text("form.drill.compared"), (_compared(measures, before),)),
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
        each = ceil(len(rows) / ceil(len(rows) / ROWS))
        pages = (rows[first : first + each] for first in range(0, len(rows), each))
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
                NOTHING if post.by is None else (post.by.name,),
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


def _compared(measures: Measures, before: Before | None) -> Fields | Table:
    if before is None:
        return Fields(((text("form.drill.last"), (text("form.drill.no_last"),)),))
    last = text("form.drill.last.at", number=before.number, at=Moment(before.at))
    found = compare(measures, before.measures)
    rows = zip(_summed(measures), _summed(before.measures), strict=True)
    return Table(
        (text("form.drill.figure"), text("form.drill.this"), last, text("form.drill.verdict")),
        tuple(
            ((name,), now, was, (verdict(found[figure]),) if figure in found else NOTHING)
            for (figure, name, now), (_, _, was) in rows
        ),
        (32, 24, 30, 14),
    )


def _summed(measures: Measures) -> Iterator[tuple[Figure, Shown, Cell]]:
    """The figures that two drills are compared by."""
    late, injects = len(late_tasks(measures)), sum(inject.in_time for inject in measures.injects)
    yield "posts", text("form.drill.head_count"), (_head_count(measures),)
    yield "first", text("form.drill.first"), _after(measures.first)
    yield "half", text("form.drill.half"), _after(measures.half)
    yield "ninety", text("form.drill.ninety"), _after(measures.ninety)
    yield "all", text("form.drill.all"), _after(measures.all)
    yield "command", text("form.drill.command"), _after(measures.command_after)
    yield "tasks", text("form.drill.tasks_late"), (_share(late, len(measures.tasks)),)
    yield "injects", text("form.drill.injects_in_time"), (_share(injects, len(measures.injects)),)
    yield "silent", text("form.drill.silent.count"), (same(f"{len(measures.silent)}"),)
    yield "deliveries", text("form.drill.failed.count"), (same(f"{measures.deliveries_failed}"),)


def _share(part: int, whole: int) -> Text:
    return text("form.drill.share", part=part, whole=whole)
