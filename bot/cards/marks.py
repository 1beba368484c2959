"""The mark of a drill on everything it says, first and last (Hawaii 2018, Penghu 2024). Renderers call these.

What a handler, a list or a file says of a drill is put between its marks here, so that nobody has to think of it.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from bot.cards.plain import marked_head
from bot.chat.card import Card
from bot.domain.ids import is_drill
from bot.text import same, text

if TYPE_CHECKING:
    from bot.cards.plain import Render
    from bot.chat.card import Button, Reply, Shown
    from bot.domain.parties import Marked

REAL: Final = "drill.real"
"""The press that stops every drill and reports a real emergency."""


def of_drill(words: Shown) -> Shown:
    """A text between the marks of a drill: one line of a list, an answer, a name."""
    return text("mark.whole.drill", words=words)


def named(event: str, words: Shown) -> Shown:
    """What stands for an event in a list where real ones and drills stand side by side."""
    return of_drill(words) if is_drill(event) else words


def said(reply: Reply) -> Shown | None:
    """The text of a reply with the mark it carries. Adapters show this and never `Reply.text` itself."""
    return of_drill(reply.text) if reply.text is not None and reply.kind == "drill" else reply.text


def marked(words: Shown, kind: Marked | None, say: Render) -> str:
    """A sentence with its mark first and, in a drill, last."""
    head = marked_head(Card(kind, "plain", words), say)
    return f"{head}{say(text('mark.last.drill'))}" if kind == "drill" else head


def asked_as(button: Button, kind: Marked | None) -> Marked | None:
    """Whose mark the question before a press carries: what leaves the drill is asked as what it is, a real report."""
    return "live" if button.action == REAL else kind


def between(words: str, kind: Marked | None, say: Render, limit: int) -> str:
    """A name or a title cut to a limit: the marks of a drill are never what is cut."""
    if kind != "drill":
        return words[:limit]
    whole = say(of_drill(same(words)))
    if len(whole) <= limit:
        return whole
    room = max(limit - len(say(of_drill(same("")))) - 1, 0)
    cut = f"{words[:room].rstrip()}…"
    return say(of_drill(same(cut)))


def file_name(name: str, kind: Marked | None, zh: Render, en: Render) -> str:
    """A file of a drill says so first and last in both languages: it is passed on to people who know nothing else."""
    if kind != "drill":
        return name
    path = PurePath(name)
    stem = en(text("mark.file.drill", name=zh(text("mark.file.drill", name=path.stem))))
    return f"{stem}{path.suffix}"
