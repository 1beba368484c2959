"""The calendar as written in `playbooks/calendar.yaml`: what is owed, when, by whom.

Titles and descriptions go into the JSON Schema that editors show while somebody types.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from bot.domain.duty import DutyKind
from bot.files.form import Both, Duration, Form, Id
from bot.files.playbook_form import Clause, EvidenceForm

EVERY = r"^([1-9]\d{0,3} )?(day|week|month|quarter|half-year|year)s?$"
FIRST = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$"


class DutyForm(Form):
    """One thing that is owed on schedule."""

    id: Id
    kind: Annotated[DutyKind, Field(description="What readiness counts it by.")]
    title: Both
    task: Annotated[Both, Field(description="What to do, as the card says it.")]
    every: Annotated[
        str | None,
        Field(description="day, week, 2 weeks, month, quarter, half-year, year.", json_schema_extra={"pattern": EVERY}),
    ] = None
    first: Annotated[
        str | None,
        Field(description="When it is due for the first time: 2026-06-18 14:00", json_schema_extra={"pattern": FIRST}),
    ] = None
    cron: Annotated[
        str | None,
        Field(description="Instead of every and first: minute, hour, day, month, day of the week (mon … sun)."),
    ] = None
    time_zone: Annotated[str | None, Field(description="Left out: the company's.")] = None
    working_days: Annotated[
        Literal["next", "previous"] | None,
        Field(description="On a weekend or holiday it moves to the next or the previous working day."),
    ] = None
    country: Annotated[str, Field(description="Whose holidays count: CN, DE, US …")] = "CN"
    owner: Annotated[Id, Field(description="The role that does it; then its stand-ins.")]
    approve: Annotated[Id, Field(description="The role that agrees to a postponement and hears when it is overdue.")]
    covers: Annotated[list[Clause], Field(description="Clauses that it answers.")] = Field(default_factory=list[Clause])
    notice: Annotated[
        list[Duration] | None,
        Field(min_length=1, description="How long before it is due people hear of it: [14 d, 7 d, 1 d, 1 h]"),
    ] = None
    acknowledge: Annotated[Duration | None, Field(description="Time to acknowledge after the first notice: 2 d")] = None
    grace: Annotated[Duration | None, Field(description="From when it is due until it counts as overdue: 7 d")] = None
    evidence: EvidenceForm | None = None
    drill: Annotated[Id | None, Field(description="For kind drill: which drill of playbooks/drills is held.")] = None


class CalendarForm(RootModel[list[DutyForm]], defer_build=True):
    """All entries, in the order of the file."""
