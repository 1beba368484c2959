"""What every form needs: the company's head, moments in cells, how long a record is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.record import Entry
from bot.exports.document import Cell
from bot.text import Moment, Text, Words, plural, text

NOTHING: Cell = (Words("—", "—"),)


@dataclass(frozen=True, slots=True)
class Form:
    """What the company prints on its form."""

    company: Words
    code: str
    revision: str
    keep_years: int
    """How long the record is kept at least, from the end of the event (P11)."""


def signers() -> tuple[Text, ...]:
    """Who signs a form."""
    return (
        text("form.sign.prepared"),
        text("form.sign.checked"),
        text("form.sign.approved"),
    )


def at(moment: datetime | None) -> Cell:
    """A moment alone in a cell."""
    return NOTHING if moment is None else (moment_text(moment),)


def moment_text(moment: datetime) -> Text:
    """A moment as a line of a cell."""
    return text("form.at", at=Moment(moment))


def saved(at: str) -> Moment | str:
    """When the playbook was saved, in the company's zone; as it stands where it is no time."""
    try:
        return Moment(datetime.fromisoformat(at))
    except ValueError:
        return at


def keep_until(closed_at: datetime | None, years: int) -> datetime | None:
    """The day so many years after the end; None while the event goes on."""
    if closed_at is None:
        return None
    leap_day = (closed_at.month, closed_at.day) == (2, 29)
    return (closed_at - timedelta(days=1) if leap_day else closed_at).replace(year=closed_at.year + years)


def ended_at(entries: Sequence[Entry]) -> datetime | None:
    """When the response ended, in whatever way."""
    ends = (e.StoodDown, e.FalseAlarm, e.MergedInto, e.DrillEnded)
    return next((x.at for x in entries if isinstance(x.payload, ends)), None)


def proof(entries: Sequence[Entry]) -> tuple[Shown, ...]:
    """How to check that the record is what was written."""
    head = entries[-1].hash
    closed = next((x.payload for x in entries if isinstance(x.payload, e.Closed)), None)
    lines: tuple[Shown, ...] = (plural("form.proof", len(entries), head=head),)
    if closed is not None:
        lines = (
            *lines,
            text("form.proof.signed", signature=closed.signature, key=closed.public_key),
        )
    return (*lines, text("form.proof.how"))


def opening(entries: Sequence[Entry]) -> e.Opened:
    """What a record begins with."""
    opened = entries[0].payload
    if not isinstance(opened, e.Opened):
        message = "a record begins with event.opened"
        raise TypeError(message)
    return opened


def plan(opened: e.Opened) -> Text:
    """The plan as it was when the event opened."""
    return text(
        "form.plan.version",
        title=opened.title,
        digest=opened.playbook_digest[:12],
        author=opened.playbook_author,
        saved=saved(opened.playbook_saved_at),
    )
