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
BEFOREHAND: Final = frozenset({"initial_option", "initial_value"})
"""How a form that came back before was filled in: what was emptied since stays empty."""
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
        if not element:
            yield {**block}
            continue
        fresh = {key: value for key, value in element.items() if key not in BEFOREHAND}
        before = _beforehand(element, part(state, name, word(element, "action_id")))
        yield {**block, "element": {**fresh, **before}}


def _beforehand(element: Json, answered: Json) -> Written:
    """With what an element has to open to show this answer again; an option as the element itself offers it."""
    chosen, written = word(answered, "selected_option", "value"), word(answered, "value")
    offered = [
        *each(element, "options"),
        *(one for group in each(element, "option_groups") for one in each(group, "options")),
    ]
    option = next((one for one in offered if chosen and word(one, "value") == chosen), None)
    if option is not None:
        return {"initial_option": option}
    return {"initial_value": written} if written else {}
