"""What a task wants before it is done: a number, a line of text, a choice, a photo or a file."""

from __future__ import annotations

from bot.domain.commands_tasks import GiveEvidence
from bot.domain.course import Course
from bot.domain.entries_tasks import EvidenceGiven
from bot.domain.event import Task
from bot.domain.facts import evidence_fact, read_choice, read_number
from bot.domain.guard import require
from bot.domain.playbook import Evidence, FactValue
from bot.domain.release import settle
from bot.errors import Refused
from bot.text import Text, Words, same, text


def require_evidence(task: Task) -> None:
    """Raise Refused where a task still wants its evidence."""
    if task.evidence is not None and all(given.kind != task.evidence.kind for given in task.given):
        raise Refused(wanted(task.evidence, task.text))


def wanted(evidence: Evidence, task: Words) -> Text:
    """What to give first, as a sentence."""
    match evidence.kind:
        case "number":
            return text("refused.evidence_number", task=task)
        case "text":
            return text("refused.evidence_text", task=task)
        case "choice":
            return text("refused.evidence_choice", task=task)
        case "photo":
            return text("refused.evidence_photo", task=task)
        case "file":
            return text("refused.evidence_file", task=task)


def give_evidence(course: Course, command: GiveEvidence) -> None:
    """Keep what was given; where it is a fact, the rules are asked again."""
    if command.task not in course.event.tasks:
        raise Refused(text("refused.no_task", event=course.event.id))
    task = course.event.tasks[command.task]
    require(course, command.by, "task.evidence", task=task)
    given, fact_value, shown = _read(task, command)
    last = task.given[-1] if task.given else None
    kept = (given.evidence, given.value, given.words, given.file)
    if last is not None and given.written is None and kept == (last.kind, last.value, last.words, last.file):
        return
    course.add(given, course.for_task(command.by, task))
    fact = None if task.evidence is None else task.evidence.fact
    if fact is not None and fact_value is not None:
        course.add(evidence_fact(course.setting.playbook, fact, fact_value, shown, task.id), command.by)
        settle(course, "after")


def _read(task: Task, command: GiveEvidence) -> tuple[EvidenceGiven, FactValue | None, Words]:
    wants = task.evidence
    if command.file is not None:
        kind = "file" if wants is not None and wants.kind == "file" else "photo"
        return EvidenceGiven(task.id, kind, file=command.file), None, same("")
    value = command.value
    match "text" if wants is None else wants.kind:
        case "number" if value is not None and wants is not None:
            amount, shown = read_number(wants.unit, value)
            return EvidenceGiven(task.id, "number", amount, shown), amount, shown
        case "choice" if value is not None and wants is not None:
            choice, label = read_choice(wants.choices or {}, value)
            return EvidenceGiven(task.id, "choice", choice, label), choice, label
        case "text" if value is not None and str(value).strip():
            written = str(value).strip()
            return EvidenceGiven(task.id, "text", written=written), written, same(written)
        case _:
            raise Refused(text("refused.evidence_text", task=task.text) if wants is None else wanted(wants, task.text))
