"""The course: what happened, moment by moment, with what was typed and the photos."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.record import Entry
from bot.exports.document import MomentItem, Moments, Picture
from bot.exports.names import Names
from bot.exports.sentences import sentence
from bot.exports.wording import who

SILENT = (e.MessageSent, e.RuleFired)
"""Kinds with a table of their own or no news for a reader; the JSON export has every entry."""

LATE_FROM = 60.0
"""Seconds between happening and recording from which an entry is marked as late."""


def course(entries: Sequence[Entry], names: Names) -> Moments:
    """Each entry that a reader wants, by the time claimed for it."""
    told = [x for x, before in zip(entries, (None, *entries[:-1]), strict=True) if not _silent(x, before)]
    return Moments(tuple(sorted((_moment(x, names) for x in told), key=lambda item: (item.at, item.sequence))))


def _silent(entry: Entry, before: Entry | None) -> bool:
    """Whether the timeline leaves it out: the value of a fact stands in the evidence that brought it already."""
    if isinstance(entry.payload, e.FactSet):
        return before is not None and isinstance(before.payload, e.EvidenceGiven)
    return isinstance(entry.payload, SILENT)


def _moment(entry: Entry, names: Names) -> MomentItem:
    late = (entry.recorded_at - entry.at).total_seconds() >= LATE_FROM
    return MomentItem(
        sequence=entry.sequence,
        at=entry.at,
        who=_who(entry),
        what=sentence(entry, names),
        typed=_typed(entry.payload),
        recorded_at=entry.recorded_at if late else None,
        pictures=_pictures(entry.payload),
        destroyed=entry.private is None and entry.private_seal is not None,
    )


def _who(entry: Entry) -> Shown:
    match entry.payload:
        case e.Said(speaker=speaker) | e.Edited(speaker=speaker) | e.Deleted(speaker=speaker):
            return speaker
        case e.Noted(speaker=speaker) | e.FileKept(speaker=speaker):
            return speaker
        case _:
            return who(entry)


def _typed(payload: e.Payload) -> str:
    match payload:
        case e.Said(words=words) | e.Edited(words=words) | e.Noted(words=words):
            return words or ""
        case e.EvidenceGiven(written=written) | e.InjectAnswered(written=written):
            return written or ""
        case _:
            return ""


def _pictures(payload: e.Payload) -> tuple[Picture, ...]:
    match payload:
        case e.FileKept() as kept:
            return (Picture(kept.file, kept.media_type, kept.name or ""),)
        case _:
            return ()
