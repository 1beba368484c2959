"""A playbook, a block of tasks and the templates as written: the form that office staff edit.

Titles and descriptions go into the JSON Schema that editors show while somebody types.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, RootModel, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bot.domain.playbook import Tile
from bot.files.form import CLAUSE, Both, Duration, Form, Id


def as_unit(value: object) -> object:
    """A unit is a word; `number: 1` counts pieces."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def as_word(value: object) -> object:
    """A written comparison as a word, as it stands in the file: 8, true and hurt are words alike."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


Unit = Annotated[
    str, StringConstraints(min_length=1, max_length=12), BeforeValidator(as_unit, json_schema_input_type=str | int)
]
Comparison = Annotated[
    str, StringConstraints(min_length=1), BeforeValidator(as_word, json_schema_input_type=str | int | float | bool)
]
Required = Literal["required"]
Clause = Annotated[str, StringConstraints(pattern=CLAUSE)]
Choices = Annotated[dict[Id, Both], Field(min_length=2, description="The answers to choose from: id and text.")]


class Question(Form):
    """What the reporter is asked. Without choose and number the answer is typed."""

    fact: Annotated[Id, Field(description="Name of the fact that the answer becomes; rules compare it.")]
    ask: Both
    choose: Choices | None = None
    number: Annotated[Unit | None, Field(description="Unit of the number: h, kg; 1 for a count.")] = None

    @model_validator(mode="after")
    def _one(self) -> Question:
        if self.choose is not None and self.number is not None:
            raise PydanticCustomError("answer_kinds", "one kind of answer")
        return self


class EvidenceForm(Form):
    """What a task wants before it is done: exactly one of number, choose, text, photo, file."""

    fact: Annotated[Id | None, Field(description="Name of the fact that the number, choice or text becomes.")] = None
    number: Annotated[Unit | None, Field(description="Unit of the number: h, kg; 1 for a count.")] = None
    choose: Choices | None = None
    text: Required | None = None
    photo: Required | None = None
    file: Required | None = None

    @model_validator(mode="after")
    def _one(self) -> EvidenceForm:
        kinds = (self.number, self.choose, self.text, self.photo, self.file)
        if sum(kind is not None for kind in kinds) != 1:
            raise PydanticCustomError("evidence_kinds", "one kind of evidence")
        return self


class TaskForm(Form):
    """One thing one role must do."""

    id: Id
    role: Annotated[Id, Field(description="A role of the configuration, or affected_head.")]
    zh: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    en: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    acknowledge: Annotated[Duration | None, Field(description="Time to acknowledge: 5 min.")] = None
    finish: Annotated[Duration | None, Field(description="Time to finish, from the release: 2 h.")] = None
    after: list[Id] = Field(default_factory=list[Id], description="Tasks that must be done first.")
    held: Annotated[bool, Field(description="true: waits until a rule releases it.")] = False
    evidence: EvidenceForm | None = None
    contacts: list[Id] = Field(default_factory=list[Id], description="Telephone numbers shown with the task.")
    template: Annotated[Id | None, Field(description="A message to copy, from templates.yaml.")] = None
    covers: list[Clause] = Field(default_factory=list[Clause])


class PhasesForm(Form):
    """The tasks of each phase. The review makes its own."""

    warning: list[TaskForm] = Field(default_factory=list[TaskForm])
    response: list[TaskForm] = Field(default_factory=list[TaskForm])
    recovery: list[TaskForm] = Field(default_factory=list[TaskForm])


class RuleForm(Form):
    """When all comparisons hold: release tasks, enter a phase, change the level. Once."""

    when: Annotated[
        dict[Id, Comparison],
        Field(min_length=1, description="fact: comparison, and elapsed: at least 8 h. All must hold."),
    ]
    release: list[Id] = Field(default_factory=list[Id])
    enter: Literal["warning", "response", "recovery"] | None = None
    level: Id | None = None

    @model_validator(mode="after")
    def _result(self) -> RuleForm:
        if not (self.release or self.enter or self.level):
            raise PydanticCustomError("rule_result", "no result")
        return self


class ReviewForm(Form):
    """Who sums up after the event, within how long, and who approves it."""

    by: Id
    within: Duration
    approve: Id


class BlockForm(Form):
    """Tasks that several playbooks share; taken in with include."""

    id: Id
    title: Both
    covers: list[Clause] = Field(default_factory=list[Clause])
    phases: PhasesForm
    rules: list[RuleForm] = Field(default_factory=list[RuleForm])


class PlaybookForm(Form):
    """The plan for one kind of event."""

    id: Id
    title: Both
    covers: list[Clause] = Field(default_factory=list[Clause])
    owner: Annotated[Id, Field(description="The role that keeps this playbook current.")]
    commander: Annotated[Id, Field(description="The role that commands; then the next in command, in order.")]
    level: Annotated[Id, Field(description="A response level of the configuration.")]
    tile: Annotated[Tile, Field(description="Where it stands on the report page.")]
    aliases: list[str] = Field(
        default_factory=list[str], description="Other words people type after /report, in either language."
    )
    opens: Annotated[Literal["warning", "response"], Field(description="The first phase.")] = "response"
    first_call: Annotated[list[Id], Field(min_length=1, description="Roles called at once when a stranger reports.")]
    at_once: Annotated[Both, Field(description="What the reporter does right now.")]
    report: list[Question] = Field(default_factory=list[Question])
    include: list[Id] = Field(default_factory=list[Id], description="Blocks of tasks, from playbooks/blocks.")
    phases: PhasesForm = PhasesForm()
    rules: list[RuleForm] = Field(default_factory=list[RuleForm])
    all_clear: list[Id] = Field(
        default_factory=list[Id], description="Departments that give the all clear; else all with a task."
    )
    review: ReviewForm
    references: list[Both] = Field(
        default_factory=list[Both], description="Other procedures that this playbook leans on."
    )


class TemplateForm(Form):
    """A message to copy."""

    id: Id
    title: Both
    body: Both


class TemplatesForm(RootModel[list[TemplateForm]], defer_build=True):
    """All templates, in the order of the file."""
