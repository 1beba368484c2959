"""A drill as written in `playbooks/drills/`: the form that office staff edit.

Titles and descriptions go into the JSON Schema that editors show while somebody types.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.domain.drill import DrillType
from bot.files.form import Both, Duration, Form, Id

CLOCK = r"^[×xX]? ?\d+(\.\d+)?$"
ClockSpeed = Annotated[
    str | int | float,
    Field(
        description="Speed of the clock: ×12 makes eight hours of the plan forty minutes.",
        json_schema_extra={"anyOf": [{"type": "string", "pattern": CLOCK}, {"type": "number"}]},
    ),
]
Value = Annotated[str | int | float | bool, Field(description="As the playbook's question or evidence has it.")]


class InjectForm(Form):
    """Something the participants learn during the drill."""

    at: Annotated[Duration, Field(description="When, from the start, by the drill's clock: 5 min.")]
    to: Annotated[Id, Field(description="The role that is told.")]
    zh: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    en: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    expect: Annotated[Both, Field(description="What should be done. Only the organiser sees it.")]
    within: Annotated[Duration, Field(description="Time to act on it. The drill's clock does not scale it.")]
    set: Annotated[
        dict[Id, Value] | None, Field(min_length=1, max_length=1, description="A fact that becomes known with it.")
    ] = None
    photo: Annotated[str | None, Field(description="A picture beside the drill's file: smoke.png")] = None
    task: Annotated[Id | None, Field(description="Acting on this task of the playbook answers it.")] = None


class DrillForm(Form):
    """One drill that can be held."""

    id: Annotated[Id, Field(description="The name of the file without .yaml.")]
    playbook: Annotated[Id, Field(description="The playbook that is practised.")]
    title: Both
    type: Annotated[DrillType, Field(description="tabletop, single (one function), comprehensive.")]
    scenario: Annotated[Both, Field(description="What is simulated, at most six lines in each language.")]
    objectives: Annotated[list[Both], Field(min_length=1, description="What the drill shall show.")]
    place: Annotated[Id, Field(description="A place of the configuration.")]
    organiser: Annotated[Id, Field(description="The role that starts, leads and ends it.")]
    safety: Annotated[Id, Field(description="The role that watches over safety and may stop it.")]
    stop_word: Annotated[Both, Field(description="Said aloud, it stops everything.")]
    announced: Annotated[bool, Field(description="true: everybody is told its hour.")] = True
    window: Annotated[
        Duration | None, Field(description="Instead: only this time before it is due is told, the hour is hidden.")
    ] = None
    participants: Annotated[
        list[Id], Field(description="Roles that take part; left out: every role with a task in the playbook.")
    ] = Field(default_factory=list[Id])
    clock: ClockSpeed = 1
    lasts: Annotated[Duration | None, Field(description="How long it takes, by the clock on the wall: 1 h.")] = None
    absent: Annotated[list[Id], Field(description="People who are played as absent.")] = Field(default_factory=list[Id])
    facts: Annotated[dict[Id, Value], Field(description="What the simulated report says.")] = Field(
        default_factory=dict[Id, Value]
    )
    injects: list[InjectForm] = Field(default_factory=list[InjectForm])
