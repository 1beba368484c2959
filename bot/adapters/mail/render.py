"""A card as an e-mail: text and simple HTML, in the room's languages. Pure: everything is escaped here.

Headers are made by `email.message.EmailMessage`, which refuses line breaks in them (RFC 5322).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Final

from bot.cards.plain import both, marked_head, plain, plain_line
from bot.errors import Undeliverable
from bot.text import LANGUAGES, Words, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from bot.cards.plain import Render
    from bot.chat.adapter import Showing
    from bot.chat.card import Card, Link, Shown
    from bot.text import Language

POLICY: Final = SMTP.clone(cte_type="7bit")
"""No server need know 8BITMIME (RFC 6152) or SMTPUTF8 (RFC 6531)."""
TAGS: Final[Mapping[Language, str]] = {"zh": "zh-CN", "en": "en"}
ONE_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*", re.ASCII)
"""One mailbox without quoting, as people have them (RFC 5322, dot-atom)."""
DIALLED: Final = "+*#0123456789"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes: the sender as configured, a voice for each language, where the built-in chat is (empty: nowhere)."""

    sender: str
    voices: Mapping[Language, Render]
    web: str = ""

    @property
    def address(self) -> str:
        """The sender's address without a name."""
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        """What Message-IDs end with."""
        return self.address.rpartition("@")[2] or "localhost"


def render(showing: Showing, room: Words, desk: Desk, now: datetime) -> EmailMessage:
    """The e-mail. Raises Undeliverable where the room's address is none, or is more than one."""
    languages = LANGUAGES if showing.language == "both" else (showing.language,)
    card = showing.card
    message = EmailMessage(policy=POLICY)
    message["From"] = desk.sender
    message["To"] = _one(showing.address)
    message["Subject"] = " / ".join(dict.fromkeys(_subject(card, room, desk.voices[each]) for each in languages))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(desk, showing.key, str(card.revision), showing.address)
    root = message_id(desk, card.event or showing.key, showing.room)
    message["In-Reply-To"] = message["References"] = root
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834
    message["Content-Language"] = ", ".join(TAGS[each] for each in languages)
    message.set_content(_text(card, languages, desk), charset="utf-8")
    html = "\n<hr>\n".join(_html(card, each, desk) for each in languages)
    message.add_alternative(f"<!doctype html>\n<html><body>\n{html}\n</body></html>\n", subtype="html", charset="utf-8")
    return message


def message_id(desk: Desk, *parts: str) -> str:
    """The same message has the same name, however often it is sent: mailboxes show it once."""
    name = sha256("\0".join(parts).encode()).hexdigest()[:32]
    return f"<{name}@{desk.domain}>"


def _one(address: str) -> Address:
    if not ONE_ADDRESS.fullmatch(address):
        raise Undeliverable(f"no mail address: {address!r}")
    return Address(addr_spec=address)


def _subject(card: Card, room: Words, say: Render) -> str:
    """The mark, the number, the room: on one line, whatever was typed."""
    match card.kind:
        case "live":
            shown: Shown = text("mail.subject.live", number=card.event or "", room=room)
        case "drill":
            shown = text("mail.subject.drill", number=card.event or "", room=room)
        case None:
            shown = room
    return " ".join(say(shown).split())


def _text(card: Card, languages: tuple[Language, ...], desk: Desk) -> str:
    if languages == LANGUAGES:
        body = both(card, desk.voices["zh"], desk.voices["en"])
    else:
        body = "\n".join(plain(card, desk.voices[each]) for each in languages)
    links = (
        desk.voices[each](text("mail.link", label=link.label, address=_address(link, desk)))
        for each in languages
        for link in _links(card, desk)
    )
    return "\n".join((body, *dict.fromkeys(links), *_last(card, languages, desk)))


def _last(card: Card, languages: tuple[Language, ...], desk: Desk) -> Iterator[str]:
    """Where links follow the card, the mark of a drill is last once more."""
    if card.kind == "drill" and _links(card, desk):
        yield desk.voices[languages[-1]](text("mark.last.drill")).strip()


def _links(card: Card, desk: Desk) -> tuple[Link, ...]:
    return card.links if desk.web else ()


def _address(link: Link, desk: Desk) -> str:
    return f"{desk.web}/{link.path}"


def _html(card: Card, language: Language, desk: Desk) -> str:
    say = desk.voices[language]
    return "\n".join((f'<div lang="{TAGS[language]}">', *_parts(card, say, desk), "</div>"))


def _parts(card: Card, say: Render, desk: Desk) -> Iterator[str]:
    yield f"<p><strong>{escape(marked_head(card, say))}</strong></p>"
    yield from (_paragraph(say(each)) for each in card.lead)
    if card.lines:
        yield f"<ul>{''.join(f'<li>{escape(plain_line(line, say))}</li>' for line in card.lines)}</ul>"
    if card.more is not None:
        yield _paragraph(say(card.more))
    if card.telephones:
        yield f"<p>{'<br>'.join(_telephone(say(each.name), each.number) for each in card.telephones)}</p>"
    for link in _links(card, desk):
        yield f'<p><a href="{escape(_address(link, desk))}">{escape(say(link.label))}</a></p>'
    if card.foot is not None:
        yield _paragraph(say(card.foot))
    if card.kind == "drill":
        yield f"<p><strong>{escape(say(text('mark.last.drill')).strip())}</strong></p>"


def _paragraph(said: str) -> str:
    return f"<p>{'<br>'.join(escape(line) for line in said.split(chr(10)))}</p>"


def _telephone(name: str, number: str) -> str:
    dialled = "".join(each for each in number if each in DIALLED)
    return f'{escape(name)} <a href="tel:{dialled}">{escape(number)}</a>'
