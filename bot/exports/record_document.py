"""The implementation record (应急计划实施记录) as a document: the company's form, filled from the entries (G23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.event import Event, Task
from bot.domain.fold import replay
from bot.domain.ids import FileId
from bot.domain.record import Entry
from bot.exports.document import (
    Cell,
    Document,
    Fields,
    MomentItem,
    Moments,
    Picture,
    Section,
    Signatures,
    Table,
)
from bot.exports.sentences import (
    Names,
    command_why,
    how,
    label,
    names_of,
    people,
    phase_name,
    place_said,
    places,
    sentence,
    status_name,
    who,
)
from bot.text import Moment, Span, Text, Words, plural, same, text

NOTHING: Cell = (Words("—", "—"),)


@dataclass(frozen=True, slots=True)
class Form:
    """What the company prints on its form."""

    company: Words
    code: str
    revision: str
    keep_years: int
    """How long the record is kept at least, from the end of the event (P11)."""


def record_document(entries: Sequence[Entry], form: Form, pictures: Mapping[FileId, bytes]) -> Document:
    """Fill the form. `entries` are one event's whole record, in order."""
    event = replay(entries)
    names = names_of(entries)
    return Document(
        company=form.company,
        form=text("form.implementation_record"),
        code=form.code,
        revision=form.revision,
        title=text("form.title", number=event.id, title=event.title, place=place_said(event.place)),
        kind=event.kind,
        sections=(
            Section(text("form.basics"), (_basics(event, entries, form.keep_years),)),
            Section(text("form.command"), (_command(entries),)),
            Section(text("form.facts"), (_facts(entries),)),
            Section(text("form.tasks"), (_tasks(event, names),)),
            Section(text("form.notified"), (_notified(entries),)),
            Section(text("form.course"), (_course(entries, names),)),
            Section(text("form.ending"), (_ending(event, entries),)),
            Section(text("form.aftermath"), (_aftermath(event, entries),)),
            Section(text("form.signatures"), (Signatures(_signers()),)),
        ),
        foot=_proof(entries),
        pictures=pictures,
    )


def _signers() -> tuple[Text, ...]:
    return (
        text("form.sign.prepared"),
        text("form.sign.checked"),
        text("form.sign.approved"),
    )


def _at(moment: datetime | None) -> Cell:
    return NOTHING if moment is None else (_moment_text(moment),)


def _moment_text(moment: datetime) -> Text:
    return text("form.at", at=Moment(moment))


def _basics(event: Event, entries: Sequence[Entry], keep_years: int) -> Fields:
    opened = entries[0].payload
    if not isinstance(opened, e.Opened):
        message = "a record begins with event.opened"
        raise TypeError(message)
    receiver = _receiver(entries)
    return Fields(
        (
            (text("form.number"), (same(event.id), _kind(event))),
            (text("form.kind"), (opened.title,)),
            (text("form.level"), (opened.level_name, *_levels(entries))),
            (text("form.place"), (place_said(opened.place),)),
            (text("form.began"), _at(opened.began_at)),
            (text("form.reported"), (_moment_text(event.opened_at),)),
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
            (text("form.keep_until"), _at(_kept_until(event.closed_at, keep_years))),
            (
                text("form.plan"),
                (
                    text(
                        "form.plan.version",
                        title=opened.title,
                        digest=opened.playbook_digest[:12],
                        author=opened.playbook_author,
                        saved=_saved(opened.playbook_saved_at),
                    ),
                ),
            ),
        )
    )


def _receiver(entries: Sequence[Entry]) -> tuple[e.Member, ...]:
    """Whoever was called to command first: the one who is there, not whoever should have been."""
    passed = (entry.payload for entry in entries if isinstance(entry.payload, e.CommandPassed))
    first = next(passed, None)
    return () if first is None else first.called if first.to is None else (first.to,)


def _saved(at: str) -> Moment | str:
    """When the playbook was saved, in the company's zone; as it stands where it is no time."""
    try:
        return Moment(datetime.fromisoformat(at))
    except ValueError:
        return at


def _kept_until(closed_at: datetime | None, years: int) -> datetime | None:
    """The day so many years after the end; None while the event goes on."""
    if closed_at is None:
        return None
    leap_day = (closed_at.month, closed_at.day) == (2, 29)
    return (closed_at - timedelta(days=1) if leap_day else closed_at).replace(year=closed_at.year + years)


def _kind(event: Event) -> Text:
    return text("form.live") if event.live else text("form.drill")


def _levels(entries: Sequence[Entry]) -> Cell:
    return tuple(
        text("form.level.changed", at=Moment(entry.at), level=entry.payload.name)
        for entry in entries
        if isinstance(entry.payload, e.LevelChanged)
    )


def _command(entries: Sequence[Entry]) -> Table:
    passed = [(x, x.payload) for x in entries if isinstance(x.payload, e.CommandPassed)]
    until: list[datetime | None] = [entry.at for entry, _ in passed[1:]]
    until.append(_ended_at(entries))
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
                _at(entry.at),
                _at(end),
                (command_why(payload.why),),
            )
            for (entry, payload), end in zip(passed, until, strict=True)
        ),
        (34, 18, 18, 30),
    )


def _ended_at(entries: Sequence[Entry]) -> datetime | None:
    ends = (e.StoodDown, e.FalseAlarm, e.MergedInto)
    return next((x.at for x in entries if isinstance(x.payload, ends)), None)


def _facts(entries: Sequence[Entry]) -> Table:
    rows = tuple(
        (_at(x.at), (x.payload.label,), (x.payload.shown,), (who(x),))
        for x in entries
        if isinstance(x.payload, e.FactSet)
    )
    return Table(
        (text("form.when"), text("form.fact"), text("form.value"), text("form.by")),
        rows,
        (18, 40, 22, 20),
    )


def _tasks(event: Event, names: Names) -> Table:
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
    return Table(columns, rows, (26, 15, 15, 10, 14, 12, 8))


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
    return NOTHING if answer is None else (answer.member.name, _moment_text(answer.at))


def _last_done(task: Task) -> Cell:
    if not task.answers:
        return (text("form.task.open"),)
    last = task.answers[-1]
    match last.word:
        case "done":
            return (last.member.name, _moment_text(last.at))
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


def _notified(entries: Sequence[Entry]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for entry in entries:
        match entry.payload:
            case e.MessageSent() as sent:
                rows.append(((sent.room_name,), (how(sent.platform),), _at(entry.at), _gist(sent)))
            case e.MessageFailed() as failed:
                undelivered = text("form.undelivered", why=failed.why)
                rows.append(
                    (
                        (failed.room_name,),
                        (how(failed.platform),),
                        _at(entry.at),
                        (undelivered,),
                    )
                )
            case _:
                pass
    return Table(
        (
            text("form.to_whom"),
            text("form.way"),
            text("form.when"),
            text("form.message"),
        ),
        tuple(rows),
        (22, 12, 18, 48),
    )


def _gist(sent: e.MessageSent) -> Cell:
    """The first line of a message; of a card, whose first lines are alike, the second too."""
    lines = 2 if sent.message.count("/") == 1 else 1
    written = zip(sent.shown.zh.split("\n")[:lines], sent.shown.en.split("\n")[:lines], strict=False)
    return tuple(Words(" ".join(zh.split()), " ".join(en.split())) for zh, en in written)


SILENT = (e.MessageSent, e.RuleFired)
"""Kinds with a table of their own or no news for a reader; the JSON export has every entry."""

LATE_FROM = 60.0
"""Seconds between happening and recording from which an entry is marked as late."""


def _course(entries: Sequence[Entry], names: Names) -> Moments:
    told = [x for x, before in zip(entries, (None, *entries[:-1]), strict=True) if not _silent(x, before)]
    return Moments(tuple(sorted((_moment(x, names) for x in told), key=lambda item: (item.at, item.sequence))))


def _silent(entry: Entry, before: Entry | None) -> bool:
    """Whether the timeline leaves it out: the value of a fact stands in the evidence that brought it already."""
    if isinstance(entry.payload, e.FactSet):
        return before is not None and isinstance(before.payload, e.EvidenceGiven)
    return isinstance(entry.payload, SILENT)


def _moment(entry: Entry, names: Names) -> MomentItem:
    late = (entry.recorded_at - entry.at).total_seconds() >= LATE_FROM
    return MomentItem(
        sequence=entry.sequence,
        at=entry.at,
        who=_who(entry),
        what=sentence(entry, names),
        typed=_typed(entry.payload),
        recorded_at=entry.recorded_at if late else None,
        pictures=_pictures(entry.payload),
        destroyed=entry.private is None and entry.private_seal is not None,
    )


def _who(entry: Entry) -> Shown:
    match entry.payload:
        case e.Said(speaker=speaker) | e.Edited(speaker=speaker) | e.Deleted(speaker=speaker):
            return speaker
        case e.Noted(speaker=speaker) | e.FileKept(speaker=speaker):
            return speaker
        case _:
            return who(entry)


def _typed(payload: e.Payload) -> str:
    match payload:
        case e.Said(words=words) | e.Edited(words=words) | e.Noted(words=words):
            return words or ""
        case e.EvidenceGiven(written=written):
            return written or ""
        case _:
            return ""


def _pictures(payload: e.Payload) -> tuple[Picture, ...]:
    match payload:
        case e.FileKept() as kept:
            return (Picture(kept.file, kept.media_type, kept.name or ""),)
        case _:
            return ()


def _ending(event: Event, entries: Sequence[Entry]) -> Fields:
    rows: list[tuple[Shown, Cell]] = []
    for entry in entries:
        match entry.payload:
            case e.AllClear() as clear:
                rows.append(
                    (
                        event.named(clear.department),
                        (clear.member.name, _moment_text(entry.at)),
                    )
                )
            case e.StoodDown() as down:
                lines: Cell = (down.by.name, _moment_text(entry.at))
                if down.override is not None:
                    lines = (
                        *lines,
                        text(
                            "record.stood_down.override",
                            missing=places(down.missing),
                            reason=down.override,
                        ),
                    )
                rows.append((text("form.ended"), lines))
            case e.FalseAlarm() as false:
                rows.append(
                    (
                        text("status.false_alarm"),
                        (
                            false.by.name,
                            _moment_text(entry.at),
                            text("form.reason", reason=false.reason),
                        ),
                    )
                )
            case e.Closed() as closed:
                early = () if closed.override is None else (text("form.reason", reason=closed.override),)
                rows.append((text("form.sealed"), (closed.by.name, _moment_text(entry.at), *early)))
            case _:
                pass
    return Fields(tuple(rows) or ((text("form.ended"), NOTHING),))


def _aftermath(event: Event, entries: Sequence[Entry]) -> Fields:
    review = tuple(
        same(x.payload.written)
        for x in entries
        if isinstance(x.payload, e.EvidenceGiven)
        and x.payload.written
        and x.payload.task in event.tasks
        and event.tasks[x.payload.task].phase == "review"
    )
    return Fields(
        (
            (text("form.measures"), review or NOTHING),
            (text("form.loss"), _losses(event) or NOTHING),
            (text("form.follow_up"), _unfinished(event) or NOTHING),
        )
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


def _proof(entries: Sequence[Entry]) -> tuple[Shown, ...]:
    head = entries[-1].hash
    closed = next((x.payload for x in entries if isinstance(x.payload, e.Closed)), None)
    lines: tuple[Shown, ...] = (plural("form.proof", len(entries), head=head),)
    if closed is not None:
        lines = (
            *lines,
            text("form.proof.signed", signature=closed.signature, key=closed.public_key),
        )
    return (*lines, text("form.proof.how"))
