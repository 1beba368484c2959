"""A drill is a drill everywhere: all that two whole drills say, rendered for every platform, first and last."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, cast

import pytest

from bot.adapters.mail.render import Desk
from bot.adapters.mail.render import render as render_mail
from bot.adapters.slack.forms import Kept, render_home, render_notice
from bot.adapters.slack.forms import render_form as slack_form
from bot.adapters.slack.render import Reader as SlackReader
from bot.adapters.slack.render import render_card as slack_card
from bot.adapters.slack.render import render_reply as slack_reply
from bot.adapters.telegram.render import render_card as telegram_card
from bot.adapters.web.render import Reader, render_card, render_form, render_reply
from bot.cards.marks import REAL, said
from bot.cards.plain import both, plain
from bot.cards.questions import question_card
from bot.chat.adapter import Entering, Showing
from bot.chat.card import Card, Reply
from bot.chat.effect import OpenRoom
from bot.domain.ids import EventId, is_drill
from bot.plays.stage import Gives, Stage
from bot.text import LANGUAGES, Words, same
from tests.stories.drills import ALL_THE_SAME, IT, button, plans, starts
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.chat.adapter import Delivery
    from bot.chat.inbound import Inbound
    from bot.text import Language
    from tests.stories.town import Town

pytestmark = [pytest.mark.on("sqlite"), pytest.mark.uncounted]
FIRE, OUTAGE, LIVE = EventId("DR-2026-0001"), EventId("DR-2026-0002"), EventId("EV-2026-0001")
MARKS = ("【演练】", "DRILL")
TAGS, SPACE = re.compile(r"<[^>]+>"), re.compile(r"\s+")
AROUND = " \r\n\t/:：·。"


def marked(shown: str) -> bool:
    """Whether a text has the mark of a drill first and last."""
    bare = shown.strip(AROUND)
    return bare.startswith(MARKS) and bare.endswith(MARKS)


def unmarked(shown: str) -> bool:
    return not any(mark in shown for mark in MARKS)


@dataclass(slots=True)
class Renderers:
    """Every way in which people may read something."""

    town: Town

    def voice(self, language: Language) -> Callable[..., str]:
        return partial(self.town.house.render, language=language)

    def web(self, language: Language) -> Reader:
        house = self.town.house
        now = self.town.clock.now()
        return Reader(language, house.company, house.zone, now, partial(house.render, language=language), "", "")

    @property
    def slack(self) -> SlackReader:
        return SlackReader(tuple(map(self.voice, LANGUAGES)), "https://chat.plant.example")

    def say(self, shown: Words, language: Language) -> str:
        return self.town.house.render(shown, language)

    def card(self, card: Card) -> Iterator[tuple[str, str]]:
        """The card, on each platform, as its people read it."""
        zh, en = map(self.voice, LANGUAGES)
        yield from (("plain", plain(card, voice)) for voice in (zh, en))
        yield "plain both", both(card, zh, en)
        yield from ((f"web {each}", _text(render_card(card, self.web(each)))) for each in LANGUAGES)
        rendered = slack_card(card, self.slack)
        yield "slack", _slack(rendered.blocks)
        yield "slack notification", rendered.text
        for language in ("zh", "en", "both"):
            for part in telegram_card(card, language, self.town.house.render, "https://chat.plant.example").parts:
                yield f"telegram {language}", part.text
        for asked in self.questions(card):
            yield "question", asked
        yield from self.mail(card)

    def questions(self, card: Card) -> Iterator[str]:
        """What is asked before a press counts; the way out is asked as what it is."""
        for each in card.buttons:
            if each.confirm is None or each.action == REAL:
                continue
            alone = replace(card, buttons=(each,))
            for language in LANGUAGES:
                html = render_card(alone, self.web(language))
                yield _text(html.split('<div class="question">')[1].split("<button")[0])
                (row,) = telegram_card(alone, language, self.town.house.render, "").rows
                assert row[0].question is not None
                yield row[0].question.of(language)

    def mail(self, card: Card) -> Iterator[tuple[str, str]]:
        desk = Desk("Tocsin <t@plant.example>", dict(zip(LANGUAGES, map(self.voice, LANGUAGES), strict=True)))
        showing = Showing("k", self.town.room_of("office"), "office@plant.example", card)
        message = render_mail(showing, Words("办公室", "Office"), desk, self.town.clock.now())
        yield "mail subject", str(message["Subject"])
        body = message.get_body(("plain",))
        assert body is not None
        yield "mail", body.get_content()

    def reply(self, reply: Reply) -> Iterator[tuple[str, str]]:
        """What only the sender sees."""
        shown = said(reply)
        if shown is not None:
            yield from (("toast", self.town.house.render(shown, language)) for language in LANGUAGES)
        if reply.text is not None or reply.card is not None:
            yield from (("web", _text(_reply(reply, self.web(each)))) for each in LANGUAGES)
            rendered = slack_reply(reply, self.slack)
            assert rendered is not None
            yield "slack", _slack(rendered.blocks)
            yield "slack notice", _slack(_blocks(render_notice(reply, self.slack)))
            yield "slack home", _slack(_blocks(render_home(reply, self.slack)))
        form = reply.form
        if form is not None:
            yield from (
                ("web form", _text(render_form(form, self.web(each), token="", room="", update="")))
                for each in LANGUAGES
            )
            view = slack_form(form, self.slack, Kept(form.id))
            yield "slack form", _slack(_blocks(view))
            for place in range(max(len(form.fields), 1)):
                yield from self.card(question_card(form, place, 0, "x", self.town.clock.now()))


def _text(html: str) -> str:
    return SPACE.sub(" ", unescape(TAGS.sub(" ", html))).strip()


def _reply(reply: Reply, reader: Reader) -> str:
    """Without the line above it, which says that only they see it, and without the way to put it away."""
    return render_reply(reply, reader, mark="m").split("</p>", 1)[1]


def _blocks(view: object) -> list[dict[str, object]]:
    return cast("dict[str, list[dict[str, object]]]", view)["blocks"]


def _slack(blocks: list[dict[str, object]]) -> str:
    """The texts of a message in their order."""
    return "\n".join(_texts(blocks))


def _texts(part: object) -> Iterator[str]:
    """What is read of a block; labels of buttons are none of it."""
    if isinstance(part, list):
        for each in cast("list[object]", part):
            yield from _texts(each)
    elif isinstance(part, dict):
        block = cast("dict[str, object]", part)
        if block.get("type") == "actions":
            return
        for key in ("text", "elements", "label"):
            inner = block.get(key)
            yield from (inner,) if isinstance(inner, str) else _texts(inner)


@dataclass(slots=True)
class Heard:
    """All that left the house and all that was answered at once, while the story went on."""

    replies: list[tuple[Inbound, Reply]] = field(default_factory=list["tuple[Inbound, Reply]"])


def listens(town: Town) -> Heard:
    """Listens to what is answered from now on, until the house is started anew."""
    notes, receive = Heard(), town.line.sends

    async def listening(inbound: Inbound) -> Reply:
        reply = await receive(inbound)
        notes.replies.append((inbound, reply))
        return reply

    town.stage = Stage(listening, town.clock.now, town.line.name)
    return notes


def of_drill(delivery: Delivery) -> bool:
    match delivery:
        case Showing(key=key, room=room, card=card):
            return is_drill(key) or is_drill(room) or is_drill(card.event or "")
        case Entering(effect=effect):
            return is_drill(effect.room)


def missing(renderers: Renderers, deliveries: list[Delivery]) -> list[str]:
    """What left for a drill without its mark first and last."""
    found: list[str] = []
    for delivery in deliveries:
        match delivery:
            case Showing(card=card, key=key):
                found += [f"{key} {where}: {shown}" for where, shown in renderers.card(card) if not marked(shown)]
            case Entering(effect=OpenRoom(name=name)):
                found += [f"room: {shown}" for shown in (name.zh, name.en) if not marked(shown)]
            case Entering():
                pass
    return found


async def play(town: Town) -> Heard:
    """Two drills beside a real event, to their ends: one is ended, one is stopped by something real."""
    await plans(town)
    heard = listens(town)
    leader, ma, he, guo, zhao, xu = town.people("tian", "ma", "he", "guo", "zhao", "xu")
    await xu.says("/report fire Workshop 3")
    (await starts(leader, "fire-drill", gives=ALL_THE_SAME)).says(FIRE)
    await town.passes(minutes=1)
    await zhao.presses("task.acknowledge", on="office", event=FIRE)
    await leader.says(f"/drill pause {FIRE}")
    await town.passes(minutes=2)
    await leader.says(f"/drill resume {FIRE}")
    await town.passes(minutes=4)
    await ma.presses_button(button(ma, "drill.answer", FIRE), gives=Gives(more={"done": "撤出来了"}))
    await leader.presses_button(button(leader, "drill.next", FIRE))
    await town.passes(minutes=30)
    await zhao.says("/tasks")
    await zhao.says("/status")
    await zhao.says(f"/level {FIRE} nothing-like-it")
    await guo.presses("standdown.ask", on=COMMAND, event=FIRE)
    await leader.presses_button(button(leader, "drill.end", FIRE))
    await ma.presses_button(
        button(ma, "drill.said", FIRE), gives=Gives(more={"worked": "好", "failed": "", "change": ""})
    )
    (await starts(he, str(IT), "×12", gives=ALL_THE_SAME)).says(OUTAGE)
    await town.passes(minutes=3)
    await he.presses_button(button(he, REAL, OUTAGE), gives=Gives(more={"where": "2号车间", "what": "起火"}))
    await town.passes(minutes=5)
    return heard


async def test_all_that_two_drills_say_is_marked_and_has_the_way_out(town: Town) -> None:
    heard = await play(town)
    renderers = Renderers(town)
    left = [each for each in town.platform.handed if of_drill(each)]
    assert len(left) > 60, "the drills were played"
    assert missing(renderers, left) == []

    real = [each.card for each in town.platform.handed if isinstance(each, Showing) and each.card.kind == "live"]
    assert len(real) > 20
    for card in real:
        assert all(unmarked(shown) for _, shown in renderers.card(card)), card

    answered = [reply for _, reply in heard.replies if reply.kind == "drill"]
    assert len(answered) > 10
    wrong = [(where, shown) for reply in answered for where, shown in renderers.reply(reply) if not marked(shown)]
    assert wrong == []
    about_drills = [reply for inbound, reply in heard.replies if is_drill(getattr(inbound.what, "event", ""))]
    assert {reply.kind for reply in about_drills if _press_of(heard, reply) != REAL} == {"drill"}
    for inbound, reply in heard.replies:
        if getattr(inbound.what, "action", "") == REAL or getattr(inbound.what, "form", "").startswith("report."):
            assert reply.kind is None, "what is real is never called a drill"
    every_card_has_its_way_out(town)


def _press_of(heard: Heard, wanted: Reply) -> str:
    return next(str(getattr(inbound.what, "action", "")) for inbound, reply in heard.replies if reply is wanted)


def every_card_has_its_way_out(town: Town) -> None:
    """One on each card of a drill that runs, and no number outside that could be tapped."""
    ended = {FIRE: False, OUTAGE: False}
    outside = {each.telephone for each in town.house.company.contacts.values()}
    outside -= {each.telephone for each in town.house.company.emergency_telephones}
    for delivery in town.platform.handed:
        if not isinstance(delivery, Showing) or not of_drill(delivery):
            continue
        card, ways = delivery.card, [each for each in delivery.card.buttons if each.action == REAL]
        assert card.event is not None
        assert not outside & {each.number for each in card.telephones}, card
        assert all(each.style == "danger" and not each.more and each.confirm is not None for each in ways)
        assert len(ways) <= 1
        ended[card.event] = ended.get(card.event, False) or not ways
        assert ways or ended[card.event], card
    assert all(ended.values())


async def test_the_walk_can_fail(town: Town) -> None:
    """A card whose mark was taken off, or stands at one end alone, is found out."""
    renderers = Renderers(town)
    card = Card("drill", "work", same("Fire"), event=FIRE)
    showing = Showing("DR-2026-0001/1/x", town.room_of("office"), "office", card)
    assert missing(renderers, [showing]) == []
    assert len(missing(renderers, [replace(showing, card=replace(card, kind=None))])) > 8
    assert len(missing(renderers, [replace(showing, card=replace(card, kind="live"))])) > 8
    assert not marked("【演练】Fire")
    assert not marked("Fire DRILL")
    room = Entering(OpenRoom(town.room_of("office"), FIRE, Words("【演练】x", "x"), ()), "", ())
    assert len(missing(renderers, [room])) == 2
    assert [each for _, each in renderers.reply(Reply(text=same("done"), kind=None)) if marked(each)] == []
