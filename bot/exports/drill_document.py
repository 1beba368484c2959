"""The record of a drill (应急演练记录表): what was planned, how it went, what was measured, what people said of it.

Evaluation by evaluators is a form of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.domain import entries as e
from bot.exports.course_section import course
from bot.exports.document import Cell, Fields, Section, Signatures, Table
from bot.exports.event_sections import command, ending, facts, notified, reviewed, tasks
from bot.exports.measures_section import measured, span
from bot.exports.names import Names
from bot.exports.parts import NOTHING, at, keep_until, moment_text, opening, plan
from bot.exports.programme_sentences import drill_type
from bot.exports.wording import people, place_said, status_name
from bot.text import Words, same, text

if TYPE_CHECKING:
    from bot.cards.measures import Before
    from bot.chat.card import Shown
    from bot.domain.event import Event
    from bot.domain.record import Entry


def drill_sections(
    event: Event, entries: Sequence[Entry], names: Names, keep_years: int, before: Before | None
) -> tuple[Section, ...]:
    """The form, filled from the entries. What has not happened yet has no section."""
    measures = None if event.drill is None else event.drill.measures
    concluded = Fields(((text("form.measures"), reviewed(event, entries) or NOTHING),))
    return (
        Section(text("form.drill.basics"), (_basics(event, entries, keep_years),)),
        *_planned(entries),
        *(() if measures is None else measured(measures, before)),
        *_hot_wash(event, entries),
        Section(text("form.command"), (command(entries),)),
        Section(text("form.facts"), (facts(entries),)),
        Section(text("form.tasks"), (tasks(event, names),)),
        Section(text("form.notified"), (notified(entries),)),
        Section(text("form.drill.course"), (course(entries, names),)),
        Section(text("form.drill.ending"), (ending(event, entries), concluded)),
        Section(text("form.signatures"), (Signatures((text("form.sign.recorded"), text("form.sign.checked"))),)),
    )


def _basics(event: Event, entries: Sequence[Entry], keep_years: int) -> Fields:
    opened, drill = opening(entries), event.drill
    led = (x.payload.to.name for x in entries if isinstance(x.payload, e.CommandPassed) and x.payload.to)
    return Fields(
        (
            (text("form.number"), (same(event.id), text("form.drill"))),
            (text("form.drill.plan"), (plan(opened),)),
            (text("form.place"), (place_said(opened.place),)),
            (text("form.level"), (opened.level_name,)),
            (text("form.drill.commander"), tuple(dict.fromkeys(led)) or NOTHING),
            (text("form.drill.startex"), at(event.opened_at)),
            (text("form.drill.endex"), at(None if drill is None else drill.ended_at)),
            *(_paused(drill.paused_for) if drill is not None else ()),
            (text("form.drill.clock"), (text("form.drill.clock.speed", speed=f"{event.clock_speed:g}"),)),
            (text("form.status"), (status_name(event.status, event.merged_into),)),
            *(((text("form.drill.real"), (same(drill.live),)),) if drill is not None and drill.live else ()),
            (text("form.keep_until"), at(keep_until(event.closed_at, keep_years))),
        )
    )


def _paused(seconds: float) -> Iterator[tuple[Shown, Cell]]:
    if seconds:
        yield text("form.drill.paused"), (span(seconds),)


def _planned(entries: Sequence[Entry]) -> Iterator[Section]:
    """What the drill set out to do."""
    started = next((x.payload for x in entries if isinstance(x.payload, e.DrillStarted)), None)
    if started is None:
        return
    announced = text("form.drill.announced") if started.announced else text("form.drill.unannounced")
    rows: tuple[tuple[Shown, Cell], ...] = (
        (text("form.drill.title"), (started.title,)),
        (text("form.drill.type"), (drill_type(started.drill_type), announced)),
        (text("form.drill.scenario"), (started.scenario,)),
        (text("form.drill.objectives"), started.objectives or NOTHING),
        (text("form.drill.participants"), (_listed([role.name for role in started.participants]),)),
        (text("form.drill.organiser"), (started.organiser.name,)),
        (text("form.drill.safety"), NOTHING if started.safety is None else (started.safety.name,)),
        (text("form.drill.stop_word"), (started.stop_word,)),
        (text("form.drill.absent"), (people(started.played_absent),) if started.played_absent else NOTHING),
    )
    if started.duty is not None:
        rows = (*rows, (text("form.drill.duty"), (same(started.duty),)))
    yield Section(text("form.drill.prepared"), (Fields(rows),))


def _listed(names: Sequence[Words]) -> Words:
    return Words("、".join(name.zh for name in names) or "—", ", ".join(name.en for name in names) or "—")


def _hot_wash(event: Event, entries: Sequence[Entry]) -> Iterator[Section]:
    """The three answers of each who took part, as they wrote them; who answered again stands there again."""
    drill = event.drill
    if drill is None or not drill.asked:
        return
    rows = tuple(
        (
            (x.payload.member.name, moment_text(x.at)),
            *(_quote(x, written) for written in (x.payload.worked, x.payload.failed, x.payload.change)),
        )
        for x in entries
        if isinstance(x.payload, e.HotWashAnswered)
    )
    head = (text("form.drill.by"), text("form.drill.worked"), text("form.drill.failed"), text("form.drill.change"))
    quiet = tuple(member for member in drill.asked if member.person not in drill.said)
    silent = Fields(((text("form.drill.unanswered"), (people(quiet),) if quiet else NOTHING),))
    yield Section(text("form.drill.hot_wash"), (Table(head, rows, (19, 27, 27, 27)), silent))


def _quote(entry: Entry, written: str | None) -> Cell:
    if entry.private is None and entry.private_seal is not None:
        return (text("form.destroyed"),)
    return tuple(same(line) for line in written.splitlines()) if written else NOTHING
