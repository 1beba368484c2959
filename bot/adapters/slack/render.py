"""Card → blocks and fallback text. Pure: what is marked up is escaped here and nowhere else.

Text stands in `plain_text` wherever Slack allows it, so that nothing in it means anything to Slack.
Limits: https://docs.slack.dev/reference/block-kit/blocks and …/block-kit/block-elements
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bot.adapters.slack.fitting import cut, folded, packed, split
from bot.adapters.slack.reading import Written, write_json
from bot.adapters.slack.tokens import escape
from bot.cards.marks import asked_as, marked, said
from bot.cards.plain import both, marked_head, plain, plain_line
from bot.chat.card import Button, Card
from bot.text import plural, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.cards.plain import Render
    from bot.chat.card import Reply, Shown
    from bot.domain.parties import Marked

MOST_OF_SECTION: Final = 3000
MOST_OF_HEADER: Final = 150
MOST_OF_LABEL: Final = 75
MOST_OF_OPTION: Final = 150
"""Characters of the value of an option."""
MOST_OF_QUESTION: Final = 300
MOST_OPTIONS: Final = 5
"""Options of an overflow menu."""
MOST_BUTTONS: Final = 25
"""Elements of an actions block."""
MOST_OF_MESSAGE: Final = 10_000
"""Characters of all blocks together: beyond about 13,000 Slack answers `msg_blocks_too_long`."""
MOST_OF_TEXT: Final = 3500
"""Characters of the text of notifications: beyond 4,000 Slack may split it (chat.postMessage)."""
IN_ADDRESS: Final = "/?=&#@:"
"""What stays as it is in the path of a page."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: one voice for each language, Chinese first.

    `web` is the address of the built-in chat, empty where no phone gets there: then nothing links to it.
    """

    voices: tuple[Render, ...]
    web: str = ""

    def say(self, shown: Shown, between: str = "\n") -> str:
        """A text in each language, once where they are the same."""
        return between.join(dict.fromkeys(voice(shown) for voice in self.voices))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: blocks, and the text that notifications and screen readers have."""

    blocks: list[Written]
    text: str


def plain_text(words: str) -> Written:
    """Text that is nothing but text."""
    return {"type": "plain_text", "text": words, "emoji": False}


def section(words: str) -> Written:
    """A paragraph of at most 3,000 characters."""
    return {"type": "section", "text": plain_text(words)}


def sections(lines: Iterable[str]) -> list[Written]:
    """Lines as paragraphs."""
    return [section(words) for words in packed((line for line in lines if line.strip()), MOST_OF_SECTION)]


def context(*elements: Written) -> Written:
    """Small print."""
    return {"type": "context", "elements": list(elements)}


def render_card(card: Card, reader: Reader) -> Rendered:
    """A message. Its mark comes first, a drill's also last; the buttons are never left out."""
    blocks: list[Written] = []
    voices = _voices(card, reader)
    for voice in voices:
        if blocks:
            blocks.append({"type": "divider"})
        blocks += _half(card, voice, MOST_OF_MESSAGE // len(voices))
    blocks += _contacts(card, reader)
    blocks += render_buttons(card.buttons, reader, card.kind)
    return Rendered([*blocks, *_last(card, reader)], fallback(card, reader))


def fallback(card: Card, reader: Reader) -> str:
    """The words of a card where blocks are not shown, for notifications and for screen readers."""
    voices = _voices(card, reader)
    whole = plain(card, voices[0]) if len(voices) == 1 else both(card, voices[0], voices[-1])
    last = f"\n{reader.say(text('mark.last.drill'), ' / ').strip()}" if card.kind == "drill" else ""
    fits = whole if len(whole) <= MOST_OF_TEXT else f"{cut(whole, MOST_OF_TEXT - len(last))}{last}"
    return escape(fits)


def _voices(card: Card, reader: Reader) -> Sequence[Render]:
    """The languages it is written in: one where it reads the same in both, as what people said does."""
    first, *others = reader.voices
    return (first, *(voice for voice in others if plain(card, voice) != plain(card, first)))


def _half(card: Card, say: Render, limit: int) -> Iterator[Written]:
    head = marked_head(card, say)
    if len(head) <= MOST_OF_HEADER and "\n" not in head:
        yield {"type": "header", "text": plain_text(head)}
    else:
        yield from sections(split(cut(head, limit // 2), MOST_OF_SECTION))
    leads = [say(lead) for lead in card.lead]
    lines = [plain_line(line, say) for line in card.lines]
    shown, left = folded((*leads, *lines), limit - min(len(head), limit // 2))
    yield from sections(shown[: len(leads)])
    yield from sections(shown[len(leads) :])
    ending = [] if card.more is None else [say(card.more)]
    if left:
        ending.append(say(plural("slack.more_lines", left)))
    elif shown and shown[-1] != (*leads, *lines)[-1]:
        ending.append(say(text("slack.cut")))
    yield from sections(ending)


def _contacts(card: Card, reader: Reader) -> Iterator[Written]:
    """Numbers and pages that can be tapped."""
    numbers = [_telephone(reader.say(each.name, " "), each.number) for each in card.telephones]
    pages = [link(reader, each.label, each.path) for each in card.links if reader.web]
    for tappable in (numbers, pages):
        for words in packed(tappable, MOST_OF_SECTION):
            yield {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}


def _telephone(name: str, number: str) -> str:
    dialled = "".join(each for each in number if each.isdecimal() or each in "+*#")
    return f"☎ {escape(name)} <tel:{dialled}|{escape(number)}>" if dialled else f"☎ {escape(name)} {escape(number)}"


def link(reader: Reader, label: Shown, path: str) -> str:
    """A page of the built-in web."""
    words = " ".join(reader.say(label, " / ").split())
    return f"<{escape(f'{reader.web}/{quote(path, safe=IN_ADDRESS)}')}|{escape(words)}>"


def _last(card: Card, reader: Reader) -> Iterator[Written]:
    """When it was shown and which version it is; of a drill, that it is one."""
    elements = [] if card.foot is None else [plain_text(cut(reader.voices[-1](card.foot), MOST_OF_SECTION))]
    if card.kind == "drill":
        elements.append(plain_text(last_mark(reader)))
    if elements:
        yield context(*elements)


def last_mark(reader: Reader) -> str:
    """What a message of a drill ends with."""
    return " / ".join(dict.fromkeys(voice(text("mark.last.drill")).strip() for voice in reader.voices))


def render_buttons(buttons: Sequence[Button], reader: Reader, kind: Marked | None) -> list[Written]:
    """Buttons in their order; those that may fold stand behind ⋯ at the end."""
    fold = [button for button in buttons if _folds(button)][: MOST_OPTIONS * MOST_OPTIONS]
    shown: list[Written] = []
    for place, button in enumerate(buttons):
        if button not in fold:
            shown.append(_button(button, place, reader, kind))
    starts = range(0, len(fold), MOST_OPTIONS)
    shown += [_overflow(fold[start : start + MOST_OPTIONS], start, reader) for start in starts]
    rows = range(0, len(shown), MOST_BUTTONS)
    return [{"type": "actions", "elements": shown[start : start + MOST_BUTTONS]} for start in rows]


def _folds(button: Button) -> bool:
    """An option cannot ask for itself, and carries little: such a button stays one."""
    return button.more and button.confirm is None and len(press_value(button)) <= MOST_OF_OPTION


def press_value(button: Button) -> str:
    """What a button sends: everything `Pressed` needs, as one JSON list; the last says that Slack asked first."""
    parts = [button.action, button.event, button.target, button.revision, button.commander]
    return write_json([*parts, 1] if button.confirm is not None else parts)


def _button(button: Button, place: int, reader: Reader, kind: Marked | None) -> Written:
    shown: Written = {
        "type": "button",
        "action_id": f"{button.action}:{place}",
        "text": plain_text(_label(button, reader)),
        "value": press_value(button),
    }
    if button.style != "normal":
        shown["style"] = button.style
    if button.confirm is not None:
        shown["confirm"] = {
            "title": plain_text(reader.say(text("slack.confirm.title"), " / ")),
            "text": plain_text(_question(button.confirm, asked_as(button, kind), reader)),
            "confirm": plain_text(reader.say(text("web.confirm"), " / ")),
            "deny": plain_text(reader.say(text("web.cancel"), " / ")),
        }
    return shown


def _question(asked: Shown, kind: Marked | None, reader: Reader) -> str:
    """What is asked before a press counts; where it is too long, its mark still comes last."""
    question = "\n".join(dict.fromkeys(marked(asked, kind, voice) for voice in reader.voices))
    if len(question) <= MOST_OF_QUESTION:
        return question
    last = f"\n{last_mark(reader)}" if kind == "drill" else ""
    return f"{cut(question, MOST_OF_QUESTION - len(last))}{last}"


def _overflow(buttons: Sequence[Button], start: int, reader: Reader) -> Written:
    options = [{"text": plain_text(_label(each, reader)), "value": press_value(each)} for each in buttons]
    return {"type": "overflow", "action_id": f"more:{start}", "options": options}


def _label(button: Button, reader: Reader) -> str:
    return cut(reader.say(button.label, " "), MOST_OF_LABEL)


def render_reply(reply: Reply, reader: Reader) -> Rendered | None:
    """What only one person sees: the sentence, the card, the page, and undo; None where there is nothing to say."""
    shown = said(reply)
    words = "" if shown is None else reader.say(shown)
    card = None if reply.card is None else render_card(reply.card, reader)
    blocks = sections(split(words, MOST_OF_SECTION))
    blocks += [] if card is None else card.blocks
    if reply.link is not None and reader.web:
        marked_up = link(reader, reply.link.label, reply.link.path)
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": marked_up, "verbatim": True}})
    if reply.undo is not None:
        blocks += render_buttons((reply.undo,), reader, reply.kind)
    if not blocks:
        return None
    if reply.kind == "drill" and (reply.link is not None or reply.undo is not None):
        blocks.append(context(plain_text(last_mark(reader))))
    return Rendered(blocks, _spoken(reply, words, reader) if card is None or words else card.text)


def _spoken(reply: Reply, words: str, reader: Reader) -> str:
    """What notifications and screen readers have of a reply."""
    if not words:
        return "" if reply.link is None else escape(reader.say(reply.link.label))
    last = last_mark(reader) if reply.kind == "drill" and len(words) > MOST_OF_TEXT else ""
    return escape(f"{cut(words, MOST_OF_TEXT - len(last))}{last}")
