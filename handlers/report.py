"""/report 报险情: a line opens an event at once; the word alone asks at most three questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.wording import where
from bot.chat.card import Card, Choice, Form, Line, Link, NumberField, Reply, Telephone, Upload, Written
from bot.chat.inbound import Said
from bot.chat.router import Router
from bot.domain.ids import FactId, PlaybookId
from bot.domain.playbook import PLACE, TILES
from bot.errors import Refused
from bot.services.context import Context
from bot.services.recognising import recognise
from bot.services.reporting import GENERAL, Report, report_event
from bot.text import plural, text
from handlers.asked import submitted
from handlers.early import carried, set_aside, take_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.chat.card import FormField, Shown
    from bot.domain.event import Event
    from bot.domain.playbook import Playbook, PlaybookVersion, Question, Tile
    from bot.text import Words

ROUTER: Router[Context] = Router()
MOST_PLACES = 12
"""Places offered as tiles; any other is typed."""
MOST_CALLED = 6
"""Names of those called that the reporter sees."""


@ROUTER.word("report", "报险情", "报警", "险情", help_line=text("help.report"), example=text("example.report"))
async def report(context: Context) -> Reply:
    """A line with a word of a playbook opens it at once; any other line opens the general one with the text kept."""
    said = context.inbound.what
    photos = said.files if isinstance(said, Said) else ()
    if not context.words_after:
        return ask_what(context, await set_aside(context))
    playbooks = [version.playbook for version in context.house.playbooks.values()]
    found = recognise(context.words_after, playbooks, context.house.company)
    version = _version(context, GENERAL if found.playbook is None else found.playbook.id)
    event = await report_event(context, Report(version, found.place, context.words_after, photos=photos))
    return reported(context, event, version.playbook)


@ROUTER.press("report.start")
async def start(context: Context) -> Reply:
    """The red button."""
    return ask_what(context)


def ask_what(context: Context, carries: Mapping[str, str] | None = None) -> Reply:
    """Screen 1: eight big tiles."""
    tiles = {version.playbook.tile for version in context.house.playbooks.values()}
    options = tuple((str(tile), tile_name(tile)) for tile in TILES if tile in tiles)
    fields = (Choice("tile", text("report.what"), options, tiles=True),)
    title, following = text("report.title"), text("report.next")
    return Reply(form=Form("report.what", title, fields, following, kind="live", context=carries or {}))


def tile_name(tile: Tile) -> Shown:
    """What stands on a tile."""
    match tile:
        case "fire":
            return text("tile.fire")
        case "injury_chemical":
            return text("tile.injury_chemical")
        case "power_water_gas":
            return text("tile.power_water_gas")
        case "machine":
            return text("tile.machine")
        case "it":
            return text("tile.it")
        case "weather":
            return text("tile.weather")
        case "delivery_material":
            return text("tile.delivery_material")
        case "other":
            return text("tile.other")


@ROUTER.form("report.what")
async def what(context: Context) -> Reply:
    """A tile with one playbook goes on to the details; one with several asks which."""
    form = submitted(context)
    tile = form.values.get("tile", "")
    versions = [version for version in context.house.playbooks.values() if version.playbook.tile == tile]
    if not versions:
        raise Refused(text("refused.unknown_form"))
    if len(versions) == 1:
        return ask_details(context, versions[0].playbook, carried(form))
    options = tuple((str(version.playbook.id), version.playbook.title) for version in versions)
    fields = (Choice("playbook", text("report.which"), options, tiles=True),)
    title, following = text("report.title"), text("report.next")
    return Reply(form=Form("report.kind", title, fields, following, kind="live", context=carried(form)))


@ROUTER.form("report.kind")
async def kind(context: Context) -> Reply:
    """Which of a tile's playbooks it is."""
    form = submitted(context)
    return ask_details(context, _version(context, form.values.get("playbook", "")).playbook, carried(form))


def ask_details(context: Context, playbook: Playbook, carries: Mapping[str, str]) -> Reply:
    """Screens 2 and 3: where, one question, a photo. "Send now" skips them all."""
    places = tuple(place.name for place in context.house.company.places.values())[:MOST_PLACES]
    where = Written("place", text("report.where"), required=False, suggestions=places)
    first = question_of(playbook)
    questions = () if first is None else (question_field(first),)
    fields = (where, *questions, Upload("photo", text("report.photo")))
    form = Form(
        "report.details",
        playbook.title,
        fields,
        text("report.send"),
        kind="live",
        skip=text("report.send_now"),
        context={"playbook": playbook.id, **carries},
    )
    return Reply(form=form)


def question_of(playbook: Playbook) -> Question | None:
    """The one question a frightened person is asked besides where."""
    return next((question for question in playbook.report if question.fact != PLACE), None)


def question_field(question: Question) -> FormField:
    """The question as a form asks it; nobody has to answer it."""
    name = f"fact.{question.fact}"
    if question.choices:
        return Choice(name, question.ask, tuple(question.choices.items()), required=False)
    if question.number is not None:
        unit = "" if question.number == "1" else question.number
        return NumberField(name, question.ask, unit, required=False)
    return Written(name, question.ask, required=False)


@ROUTER.form("report.details")
async def details(context: Context) -> Reply:
    """Sent, or sent now with details later."""
    form = submitted(context)
    version = _version(context, form.context.get("playbook", ""))
    facts = tuple(
        (FactId(name.removeprefix("fact.")), value.strip())
        for name, value in form.values.items()
        if name.startswith("fact.") and value.strip()
    )
    photos = (*form.files.values(), *await take_up(context, form))
    event = await report_event(context, Report(version, form.values.get("place", ""), facts=facts, photos=photos))
    return reported(context, event, version.playbook)


def _version(context: Context, playbook: str) -> PlaybookVersion:
    """The playbook in force; the general one where it has gone since the form was shown."""
    playbooks = context.house.playbooks
    found = playbooks.get(PlaybookId(playbook)) or playbooks.get(GENERAL)
    return found or next(iter(playbooks.values()))


def reported(context: Context, event: Event, playbook: Playbook) -> Reply:
    """What happens now, who was called, what to do at once, where to assemble, whom to telephone."""
    company = context.house.company
    card = Card(
        kind=event.mark,
        tone="alarm",
        head=text("reported.head", title=event.title, place=where(event), number=event.id),
        event=event.id,
        lead=(playbook.at_once, *_what_happens(event)),
        lines=tuple(_lines(event, context.house.assembly_point(playbook, event.place))),
        telephones=tuple(Telephone(contact.name, contact.telephone) for contact in company.emergency_telephones),
        links=(Link(text("link.event", number=event.id), f"event/{event.id}"),),
        shown_at=context.now,
    )
    return Reply(card=card)


def _what_happens(event: Event) -> tuple[Shown, ...]:
    if not event.confirmed:
        return (text("reported.unconfirmed"),)
    return (plural("reported.departments", len({task.department for task in event.tasks.values()})),)


def _lines(event: Event, point: Words | None) -> Iterator[Line]:
    if point is not None:
        yield Line(text("reported.assemble", point=point), "point")
    called = dict.fromkeys(
        member for task in event.tasks.values() for member in task.chain[max(task.called - 1, 0) : task.called]
    )
    holder = event.command.holder
    if holder is not None:
        yield Line(text("reported.leads", name=holder.name, position=holder.position), "person")
    for member in tuple(called)[:MOST_CALLED]:
        if holder is None or member.person != holder.person:
            yield Line(text("reported.called", name=member.name, position=member.position), "person")
