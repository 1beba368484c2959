"""What several cards say the same way: the head, who commands, lists of names, and texts cut to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.facts import place_known
from bot.text import Moment, Span, Text, Words, text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.domain.entries_command import CommandWhy
    from bot.domain.event import Event
    from bot.domain.ids import DepartmentId
    from bot.domain.parties import Member
    from bot.domain.playbook import Phase

STOPS = "。.！!？?：:；;，, "
CLAUSES = "。；，.;,"
SHORT_ZH = 22
"""Characters of a task or title that fit a message of at most 70 (practice.md, "A message in an emergency")."""
SHORT_EN = 68
"""Likewise for at most 160 in English."""


def head(event: Event) -> Text:
    """What, where, level by name, number: the first line of every card of an event."""
    return text("card.head", title=event.title, place=where(event), level=event.level_name, number=event.id)


def where(event: Event) -> Words | Text:
    """The place as the report said it, or as it became known since; honest where nobody has said it yet."""
    known = place_known(event)
    return known if known.zh else text("place.unknown")


def foot(revision: int, now: datetime) -> Text:
    """When it was shown and which version it is: a card that is edited in place tells how fresh it is."""
    return text("card.foot", at=Moment(now), revision=revision)


def bare(words: Words) -> Words:
    """A text without its full stop or question mark, to stand inside another sentence."""
    return Words(words.zh.rstrip(STOPS), words.en.rstrip(STOPS))


def short(words: Words, zh: int = SHORT_ZH, en: int = SHORT_EN) -> Words:
    """A text inside another sentence, cut where it would make a message too long for an SMS."""
    trimmed = bare(words)
    return Words(_cut(trimmed.zh, zh), _cut(trimmed.en, en))


def _cut(whole: str, limit: int) -> str:
    """Cut at the end of a clause where there is one, else between words; what is left out is on the card."""
    if len(whole) <= limit:
        return whole
    kept = whole[: limit - 1]
    clause = max(kept.rfind(stop) for stop in CLAUSES)
    space = kept.rfind(" ")
    at = clause if clause > limit // 4 else space if space > limit // 2 else len(kept)
    return f"{kept[:at].rstrip(STOPS)}…"


def names(members: Iterable[Member]) -> Words:
    """Several people, full names, as one list."""
    return listed(member.name for member in members)


def listed(parts: Iterable[Words]) -> Words:
    """Several names as one list, each language with its own comma."""
    every = tuple(parts)
    return Words("、".join(part.zh for part in every), ", ".join(part.en for part in every))


def minutes(seconds: float) -> Span:
    """A length in whole minutes, at least one: "3 min late" reads better than seconds."""
    return Span(max(seconds // 60, 1) * 60)


def phase_name(phase: Phase) -> Text:
    """The phase as people read it."""
    match phase:
        case "warning":
            return text("phase.warning")
        case "response":
            return text("phase.response")
        case "recovery":
            return text("phase.recovery")
        case "review":
            return text("phase.review")


def titled(member: Member) -> Words:
    """A name with its position, name first; the name alone where there is no position."""
    name, position = member.name, member.position
    return Words(
        f"{name.zh}（{position.zh}）" if position.zh else name.zh,
        f"{name.en} ({position.en})" if position.en else name.en,
    )


def who_commands(event: Event) -> Text:
    """Who leads, since when, in whose place; "nobody commands" where the chain is exhausted (G1)."""
    command = event.command
    if command.holder is None:
        return text("card.command.nobody", at=Moment(command.since))
    who = titled(command.holder)
    since = Moment(command.since)
    first = _before(event, command.holder)
    if first is None:
        from_the_beginning = command.since <= event.opened_at
        return text("card.command", who=who) if from_the_beginning else text("card.command.since", who=who, at=since)
    if command.acting:
        return text("card.command.acting", who=who, at=since, other=first.name)
    if first.person in event.absent:
        return text("card.command.absent", who=who, at=since, other=first.name)
    return text("card.command.since", who=who, at=since)


def _before(event: Event, holder: Member) -> Member | None:
    """Whom the holder stands for: the first of the chain, unless the holder is the first."""
    first = event.chain[0] if event.chain else None
    return None if first is None or first.person == holder.person else first


def why_command(why: CommandWhy) -> Text:
    """The reason for which command passed, as a sentence for the people concerned."""
    match why:
        case "opened":
            return text("command.because.opened")
        case "absent":
            return text("command.because.absent")
        case "silent":
            return text("command.because.silent")
        case "handed_over":
            return text("command.because.handed_over")
        case "taken_back":
            return text("command.because.taken_back")
        case "directs_on_site":
            return text("command.because.directs_on_site")
        case "confirmed":
            return text("command.because.confirmed")


def department_name(event: Event, department: DepartmentId) -> Words:
    """A department's name as the event knows it; its id where it took no part from the beginning."""
    return next((ref.name for ref in event.departments if ref.id == department), Words(department, department))


def platform_name(platform: str) -> Words | Text:
    """A platform as people call it; its own name where the catalogs have none."""
    match platform:
        case "web":
            return text("how.web")
        case "slack":
            return text("how.slack")
        case "telegram":
            return text("how.telegram")
        case "email":
            return text("how.email")
        case _:
            return Words(platform, platform)
