"""A form that the house refused comes back, filled in as it was sent. Pure.

Slack closes a form when it is acknowledged, and that is before the house has read it (rule 1). So what is wrong with it
is said on top of a new one: nobody types twice what they typed in a hurry. Files are to be chosen again: Slack lets
no form open with one (https://docs.slack.dev/reference/block-kit/block-elements/file-input-element).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.adapters.slack.reading import each, part, word
from bot.adapters.slack.render import sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.adapters.slack.reading import Json, Written

WHY: Final = "refused"
"""The block that says what is wrong: of a form that comes back twice it is the last reason that counts."""
KEPT: Final = ("type", "callback_id", "private_metadata", "title", "submit", "close")


def given_back(view: Json, why: str) -> Written | None:
    """The form as it was sent, under `why`; None where nothing was asked in it."""
    if not any(word(block, "type") == "input" for block in each(view, "blocks")):
        return None
    said = [block | {"block_id": f"{WHY}-{number}"} for number, block in enumerate(sections([why]))]
    return {name: view[name] for name in KEPT if name in view} | {"blocks": [*said, *_filled(view)]}


def _filled(view: Json) -> Iterator[Written]:
    state = part(view, "state", "values")
    for block in each(view, "blocks"):
        name = word(block, "block_id")
        if name.startswith(f"{WHY}-"):
            continue
        element = part(block, "element")
        before = _beforehand(part(state, name, word(element, "action_id")))
        yield {**block, "element": {**element, **before}} if before else {**block}


def _beforehand(answered: Json) -> Written:
    """With what an element has to open to show this answer again."""
    chosen, written = part(answered, "selected_option"), word(answered, "value")
    if chosen:
        return {"initial_option": dict(chosen)}
    return {"initial_value": written} if written else {}
