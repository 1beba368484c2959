"""Direct messages about who leads, and to whoever leads: command passes, is silent, is nobody's, may end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.calling import about_event, behind, direct_card, on_site, take_command, what_happened
from bot.cards.command_buttons import stand_down_button
from bot.cards.wording import names, titled, why_command
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.card import Card, Shown
    from bot.domain.company import Company
    from bot.domain.entries_command import CommandPassed, CommandWhy
    from bot.domain.event import Event
    from bot.domain.parties import Member


def command_passed(event: Event, passed: CommandPassed, before: Member | None, company: Company, now: datetime) -> Card:
    """Command passes to this person: why, from whom, until when an answer is wanted."""
    what = about_event(event)
    acting = passed.acting and passed.why == "silent"
    head = text("call.command.acting", **what) if acting else text("call.command", **what)
    lead = (*_why(passed, before), *_answer_by(passed.answer_at), *behind(passed.late), *what_happened(event))
    others = () if before is None else (before,)
    return direct_card(
        event, head, lead, (take_command(event), on_site(event)), company, now, people=others, to_leader=True
    )


def _why(passed: CommandPassed, before: Member | None) -> tuple[Shown, ...]:
    match passed.why:
        case "silent" if before is not None:
            return (plural("call.silent", 1, people=before.name),)
        case "absent" if before is not None:
            return (text("call.command.absent", person=before.name),)
        case "handed_over" if before is not None:
            return (text("call.command.handed_over", person=before.name),)
        case "directs_on_site":
            return (text("call.command.on_site"),)
        case _:
            return ()


def _answer_by(answer_at: datetime | None) -> tuple[Shown, ...]:
    return () if answer_at is None else (text("call.command.answer_by", at=Moment(answer_at)),)


def command_reminder(event: Event, company: Company, now: datetime, late: float) -> Card:
    """Whoever leads has not answered yet."""
    head = text("call.command.reminder", **about_event(event))
    lead = (*_answer_by(event.command.answer_at), *behind(late))
    return direct_card(event, head, lead, (take_command(event), on_site(event)), company, now, to_leader=True)


def nobody_commands(event: Event, company: Company, now: datetime) -> Card:
    """The chain of command is exhausted: everybody in it is called (docs/architecture.md, "Command")."""
    head = text("call.command.nobody", **about_event(event))
    lead = (text("call.command.nobody.who", people=names(event.chain)),)
    return direct_card(event, head, lead, (take_command(event), on_site(event)), company, now)


def command_left(event: Event, to: Member, why: CommandWhy, company: Company, now: datetime) -> Card:
    """The one who led is told who leads now; one press takes it back."""
    head = text("call.command.left", person=titled(to), at=Moment(now), number=event.id)
    return direct_card(
        event, head, (why_command(why),), (take_command(event),), company, now, people=(to,), tone="work"
    )


def all_clear(event: Event, company: Company, now: datetime) -> Card:
    """Every department has confirmed: whoever commands may end the response."""
    head = text("call.all_clear", **about_event(event))
    lead = (text("call.all_clear.then"),)
    return direct_card(event, head, lead, (stand_down_button(event),), company, now, tone="work", to_leader=True)
