"""A playbook with its blocks taken in, each part still knowing the file and the place it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.domain.playbook import PHASES, Phase
from bot.files.finding import Finding, hint
from bot.files.playbook_form import BlockForm, PhasesForm, PlaybookForm, RuleForm, TaskForm, TemplateForm
from bot.files.source import Source, Trail
from bot.text import Text, text

F = TypeVar("F")
BLOCK_BROKEN = "check.block_broken"


@dataclass(frozen=True, slots=True)
class Placed(Generic[F]):
    """A filled form and where it stands."""

    form: F
    source: Source
    trail: Trail = ()

    def finding(self, sentence: Text, *inside: str | int) -> Finding:
        """An error at a part of it."""
        return self.source.finding((*self.trail, *inside), sentence)

    def warning(self, sentence: Text, *inside: str | int) -> Finding:
        """A warning at a part of it."""
        return self.source.finding((*self.trail, *inside), sentence, "warning")


@dataclass(frozen=True, slots=True)
class PlacedTask(Placed[TaskForm]):
    """A task with the phase it stands in."""

    phase: Phase = "response"


@dataclass(frozen=True, slots=True)
class Shared:
    """What playbooks take from other files: blocks and templates, by id. Broken ones are not among them."""

    blocks: Mapping[str, Placed[BlockForm]] = field(default_factory=dict[str, Placed[BlockForm]])
    templates: Mapping[str, Placed[TemplateForm]] = field(default_factory=dict[str, Placed[TemplateForm]])
    broken: frozenset[str] = frozenset()
    """Names of block files that have errors of their own."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A playbook ready to be checked: tasks by phase, those of blocks first, and rules likewise."""

    playbook: Placed[PlaybookForm]
    blocks: tuple[Placed[BlockForm], ...]
    tasks: tuple[PlacedTask, ...]
    rules: tuple[Placed[RuleForm], ...]
    findings: tuple[Finding, ...]


def draw_up(playbook: Placed[PlaybookForm], shared: Shared) -> Draft:
    """Take the blocks in. A task of the playbook replaces one of the same id from a block."""
    blocks, findings = _included(playbook, shared)
    own = list(_tasks(playbook.form.phases, playbook))
    findings += _twice(own)
    mine = {task.form.id: task for task in own}
    tasks: dict[str, PlacedTask] = {}
    for block in blocks:
        theirs = list(_tasks(block.form.phases, block))
        findings += _twice(theirs)
        for task in theirs:
            if task.form.id in tasks and task.form.id not in mine:
                findings.append(task.finding(text("check.task_in_two_blocks", task=task.form.id), "id"))
            tasks.setdefault(task.form.id, mine.get(task.form.id, task))
    tasks = {**tasks, **{name: task for name, task in mine.items() if name not in tasks}}
    return Draft(
        playbook=playbook,
        blocks=tuple(blocks),
        tasks=tuple(sorted(tasks.values(), key=lambda task: PHASES.index(task.phase))),
        rules=(*(rule for block in blocks for rule in _rules(block)), *_rules(playbook)),
        findings=tuple(findings),
    )


def _included(playbook: Placed[PlaybookForm], shared: Shared) -> tuple[list[Placed[BlockForm]], list[Finding]]:
    blocks: list[Placed[BlockForm]] = []
    findings: list[Finding] = []
    for number, name in enumerate(playbook.form.include):
        block = shared.blocks.get(name)
        if block is None:
            findings.append(playbook.finding(_no_block(name, shared), "include", number))
        elif block in blocks:
            findings.append(playbook.finding(text("check.block_twice", id=name), "include", number))
        else:
            blocks.append(block)
    return blocks, findings


def _no_block(name: str, shared: Shared) -> Text:
    if name in shared.broken:
        return text("check.block_broken", id=name)
    return text("check.no_block", id=name, hint=hint(name, list(shared.blocks)))


def _tasks(phases: PhasesForm, owner: Placed[PlaybookForm] | Placed[BlockForm]) -> Iterator[PlacedTask]:
    written: tuple[tuple[Phase, list[TaskForm]], ...] = (
        ("warning", phases.warning),
        ("response", phases.response),
        ("recovery", phases.recovery),
    )
    for phase, tasks in written:
        for number, task in enumerate(tasks):
            yield PlacedTask(task, owner.source, ("phases", phase, number), phase)


def _rules(owner: Placed[PlaybookForm] | Placed[BlockForm]) -> Iterator[Placed[RuleForm]]:
    return (Placed(rule, owner.source, ("rules", number)) for number, rule in enumerate(owner.form.rules))


def _twice(tasks: list[PlacedTask]) -> list[Finding]:
    first: dict[str, PlacedTask] = {}
    findings: list[Finding] = []
    for task in tasks:
        earlier = first.setdefault(task.form.id, task)
        if earlier is not task:
            line = earlier.source.mark((*earlier.trail, "id")).line
            findings.append(task.finding(text("check.id_twice", id=task.form.id, line=line), "id"))
    return findings
