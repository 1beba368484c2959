"""Which handler answers which word, press or form. Built from explicit lists; import does nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.chat.card import Reply
from bot.text import Text

C = TypeVar("C")
Handler = Callable[[C], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Word(Generic[C]):
    """A word people say after a slash: `/report`, with Chinese words too, a help line and an example."""

    name: str
    also: tuple[str, ...]
    help: Text
    example: Text
    handler: Handler[C]


@dataclass(slots=True)
class Router(Generic[C]):
    """One file's words, presses and forms; `merge` makes the house's router of them."""

    words: list[Word[C]] = field(default_factory=list[Word[C]])
    presses: dict[str, Handler[C]] = field(default_factory=dict[str, Handler[C]])
    forms: dict[str, Handler[C]] = field(default_factory=dict[str, Handler[C]])

    def word(self, name: str, *also: str, help_line: Text, example: Text) -> Callable[[Handler[C]], Handler[C]]:
        """Answer `/name` and each of `also`."""

        def keep(handler: Handler[C]) -> Handler[C]:
            self.words.append(Word(name, also, help_line, example, handler))
            return handler

        return keep

    def press(self, *actions: str) -> Callable[[Handler[C]], Handler[C]]:
        """Answer presses of these actions."""

        def keep(handler: Handler[C]) -> Handler[C]:
            for action in actions:
                self.presses[action] = handler
            return handler

        return keep

    def form(self, *ids: str) -> Callable[[Handler[C]], Handler[C]]:
        """Answer these forms."""

        def keep(handler: Handler[C]) -> Handler[C]:
            for form in ids:
                self.forms[form] = handler
            return handler

        return keep


def merge(routers: tuple[Router[C], ...]) -> Router[C]:
    """All routers as one; a word, press or form given twice is a mistake of ours and raises ValueError."""
    whole: Router[C] = Router()
    for router in routers:
        for word in router.words:
            taken = {name for other in whole.words for name in (other.name, *other.also)}
            if taken & {word.name, *word.also}:
                message = f"the word {word.name} is given twice"
                raise ValueError(message)
            whole.words.append(word)
        for mine, theirs in (
            (whole.presses, router.presses),
            (whole.forms, router.forms),
        ):
            if mine.keys() & theirs.keys():
                message = f"given twice: {sorted(mine.keys() & theirs.keys())}"
                raise ValueError(message)
            mine.update(theirs)
    return whole
