"""What gets typed, pasted and pressed: each gets a clear sentence, nothing that was kept is lost, the house goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.card import Button
from bot.chat.inbound import Pressed, Said, Submitted
from bot.domain.ids import EventId, FileId, PersonId, RoomId
from bot.plays.stage import Gives
from bot.text import text
from tests.stories.lines.slack import SlackLine
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from tests.stories.town import Town

EVENT = EventId("EV-2026-0001")
ODD = [
    "🔥🚒 着火了 👍🏽",
    "\u202eالعربية עברית\u202c",
    "a\u200bb\u200dc\ufeff",
    "<script>alert('x')</script>",
    "*bold* _it_ `code` [link](http://x) # head",
    '=HYPERLINK("http://x")',
    "'; DROP TABLE entries; --",
    "{name} %s {0} {{}}",
    "\x00\x07\x1b[31m",
    "𠮷" * 500,
]


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("words", ODD)
async def test_odd_text_is_kept_as_it_was_typed_wherever_it_is_typed(words: str, town: Town) -> None:
    xu, chen, lin = town.people("xu", "chen", "lin")
    (await xu.says(f"/report fire {words}")).says("EV-2026-0001")
    await chen.says(words, town.command.id)
    await chen.says(f"/note {words}", town.command.id)
    (await lin.presses("task.cannot", on="purchasing", gives=Gives(reason=words))).kept()
    kept = [getattr(entry.payload, "words", None) for entry in await town.record()]
    assert words in kept
    (await lin.says("/status")).says("EV-2026-0001")


@pytest.mark.on("slack", "telegram", "web")
async def test_odd_text_is_kept_as_each_platform_sends_it(town: Town) -> None:
    xu, chen, lin = town.people("xu", "chen", "lin")
    (await xu.says(f"/report fire {' '.join(ODD[:-1])}")).says("EV-2026-0001")
    for words in ODD:
        await chen.says(words, town.command.id)
        (await chen.says(f"/note {words}", town.command.id)).kept()
    (await lin.presses("task.cannot", on="purchasing", gives=Gives(reason=ODD[3]))).kept()
    kept = [getattr(entry.payload, "words", None) for entry in await town.record()]
    assert [words for words in ODD if words not in kept] == []
    (await lin.says("/status")).says("EV-2026-0001")


@pytest.mark.on("sqlite", "postgres", "telegram", "web")
async def test_what_slack_would_read_as_a_mention_is_text_everywhere_else(town: Town) -> None:
    xu, chen = town.people("xu", "chen")
    await xu.says("/report fire Workshop 3")
    await chen.says("<!channel> <@U123> &amp;", town.command.id)
    assert "<!channel> <@U123> &amp;" in [getattr(entry.payload, "words", None) for entry in await town.record()]


@pytest.mark.on("sqlite", "postgres")  # no real platform takes a message so long
async def test_a_message_of_a_hundred_thousand_characters_is_refused_with_the_limit(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    await xu.says("/report fire Workshop 3")
    (await lin.says("长" * 100_000, "purchasing")).refused("4000")
    (await lin.says("/note " + "x" * 100_000, town.command.id)).refused("4000")
    (await lin.presses("task.cannot", on="purchasing", gives=Gives(reason="y" * 100_000))).refused("4000")
    (await lin.says("收到", "purchasing")).says("Recorded")


@pytest.mark.on("sqlite", "postgres")
async def test_ten_thousand_messages_from_one_person_are_limited_and_told_once(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    await xu.says("/report fire Workshop 3")
    before = len(await town.record())
    told = 0
    for number in range(10_000):
        reply = await town.stage.says("zhu", f"{number}", RoomId("purchasing"))
        told += reply.text is not None
    assert told == 1
    await town.quiet()
    assert len(await town.record()) - before == town.settings.web.messages_per_minute
    (await lin.says("收到", "purchasing")).says("Recorded")
    await town.passes(minutes=1)
    (await town.person("zhu").says("again", "purchasing")).kept()


@pytest.mark.on("sqlite", "postgres")  # on the built-in chat are no strangers, elsewhere they are told otherwise
async def test_a_press_on_a_closed_event_on_another_department_twice_or_by_a_stranger(town: Town) -> None:
    xu, lin, zhou, chen = town.people("xu", "lin", "zhou", "chen")
    await xu.says("/report fire Workshop 3")
    button = next(each for each in town.room("purchasing").card("purchasing").buttons if each.action == "task.done")
    (await zhou.presses_button(button, "purchasing", Gives(value="x"))).refused("林晓")
    (await town.stranger("nobody").presses_button(button, "purchasing")).refused("Sign in")
    (await lin.presses_button(button, "purchasing")).says("Recorded")
    (await lin.presses_button(button, "purchasing")).kept().says("recorded already")
    await chen.says("/falsealarm 演示", town.command.id)
    (await lin.presses_button(button, "purchasing")).refused()
    (await chen.says("/level team", town.command.id)).refused()


@pytest.mark.on("sqlite")  # no real app can send it
@pytest.mark.parametrize(
    ("action", "target"),
    [
        ("task.acknowledge", "no-such-department"),
        ("task.start", "purchasing/no-such-task"),
        ("task.more_time", ""),
        ("no.such.action", "purchasing"),
        ("", ""),
        ("phase.enter", "lunch"),
        ("event.merge", "EV-1999-0001"),
        ("answer.withdraw", "99999999999999999999"),
        ("answer.withdraw", "x,y"),
        ("room.assign", "m-0"),
        ("template.show", "purchasing"),
        ("standdown.clear", "canteen"),
        ("task.start", "'; DROP TABLE entries; --"),
    ],
)
async def test_a_button_of_our_own_making_does_nothing(action: str, target: str, town: Town) -> None:
    (chen,) = town.people("chen")
    await town.person("xu").says("/report fire Workshop 3")
    await chen.presses("command.take", on=COMMAND)
    before = len(await town.record())
    press = Button(action, text("record.open"), EVENT, target, confirm=text("ask.confirm"))
    (await chen.presses_button(press, town.command.id)).refused()
    assert len(await town.record()) == before


@pytest.mark.on("slack")
@pytest.mark.parametrize("value", ["x", "[]", '["task.done"]'])
async def test_a_button_whose_value_nobody_can_read_is_refused_to_who_pressed_it(value: str, town: Town) -> None:
    line = town.line
    assert isinstance(line, SlackLine)
    await town.person("xu").says("/report fire Workshop 3")
    before = len(await town.record())
    lin = next(user for user in line.slack.users.values() if user.name == "Lin Xiao")
    message = next(each for each in line.slack.messages(line.slack.named("purchasing")) if each.buttons)
    button = message.buttons[0]
    await lin.presses(message, button.action_id, with_value=button.value, tampered=value)
    await town.quiet()
    assert "这个按钮已停用" in lin.ephemerals[-1].text
    assert len(await town.record()) == before


async def test_a_button_of_an_event_that_never_was(town: Town) -> None:
    (lin,) = town.people("lin")
    await town.person("xu").says("/report fire Workshop 3")
    press = Button("task.acknowledge", text("task.acknowledge"), EventId("EV-2026-9999"), "purchasing")
    (await lin.presses_button(press, "purchasing")).refused("EV-2026-9999")


@pytest.mark.on("sqlite")  # no real app can send it
@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("report.what", {"tile": "nonsense"}),
        ("task.pick", {"task": "nonsense"}),
        ("task.evidence", {}),
        ("task.evidence", {"value": "   "}),
        ("task.minutes", {"minutes": "-5"}),
        ("task.minutes", {"minutes": "∞"}),
        ("task.person", {"person": "nobody"}),
        ("task.reason", {}),
        ("level.choose", {"level": "purple"}),
        ("command.person", {"person": "nobody"}),
        ("fact.set", {"fact": "nothing", "value": "1"}),
        ("note.add", {"words": "  "}),
        ("absence.until", {"person": "nobody"}),
        ("absence.until", {"person": "lin", "until": "noon"}),
        ("merge.pick", {"first": "EV-2026-0001", "second": "EV-2026-0001"}),
        ("language.choose", {"language": "tlh"}),
        ("event.pick", {"event": "EV-2026-0001"}),
        ("press.confirm", {}),
        ("no.such.form", {}),
    ],
)
async def test_a_form_of_our_own_making_does_nothing(form: str, values: dict[str, str], town: Town) -> None:
    (chen,) = town.people("chen")
    await town.person("xu").says("/report fire Workshop 3")
    await chen.presses("command.take", on=COMMAND)
    before = len(await town.record())
    asked = {"event": "EV-2026-0001", "department": "command_group", "task": "direct", "action": "task.start"}
    if form == "task.pick":
        del asked["task"]
    if form in ("event.pick", "press.confirm"):
        asked = {"event": "EV-2026-0001", "word": "nonsense", "action": "nonsense"}
    reply = await town.stage.sends(PersonId("chen"), RoomId("@chen"), Submitted(form, asked, values))
    await town.quiet()
    assert not reply.stored
    assert reply.text is not None
    assert town.both(reply.text)
    assert len(await town.record()) == before


@pytest.mark.on("sqlite", "postgres")  # no real app can send it
async def test_a_file_that_never_arrived_is_refused(town: Town) -> None:
    await town.person("xu").says("/report fire Workshop 3")
    gone = FileId("0" * 64)
    reply = await town.stage.sends(PersonId("lin"), RoomId("purchasing"), Said("m1", "see", files=(gone,)))
    assert not reply.stored
    assert "Upload it again" in town.both(reply.text or text("status.none"))


async def test_a_dangerous_press_that_nobody_asked_about_is_asked_first(town: Town) -> None:
    (chen,) = town.people("chen")
    await town.person("xu").says("/report fire Workshop 3")
    press = Pressed("standdown.ask", EVENT)
    reply = await town.stage.sends(chen.id, town.command.id, press)
    assert reply.form is not None
    assert (await town.event()).status == "open"
    await town.stage.answers(chen.id, town.command.id, reply, Gives())
    await town.quiet()
    assert (await town.event()).status == "standing_down"
