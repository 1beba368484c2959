"""/drill 演练: which can be held, start one, pause, go on, the next inject, the end, and how it went."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from bot.cards.drill_control import next_inject
from bot.cards.drill_list import Mine, Offered, drill_list
from bot.chat.card import Reply
from bot.chat.router import Router
from bot.domain.ids import DrillId, EventId
from bot.errors import Refused
from bot.services import drilling
from bot.services.asking import may_here, require
from bot.services.context import Context
from bot.services.drill_checks import drill_named, organises
from bot.services.meaning import number_in, pointed_at
from bot.services.noting import Note, add_note
from bot.text import text
from handlers.asked import event_pressed, event_submitted, pressed, recorded, submitted
from handlers.drill_forms import DONE, GO, PICK, SAID, ask_after, ask_done, ask_start, ask_which
from handlers.drill_words import parse_drill

if TYPE_CHECKING:
    from bot.domain.drill import Drill
    from bot.domain.event import Event
    from handlers.drill_words import Asked

ROUTER: Router[Context] = Router()


@ROUTER.word("drill", "演练", "演习", help_line=text("help.drill"), example=text("example.drill"))
async def drill(context: Context) -> Reply:
    """Without words the drills there are; with them, what is said is done."""
    asked = parse_drill(context.words_after)
    match asked.verb:
        case None:
            return await _list(context)
        case "start":
            return await _begin_named(context, asked)
        case "pause":
            return await _paused(context, await _meant(context, asked.rest))
        case "resume":
            return await _resumed(context, await _meant(context, asked.rest))
        case "next":
            return await _next(context, await _meant(context, asked.rest))
        case "end":
            return await _ended(context, await _meant(context, asked.rest))


async def _list(context: Context) -> Reply:
    require(context, "drill.read")
    house, held = context.house, await drilling.last_held(context.work)
    running = await drilling.running_drills(context)
    offered = [
        Offered(each, house.playbooks[each.playbook].playbook.title, held.get(each.playbook))
        for each in house.programme.drills.values()
        if each.playbook in house.playbooks
    ]
    mine = Mine(
        start=bool(_mine(context)),
        leads=frozenset(event.id for event in running if may_here(context, "drill.inject", event)),
        stops=frozenset(event.id for event in running if may_here(context, "drill.end", event)),
    )
    return Reply(card=drill_list(offered, running, mine, context.now))


def _mine(context: Context) -> tuple[Drill, ...]:
    """The drills that whoever asks may start."""
    person = None if context.person is None else context.person.id
    drills = context.house.programme.drills.values()
    return tuple(each for each in drills if organises(context.house, each, person))


async def _begin_named(context: Context, asked: Asked) -> Reply:
    if asked.rest:
        return await _begin(context, drill_named(context.house, asked.rest), asked.speed)
    return await _begin_one_of(context)


async def _begin_one_of(context: Context) -> Reply:
    """The only one that they may start, or which."""
    mine = _mine(context)
    if not mine:
        raise Refused(text("refused.drill.none_of_yours"))
    return await _begin(context, mine[0]) if len(mine) == 1 else ask_which(mine)


async def _begin(context: Context, found: Drill, speed: float | None = None, duty: str = "") -> Reply:
    """Asked once more before anything starts."""
    pace = found.clock_speed if speed is None else speed
    plan, live = await drilling.may_begin(context, found, pace)
    return ask_start(plan, pace, live, {"duty": duty} if duty else {})


@ROUTER.press("drill.start")
async def start(context: Context) -> Reply:
    """On the list, or on the card of the duty that a drill fulfils: its number comes with the button."""
    press = pressed(context)
    if not press.target:
        return await _begin_one_of(context)
    duty = str(press.event) if press.event.startswith("DU-") else ""
    return await _begin(context, drill_named(context.house, press.target), duty=duty)


@ROUTER.form(PICK)
async def picked(context: Context) -> Reply:
    """This one."""
    return await _begin(context, drill_named(context.house, submitted(context).values.get("drill", "")))


@ROUTER.form(GO)
async def go(context: Context) -> Reply:
    """STARTEX. Beside a real event of the same kind only where that was said in so many words."""
    form = submitted(context)
    found = context.house.programme.drills.get(DrillId(form.context.get("drill", "")))
    if found is None:
        raise Refused(text("refused.unknown_form"))
    speed = _speed(form.context.get("speed", ""))
    duty, beside = form.context.get("duty"), form.values.get("beside") == "yes"
    event = await drilling.start_drill(context, found, speed, EventId(duty) if duty else None, beside=beside)
    return Reply(text=text("reply.drill.started", title=found.title, number=event.id), kind="drill")


def _speed(typed: str) -> float:
    try:
        return float(typed)
    except ValueError:
        return nan


async def _meant(context: Context, words: str) -> Event:
    """By its number, else the drill of the room or card it is said in, else the only one that runs."""
    opened = await drilling.running_drills(context)
    year = context.now.astimezone(context.house.zone).year
    named = number_in(words, opened, year, free_text=False) if words else None
    pointed = pointed_at(context) if named is None else named.event
    return await drilling.the_drill(context, pointed)


@ROUTER.press("drill.pause")
async def pause(context: Context) -> Reply:
    """Its clock stops."""
    return await _paused(context, await event_pressed(context))


async def _paused(context: Context, event: Event) -> Reply:
    after = await drilling.pause(context, event.id)
    return Reply(text=text("reply.drill.paused", number=after.id), kind="drill")


@ROUTER.press("drill.resume")
async def resume(context: Context) -> Reply:
    """It goes on."""
    return await _resumed(context, await event_pressed(context))


async def _resumed(context: Context, event: Event) -> Reply:
    after = await drilling.resume(context, event.id)
    return Reply(text=text("reply.drill.resumed", number=after.id), kind="drill")


@ROUTER.press("drill.next")
async def following(context: Context) -> Reply:
    """The next inject now."""
    return await _next(context, await event_pressed(context))


async def _next(context: Context, event: Event) -> Reply:
    planned = None if event.drill is None else next_inject(event.drill)
    after = await drilling.give_next(context, event.id)
    count = 0 if planned is None else planned.number
    return Reply(text=text("reply.drill.given", count=count, number=after.id), kind="drill")


@ROUTER.press("drill.end")
async def end(context: Context) -> Reply:
    """ENDEX, asked on the card already."""
    return await _ended(context, await event_pressed(context))


async def _ended(context: Context, event: Event) -> Reply:
    after = await drilling.end_drill(context, event.id)
    return Reply(text=text("reply.drill.ended", number=after.id), kind="drill")


@ROUTER.press("drill.answer")
async def answer(context: Context) -> Reply:
    """The press counts at once; what was done may be added."""
    event, target = await event_pressed(context), pressed(context).target
    if not target.isdecimal():
        raise Refused(text("refused.unknown_button"))
    after = await drilling.answer_inject(context, event.id, int(target))
    return ask_done(after, target)


@ROUTER.form(DONE)
async def done(context: Context) -> Reply:
    """In their own words, into the record."""
    event, form = await event_submitted(context), submitted(context)
    said = form.values.get("done", "").strip()
    if said:
        prefix = context.house.render(text("drill.done.note", count=form.context.get("inject", "")), context.language)
        await add_note(context, event.id, Note(f"{prefix}{said}", None))
    return recorded(context)


@ROUTER.press("drill.said")
async def say(context: Context) -> Reply:
    """Three questions."""
    return ask_after(await event_pressed(context))


@ROUTER.form(SAID)
async def said(context: Context) -> Reply:
    """Kept as they are written."""
    event, values = await event_submitted(context), submitted(context).values
    worked, failed, change = (values.get(name, "") for name in ("worked", "failed", "change"))
    await drilling.say_after(context, event.id, worked, failed, change)
    return Reply(text=text("reply.drill.said", number=event.id), kind="drill")
