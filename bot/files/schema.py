"""The forms of playbooks, drills and calendar as JSON Schema, for editors that mark mistakes while somebody types."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from bot.files.calendar_form import CalendarForm
from bot.files.drill_form import DrillForm
from bot.files.playbook_form import PlaybookForm

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMS: Mapping[str, type[BaseModel]] = {"playbook": PlaybookForm, "drill": DrillForm, "calendar": CalendarForm}
"""What `tocsin schema` prints, by the word behind it."""


def schema_of(what: str) -> dict[str, object]:
    """The schema that `tocsin schema` prints; `what` is one of `FORMS`."""
    return {"$schema": DIALECT, **FORMS[what].model_json_schema(mode="validation")}


def schema_playbook() -> dict[str, object]:
    """The schema of a playbook."""
    return schema_of("playbook")
