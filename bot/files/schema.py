"""The form of a playbook as JSON Schema, for editors that complete keys and mark mistakes while somebody types."""

from __future__ import annotations

from bot.files.playbook_form import PlaybookForm

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_playbook() -> dict[str, object]:
    """The schema that `tocsin schema playbook` prints."""
    return {"$schema": DIALECT, **PlaybookForm.model_json_schema(mode="validation")}
