"""What is asked about a drill: which one, whether it is to start now, what was done, how it went. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.drill import safety_line, state_of
from bot.cards.drill_list import drill_option
from bot.cards.wording import listed
from bot.chat.card import Choice, Form, Reply, Written
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.card import FormField, Shown
    from bot.domain.drill import Drill
    from bot.domain.entries_drill import DrillStarted
    from bot.domain.event import Event
    from bot.services.house import House

PICK, GO, DONE, SAID, REAL = "drill.pick", "drill.go", "drill.done", "drill.said", "report.real"
MOST_PLACES = 12
"""Places offered to tap; any other is typed."""


def ask_which(drills: Sequence[Drill]) -> Reply:
    """Several drills may be started by whoever asks."""
    options = tuple((str(drill.id), drill_option(drill)) for drill in drills)
    fields = (Choice("drill", text("ask.drill.which"), options),)
    return Reply(form=Form(PICK, text("ask.drill.title"), fields, text("ask.go_on"), kind="drill"))


def ask_start(plan: DrillStarted, speed: float, live: Event | None, kept: dict[str, str]) -> Reply:
    """The second look before STARTEX, in words that no live launch uses: what, who takes part, who stops it and how."""
    hint = text(
        "ask.drill.start.hint",
        roles=listed(role.name for role in plan.participants),
        safety=safety_line(plan.safety, plan.stop_word),
        scenario=plan.scenario,
    )
    shown: Shown = hint if speed == 1 else text("ask.drill.start.fast", hint=hint, speed=speed)
    form = Form(
        GO,
        text("ask.drill.start", title=plan.title),
        () if live is None else (_beside(live),),
        text("ask.drill.start.go"),
        kind="drill",
        hint=shown,
        context={**kept, "drill": str(plan.drill), "speed": str(speed)},
    )
    return Reply(form=form)


def _beside(live: Event) -> FormField:
    """A real event of the same kind goes on: unless somebody says otherwise, no drill is added to it."""
    options = (
        ("no", text("ask.drill.beside.no")),
        ("yes", text("ask.drill.beside.yes")),
    )
    label = text("ask.drill.beside", number=live.id, title=live.title)
    return Choice("beside", label, options, required=False)


def ask_done(event: Event, number: str) -> Reply:
    """It is recorded; what was done may be added."""
    fields = (Written("done", text("ask.drill.done"), required=False, long=True),)
    title = text("ask.drill.done.title", count=number)
    asked = {"event": str(event.id), "inject": number}
    hint = text("ask.drill.done.hint")
    return Reply(form=Form(DONE, title, fields, text("ask.send"), kind="drill", hint=hint, context=asked))


def ask_after(event: Event) -> Reply:
    """The three questions of the hot wash; each may be left out."""
    fields = (
        Written("worked", text("ask.drill.worked"), required=False, long=True),
        Written("failed", text("ask.drill.failed"), required=False, long=True),
        Written("change", text("ask.drill.change"), required=False, long=True),
    )
    title = text("ask.drill.after", title=state_of(event).title, number=event.id)
    hint = text("ask.drill.after.hint")
    asked = {"event": str(event.id)}
    return Reply(form=Form(SAID, title, fields, text("ask.send"), kind="drill", hint=hint, context=asked))


def ask_real(house: House, live: Event) -> Reply:
    """What and where, once the report is out; everything can be left for later."""
    places = tuple(place.name for place in house.company.places.values())[:MOST_PLACES]
    fields = (
        Written("where", text("report.where"), required=False, suggestions=places),
        Written("what", text("report.what"), required=False, long=True),
    )
    form = Form(
        REAL,
        text("ask.drill.real", number=live.id),
        fields,
        text("report.send"),
        kind="live",
        hint=text("ask.drill.real.hint"),
        skip=text("ask.drill.real.skip"),
        context={"event": str(live.id)},
    )
    return Reply(form=form)
