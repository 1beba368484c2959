"""The record of a duty (例行工作记录): what was due when, who answered for it, what was put off, the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.domain import entries as e
from bot.exports.course_section import course
from bot.exports.document import Cell, Fields, Section, Signatures, Table
from bot.exports.names import Names
from bot.exports.parts import NOTHING, at, keep_until, moment_text, opening
from bot.exports.wording import people, who
from bot.text import Moment, Span, same, text

if TYPE_CHECKING:
    from bot.chat.card import Shown
    from bot.domain.duty import DutyKind
    from bot.domain.event import Event
    from bot.domain.record import Entry
    from bot.domain.state import DutyState
    from bot.text import Text


def duty_sections(event: Event, entries: Sequence[Entry], names: Names, keep_years: int) -> tuple[Section, ...]:
    """The form, filled from the entries."""
    return (
        Section(text("form.duty.basics"), (_basics(event, entries, keep_years),)),
        *_postponed(entries),
        Section(text("form.duty.evidence"), (_evidence(event, entries),)),
        Section(text("form.duty.course"), (course(entries, names),)),
        Section(text("form.signatures"), (Signatures((text("form.duty.owner"), text("form.sign.approved"))),)),
    )


def _basics(event: Event, entries: Sequence[Entry], keep_years: int) -> Fields:
    duty = event.duty
    opened = next((x.payload for x in entries if isinstance(x.payload, e.DutyOpened)), None)
    ended = next((x.payload for x in entries if isinstance(x.payload, e.DutyEnded)), None)
    rows: list[tuple[Shown, Cell]] = [
        (text("form.number"), (same(event.id),)),
        (text("form.duty.title"), (opening(entries).title,)),
    ]
    for task in event.tasks.values():
        called = tuple(member.name for member in task.chain) or NOTHING
        rows += [(text("form.duty.task"), (task.text,)), (text("form.duty.owner"), (task.role_name, *called))]
    if duty is not None and opened is not None:
        rows += _owed(duty, opened)
    rows += [
        (text("form.duty.outcome"), _outcome(ended)),
        (text("form.duty.ended"), at(event.closed_at)),
        (text("form.keep_until"), at(keep_until(event.closed_at, keep_years))),
    ]
    return Fields(tuple(rows))


def _owed(duty: DutyState, opened: e.DutyOpened) -> Iterator[tuple[Shown, Cell]]:
    yield text("form.duty.kind"), (duty_kind(duty.kind),)
    yield text("form.duty.covers"), (same(", ".join(duty.covers)),) if duty.covers else NOTHING
    due: Cell = (moment_text(opened.due_at),)
    if duty.due_at != opened.due_at:
        due = (*due, text("form.duty.put_off", at=Moment(duty.due_at)))
    yield text("form.duty.due"), due
    yield text("form.duty.approvers"), (people(duty.approvers),) if duty.approvers else NOTHING
    if duty.skipped:
        yield text("form.duty.skipped"), tuple(moment_text(moment) for moment in duty.skipped)
    if duty.drills:
        yield text("form.duty.drills"), tuple(same(drill) for drill in duty.drills)


def duty_kind(kind: DutyKind) -> Text:
    """What sort of duty it is, as people read it."""
    match kind:
        case "drill":
            return text("form.duty.kind.drill")
        case "meeting":
            return text("form.duty.kind.meeting")
        case "plan":
            return text("form.duty.kind.plan")
        case "risk":
            return text("form.duty.kind.risk")
        case "backup":
            return text("form.duty.kind.backup")
        case "inspection":
            return text("form.duty.kind.inspection")
        case "stores":
            return text("form.duty.kind.stores")
        case "contacts":
            return text("form.duty.kind.contacts")
        case "training":
            return text("form.duty.kind.training")


def _outcome(ended: e.DutyEnded | None) -> Cell:
    match ended:
        case None:
            return (text("form.duty.open"),)
        case e.DutyEnded(outcome="done", done_late=late) if late:
            return (text("record.duty.done.late", late=Span(late)),)
        case e.DutyEnded(outcome="done"):
            return (text("record.duty.done"),)
        case e.DutyEnded(outcome="missed"):
            return (text("record.duty.missed"),)
        case _:
            return (text("record.duty.dropped"),)


def _postponed(entries: Sequence[Entry]) -> Iterator[Section]:
    """Who asked for more time, until when and why, and what was decided."""
    rows: list[tuple[Cell, ...]] = []
    for entry in entries:
        match entry.payload:
            case e.PostponeAsked() as asked:
                until, reason = moment_text(asked.until), same(asked.reason)
                rows.append((at(entry.at), (text("form.duty.asked"),), (asked.member.name,), (until,), (reason,)))
            case e.PostponeDecided() as decided:
                said = text("form.duty.agreed") if decided.agreed else text("form.duty.refused")
                reason = (same(decided.reason),) if decided.reason else NOTHING
                rows.append((at(entry.at), (said,), (decided.member.name,), (moment_text(decided.until),), reason))
            case _:
                pass
    columns = (
        text("form.when"),
        text("form.duty.step"),
        text("form.drill.by"),
        text("form.duty.until"),
        text("form.duty.reason"),
    )
    if rows:
        yield Section(text("form.duty.postponed"), (Table(columns, tuple(rows), (18, 16, 16, 18, 32)),))


def _evidence(event: Event, entries: Sequence[Entry]) -> Table | Fields:
    rows = tuple((at(x.at), (who(x),), _given(x, x.payload)) for x in entries if isinstance(x.payload, e.EvidenceGiven))
    if not rows:
        held = event.duty is not None and event.duty.held
        none = text("form.duty.drill_is_evidence") if held else text("form.duty.no_evidence")
        return Fields(((text("form.task.evidence"), (none,)),))
    return Table((text("form.when"), text("form.drill.by"), text("form.task.evidence")), rows, (18, 18, 64))


def _given(entry: Entry, given: e.EvidenceGiven) -> Cell:
    """The evidence itself; a photo stands in the course, under the same start of its name."""
    if entry.private is None and entry.private_seal is not None:
        return (text("form.destroyed"),)
    if given.written:
        return tuple(same(line) for line in given.written.splitlines())
    if given.file is not None:
        return (text("form.duty.file", file=given.file[:16]),)
    return (given.words or same(f"{given.value}"),)
