"""Card → messages of Telegram, with their buttons. Pure.

Text goes out as text with entities, so there is no markup that words could break; only the head is bold.
Limits are counted as Telegram counts them, in UTF-16 units (https://core.telegram.org/bots/api#sendmessage).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from bot.cards.marks import REAL, asked_as
from bot.cards.plain import BETWEEN, both, plain
from bot.chat.card import Button, Card, Link
from bot.text import LANGUAGES, Words, text

if TYPE_CHECKING:
    from bot.chat.card import Shown, Style
    from bot.domain.company import RoomLanguage
    from bot.domain.parties import Marked
    from bot.text import Language

Say: TypeAlias = "Callable[[Shown, Language], str]"
"""A text for one reader, times in the company's zone."""

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
TOAST_LIMIT: Final = 200
MOST_BUTTONS: Final = 100
ACROSS: Final = 3
"""Buttons side by side at most, so that a thumb hits one."""
WIDTH: Final = 26
"""Columns of labels that a row holds on a narrow phone; a Chinese character takes two."""
LABEL_LIMIT: Final = 64
FOLD: Final = "⋯"
NOTHING: Final = "·"
"""Shown where a card says nothing at all: Telegram takes no empty message."""
STOPS: Final = " 。；，、.;,!?！？\t"
JOINING: Final = "\u200d\ufe0f"
LONGEST_CHARACTER: Final = 16
"""Code points of one that is made of several; more of them in a row are no character."""
STYLES: Final[dict[Style, str]] = {"primary": "primary", "normal": "", "danger": "danger"}


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text, and where it is bold (offset and length in UTF-16 units)."""

    text: str
    bold: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """One button. Exactly one of: a press of the house, an address, the keys it unfolds."""

    label: str
    press: Button | None = None
    url: str = ""
    unfolds: Rows = ()
    style: str = ""
    question: Words | None = None
    """Asked before the press counts."""


Rows: TypeAlias = tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A card as messages in their order; the buttons stand under the last."""

    parts: tuple[Part, ...]
    rows: Rows


def render_card(card: Card, language: RoomLanguage, say: Say, base: str, limit: int = TEXT_LIMIT) -> Rendered:
    """The card for the readers of a room. `base`: how people reach the built-in web; `limit`: of its one message."""
    marks = _marks(card, language, say)
    whole = _whole(card, language, say).strip() or NOTHING
    return Rendered(tuple(_parts(whole, marks, limit)), _rows(card, language, say, base))


def fits(card: Card, language: RoomLanguage, say: Say, limit: int) -> bool:
    """Whether the text of a card stays within a limit."""
    return units(_whole(card, language, say).strip()) <= limit


def _whole(card: Card, language: RoomLanguage, say: Say) -> str:
    zh, en = (partial(_said, say, each) for each in LANGUAGES)
    match language:
        case "both":
            one, other = plain(card, zh), plain(card, en)
            return one if one == other else both(card, zh, en)
        case "zh":
            return plain(card, zh)
        case "en":
            return plain(card, en)


def _said(say: Say, language: Language, shown: Shown) -> str:
    return say(shown, language)


def in_languages(shown: Shown, language: RoomLanguage, say: Say) -> str:
    """A short text; in a room of both languages both, once where they are the same."""
    if language != "both":
        return say(shown, language)
    zh, en = (say(shown, each) for each in LANGUAGES)
    return zh if zh == en else f"{zh} {en}"


def _marks(card: Card, language: RoomLanguage, say: Say) -> tuple[str, str]:
    """What stands first and last on every message of a card that takes more than one."""
    match card.kind:
        case None:
            return "", ""
        case "live":
            return in_languages(text("mark.live"), language, say), ""
        case "drill":
            return (
                in_languages(text("mark.drill"), language, say),
                in_languages(text("mark.last.drill"), language, say).strip(),
            )


def _parts(whole: str, marks: tuple[str, str], limit: int) -> Iterator[Part]:
    """As many messages as it takes, the marks first and last on each; the head of each language is bold."""
    if units(whole) <= limit:
        yield Part(whole, tuple(_heads(whole)))
        return
    first, last = marks
    room = limit - units(first) - units(last) - 2
    split = pieces(whole, room)
    for place, piece in enumerate(split):
        before = f"{first}\n" if place and first else ""
        after = f"\n{last}" if last and place < len(split) - 1 else ""
        heads = _heads(piece, first=not place)
        yield Part(f"{before}{piece}{after}", tuple((units(before) + offset, length) for offset, length in heads))


def _heads(piece: str, *, first: bool = True) -> Iterator[tuple[int, int]]:
    """The first line, and the first of the second language; a message of one line has none."""
    offset, head = 0, first
    for line in piece.split("\n") if "\n" in piece else ():
        if head and line.strip():
            yield offset, units(line)
        head = line == BETWEEN
        offset += units(line) + 1


def units(words: str) -> int:
    """The length as Telegram counts it."""
    return len(words) if words.isascii() else len(words.encode("utf-16-le", "surrogatepass")) // 2


def pieces(whole: str, limit: int) -> list[str]:
    """A text in pieces of at most `limit` units: between lines, else between words, else between characters."""
    found: list[str] = []
    waiting = ""
    for line in whole.split("\n"):
        longer = f"{waiting}\n{line}" if waiting else line
        if units(longer) <= limit:
            waiting = longer
            continue
        if waiting.strip():
            found.append(waiting)
        *full, waiting = _broken(line, limit)
        found.extend(full)
    return [each for each in (*found, waiting) if each.strip()]


def _broken(line: str, limit: int) -> list[str]:
    """A line that is too long by itself."""
    found: list[str] = []
    while units(line) > limit:
        at = _cut(line, limit)
        found.append(line[:at].rstrip())
        line = line[at:].lstrip()
    return [*found, line]


def _cut(line: str, limit: int) -> int:
    """Where to cut: after the last stop or space of the second half, else before a character that stands alone."""
    longest = len(line.encode("utf-16-le", "surrogatepass")[: limit * 2].decode("utf-16-le", "ignore"))
    for at in range(longest, longest // 2, -1):
        if line[at - 1] in STOPS:
            return at
    for at in range(longest, max(longest - LONGEST_CHARACTER, 0), -1):
        if not _joins(line[at]) and line[at - 1] not in JOINING:
            return at
    return max(longest, 1)


def _joins(character: str) -> bool:
    return character in JOINING or unicodedata.combining(character) > 0


def shortened(words: str, limit: int) -> str:
    """A text cut to a limit, between words where there are any; … stands for what is left out."""
    if len(words) <= limit and units(words) <= limit:
        return words
    return f"{pieces(words, limit - 1)[0]}…"


def ending(words: str, limit: int, last: str) -> str:
    """A text cut to a limit that ends with its mark, cut or not."""
    if units(words) <= limit:
        return words
    return f"{shortened(words, limit - units(last))}{last}"


def with_last_word(question: str, again: str, last: str) -> str:
    """A question as an alert, and what to do to say yes; where it has the mark of a drill, that still comes last."""
    if not question.endswith(last):
        return f"{shortened(question, TOAST_LIMIT - units(again) - 1)}\n{again}"
    asked = question.removesuffix(last).rstrip()
    return f"{shortened(asked, TOAST_LIMIT - units(again) - units(last) - 2)}\n{again}\n{last}"


def _rows(card: Card, language: RoomLanguage, say: Say, base: str) -> Rows:
    """The buttons, what is rare behind ⋯ (unfolded, it stands under the others)."""
    keys = [_key(card, button, language, say) for button in card.buttons if not button.more]
    keys += [_address(link, language, say, base) for link in card.links if is_reachable(base)]
    rare = [_key(card, button, language, say) for button in card.buttons if button.more]
    if not rare:
        return _laid_out(keys)
    if not keys:
        return _laid_out(rare)
    return _laid_out([*keys, Key(FOLD, unfolds=(*_laid_out(keys), *_laid_out(rare)))])


def _key(card: Card, button: Button, language: RoomLanguage, say: Say) -> Key:
    return Key(
        shortened(in_languages(button.label, language, say).strip() or NOTHING, LABEL_LIMIT),
        press=button,
        style=STYLES[button.style],
        question=None if button.confirm is None else render_question(asked_as(button, card.kind), button.confirm, say),
    )


def render_question(kind: Marked | None, question: Shown, say: Say) -> Words:
    """What is asked before a press counts, its mark first (and last, in a drill), for a reader of either language."""
    asked = Card(kind, "plain", question)
    zh, en = (plain(asked, partial(_said, say, each)) for each in LANGUAGES)
    return Words(zh, en)


def _address(link: Link, language: RoomLanguage, say: Say, base: str) -> Key:
    return Key(in_languages(link.label, language, say), url=f"{base.rstrip('/')}/{link.path}")


def is_reachable(base: str) -> bool:
    """Whether a phone can open it: Telegram refuses buttons with addresses of no real host."""
    address = urlsplit(base)
    host = address.hostname or ""
    ours = host.startswith(("127.", "0.")) or host in ("localhost", "::1")
    return address.scheme in ("http", "https") and ("." in host or ":" in host) and not ours


def _laid_out(keys: Sequence[Key]) -> Rows:
    """In rows that fit a thumb: at most three, and no wider than a narrow phone."""
    rows: list[tuple[Key, ...]] = []
    apart = False
    for key in _within(keys):
        longer = (*rows[-1], key) if rows else (key,)
        beside, apart = not apart and not _leaves(key), _leaves(key)
        if rows and beside and len(longer) <= ACROSS and sum(_width(each.label) + 2 for each in longer) <= WIDTH:
            rows[-1] = longer
        else:
            rows.append((key,))
    return tuple(rows)


def _within(keys: Sequence[Key]) -> Sequence[Key]:
    """As many as a message may carry; the way out of a drill is never what is left out."""
    if len(keys) <= MOST_BUTTONS:
        return keys
    kept = [key for key in keys if _leaves(key)]
    return [*[key for key in keys if not _leaves(key)][: MOST_BUTTONS - len(kept)], *kept]


def _leaves(key: Key) -> bool:
    """The way out of a drill: it stands by itself, so that no thumb meets it by chance."""
    return key.press is not None and key.press.action == REAL


def _width(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in label)
