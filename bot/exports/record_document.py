"""The record as a document, filled from the entries (G23): one form each for events, drills and duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cards.measures import Before
from bot.cards.wording import phase_name
from bot.domain import entries as e
from bot.domain.event import Event
from bot.domain.fold import replay
from bot.domain.ids import FileId
from bot.domain.parties import Member
from bot.domain.record import Entry
from bot.exports.course_section import course
from bot.exports.document import Cell, Document, Fields, Section, Signatures
from bot.exports.drill_document import drill_sections
from bot.exports.duty_document import duty_sections
from bot.exports.event_sections import aftermath, command, ending, facts, notified, tasks
from bot.exports.names import Names, names_of
from bot.exports.parts import NOTHING, Form, at, keep_until, moment_text, opening, plan, proof, signers
from bot.exports.wording import how, people, place_said, status_name
from bot.text import Moment, Text, same, text

__all__ = ["Form", "record_document"]


def record_document(
    entries: Sequence[Entry], form: Form, pictures: Mapping[FileId, bytes], before: Before | None = None
) -> Document:
    """Fill the form. `entries` are one event's whole record, in order; `before` is what a drill is compared with."""
    event = replay(entries)
    return Document(
        company=form.company,
        form=_named(event),
        code=form.code if event.live else "",
        revision=form.revision,
        title=_title(event),
        kind=event.kind,
        sections=_sections(event, entries, form.keep_years, before),
        foot=proof(entries),
        pictures=pictures,
    )


def _named(event: Event) -> Text:
    match event.kind:
        case "live":
            return text("form.implementation_record")
        case "drill":
            return text("form.drill_record")
        case "duty":
            return text("form.duty_record")


def _title(event: Event) -> Text:
    if event.kind == "duty":
        return text("form.duty.heading", number=event.id, title=event.title)
    return text("form.title", number=event.id, title=event.title, place=place_said(event.place))


def _sections(event: Event, entries: Sequence[Entry], keep_years: int, before: Before | None) -> tuple[Section, ...]:
    names = names_of(entries)
    match event.kind:
        case "live":
            return _event_sections(event, entries, names, keep_years)
        case "drill":
            return drill_sections(event, entries, names, keep_years, before)
        case "duty":
            return duty_sections(event, entries, names, keep_years)


def _event_sections(event: Event, entries: Sequence[Entry], names: Names, keep_years: int) -> tuple[Section, ...]:
    return (
        Section(text("form.basics"), (_basics(event, entries, keep_years),)),
        Section(text("form.command"), (command(entries),)),
        Section(text("form.facts"), (facts(entries),)),
        Section(text("form.tasks"), (tasks(event, names),)),
        Section(text("form.notified"), (notified(entries),)),
        Section(text("form.course"), (course(entries, names),)),
        Section(text("form.ending"), (ending(event, entries),)),
        Section(text("form.aftermath"), (aftermath(event, entries),)),
        Section(text("form.signatures"), (Signatures(signers()),)),
    )


def _basics(event: Event, entries: Sequence[Entry], keep_years: int) -> Fields:
    opened = opening(entries)
    receiver = _receiver(entries)
    return Fields(
        (
            (text("form.number"), (same(event.id), text("form.live"))),
            (text("form.kind"), (opened.title,)),
            (text("form.level"), (opened.level_name, *_levels(entries))),
            (text("form.place"), (place_said(opened.place),)),
            (text("form.began"), at(opened.began_at)),
            (text("form.reported"), (moment_text(event.opened_at),)),
            (
                text("form.reporter"),
                (
                    opened.reporter,
                    *event.also_reported,
                    text("form.by_way", how=how(opened.how)),
                ),
            ),
            (text("form.receiver"), (people(receiver),) if receiver else NOTHING),
            (text("form.phase"), (phase_name(event.phase),)),
            (text("form.status"), (status_name(event.status, event.merged_into),)),
            (text("form.keep_until"), at(keep_until(event.closed_at, keep_years))),
            (text("form.plan"), (plan(opened),)),
        )
    )


def _receiver(entries: Sequence[Entry]) -> tuple[Member, ...]:
    """Whoever was called to command first: the one who is there, not whoever should have been."""
    passed = (entry.payload for entry in entries if isinstance(entry.payload, e.CommandPassed))
    first = next(passed, None)
    return () if first is None else first.called if first.to is None else (first.to,)


def _levels(entries: Sequence[Entry]) -> Cell:
    return tuple(
        text("form.level.changed", at=Moment(entry.at), level=entry.payload.name)
        for entry in entries
        if isinstance(entry.payload, e.LevelChanged)
    )
