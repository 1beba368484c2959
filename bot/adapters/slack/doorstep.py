"""What happens before an update is acknowledged: it is stored, nothing else (rule 1). The same for both ways in.

No call of Slack's API comes before the acknowledgement: Slack waits three seconds, and a call may take as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.adapters.slack.forms import complaints, read_metadata
from bot.adapters.slack.inbound import raw_of
from bot.adapters.slack.reading import Json, Written, each, part, read_json, word
from bot.adapters.slack.tokens import escape
from bot.errors import NotSaved
from bot.text import Words, text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.chat.adapter import Inlet
    from bot.chat.card import Shown
    from bot.clock import Clock
    from bot.text import Language


@dataclass(frozen=True, slots=True)
class Taken:
    """What goes back to Slack: `acknowledged`, and what the acknowledgement says."""

    acknowledged: bool
    answer: Json | None = None


class Doorstep:
    """Takes updates while the house is open (`inlet` is set); before and after that nothing is acknowledged."""

    def __init__(
        self,
        clock: Clock,
        say: Callable[[Shown, Language | None], str],
        telephones: Callable[[], Words],
        tell: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """`say` renders, in both languages where it is not known which; `tell` answers at an address, beside."""
        self.inlet: Inlet | None = None
        self._clock = clock
        self._say = say
        self._telephones = telephones
        self._tell = tell

    async def take(self, payload: str, read: Json | None = None) -> Taken:
        """Store a JSON object that Slack sent, whatever it says; `read` where it was read. Raises Unreadable."""
        sent = read_json(payload) if read is None else read
        missing = self._missing(sent)
        if missing is not None:
            return Taken(acknowledged=True, answer=missing)
        raw = raw_of(payload, self._clock.now(), sent)
        if raw is None:
            return Taken(acknowledged=True)
        if self.inlet is None:
            return await self._not_saved(sent)
        try:
            await self.inlet.keep([raw])
        except NotSaved:
            return await self._not_saved(sent)
        return Taken(acknowledged=True)

    def _missing(self, sent: Json) -> Written | None:
        """A form that answers a question in neither of its two ways stays open and says so."""
        if word(sent, "type") != "view_submission":
            return None
        view = part(sent, "view")
        language = read_metadata(word(view, "private_metadata")).language
        wrong = complaints(view, self._say(text("slack.needed"), language))
        return {"response_action": "errors", "errors": wrong} if wrong else None

    async def _not_saved(self, sent: Json) -> Taken:
        """Events are sent again; whoever waits for an answer hears whom to telephone, and a form stays open."""
        sentence = self._say(text("web.not_saved", telephones=self._telephones()), None)
        if word(sent, "command"):
            return Taken(acknowledged=True, answer={"response_type": "ephemeral", "text": escape(sentence)})
        if word(sent, "type") == "view_submission":
            block = next((word(b, "block_id") for b in each(sent, "view", "blocks") if word(b, "type") == "input"), "")
            if block:
                return Taken(acknowledged=True, answer={"response_action": "errors", "errors": {block: sentence}})
        if word(sent, "response_url"):
            await self._tell(word(sent, "response_url"), sentence)
        return Taken(acknowledged=False)
