"""Cards and forms as Slack gets them: within every documented limit, marked, and with all their buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.slack.fitting import break_at, cut, folded, packed, split
from bot.adapters.slack.forms import (
    Kept,
    kept_of,
    read_metadata,
    render_form,
    render_home,
    render_notice,
    write_metadata,
)
from bot.adapters.slack.render import Reader, link, press_value, render_buttons, render_card, render_reply
from bot.chat.card import Button, Card, Choice, Form, Line, Link, NumberField, Reply, Upload, Written
from bot.domain.ids import EventId
from bot.i18n import Catalogs
from bot.text import LANGUAGES, Language, Text, Words, same
from tests.slack.checks import flaws_of_blocks, flaws_of_text, flaws_of_view, marked_up
from tests.slack.reading import buttons, inputs, visible

EVENT = EventId("DR-2026-0001")
ZONE, NOW = ZoneInfo("Asia/Shanghai"), datetime(2026, 3, 5, tzinfo=UTC)
Render = Callable[[Text | Words], str]


def voice(catalogs: Catalogs, language: Language) -> Render:
    return lambda shown: catalogs.render(shown, language, ZONE, NOW)


@pytest.fixture(scope="session")
def both(catalogs: Catalogs) -> Reader:
    return Reader(tuple(voice(catalogs, language) for language in LANGUAGES), "https://chat.example")


@pytest.fixture(scope="session")
def english(catalogs: Catalogs) -> Reader:
    return Reader((voice(catalogs, "en"),), "https://chat.example")


def taken(shown: object, surface: str = "message") -> None:
    """Slack takes it, and nothing in it is unescaped."""
    assert flaws_of_blocks(shown, surface) == []
    assert [flaw for where, marked in marked_up(shown) for flaw in flaws_of_text(marked, where)] == []


def test_drill_is_marked_first_and_last(both: Reader) -> None:
    card = Card("drill", "work", Words("3号车间火灾", "Fire"), lead=(same("Leave"),), foot=same("14:23 · v5"))
    rendered = render_card(card, both)
    shown = visible(cast("Any", rendered.blocks)).splitlines()
    assert shown[0].startswith("【演练】")
    assert shown[-1] == "【演练】 / DRILL"
    assert rendered.text.startswith("【演练】")
    assert rendered.text.endswith("DRILL")


def test_what_reads_the_same_in_both_languages_is_shown_once(both: Reader) -> None:
    said = Card(None, "plain", same("赵敏 Zhao Min · Telegram"), lead=(same("消防车到了 The engine is here"),))
    rendered = render_card(said, both)
    assert visible(cast("Any", rendered.blocks)).count("消防车到了 The engine is here") == 1
    assert rendered.text.count("消防车到了 The engine is here") == 1


def test_question_of_a_dangerous_button_is_marked_as_well(both: Reader) -> None:
    button = Button("standdown.confirm", same("End"), EVENT, confirm=Words("真的终止吗？", "Really end it?"))
    (row,) = render_buttons((button,), both, "drill")
    question = cast("Any", row)["elements"][0]["confirm"]["text"]["text"]
    assert question.splitlines() == ["【演练】真的终止吗？【演练】", "DRILL: Really end it? DRILL"]


def test_long_card_is_folded_and_keeps_its_buttons(both: Reader) -> None:
    lines = tuple(Line(same(f"Task {number} " + "word " * 60), "late") for number in range(300))
    card = Card("drill", "work", same("Fire"), EVENT, lines=lines, more=same("more"), buttons=_buttons(3))
    rendered = render_card(card, both)
    taken(rendered.blocks)
    shown = visible(cast("Any", rendered.blocks))
    assert "more lines" in shown
    assert "还有" in shown
    assert len(buttons(cast("Any", rendered.blocks))) == 3
    assert len(rendered.text) <= 4000
    assert rendered.text.endswith("DRILL")


def test_one_endless_line_is_cut_between_words(english: Reader) -> None:
    card = Card("live", "alarm", same("Broadcast"), lead=(same("evacuate " * 5000),))
    shown = visible(cast("Any", render_card(card, english).blocks))
    assert "evacuate…" in shown
    assert "The built-in chat shows the rest." in shown


def test_long_head_is_no_header(both: Reader) -> None:
    taken(render_card(Card("live", "alarm", same("Fire " * 2000)), both).blocks)
    taken(render_card(Card("live", "alarm", same("Fire\nSmoke")), both).blocks)


def test_many_buttons_fold_behind_the_dots_in_their_order(english: Reader) -> None:
    folding = tuple(Button("level.set", same(f"Level {number}"), EVENT, str(number), more=True) for number in range(12))
    rows = render_buttons((*_buttons(30), *folding), english, None)
    taken(rows)
    labels = [button.label for button in buttons(cast("Any", rows))]
    assert labels == [f"Press {number}" for number in range(30)] + [f"Level {number}" for number in range(12)]


def test_what_an_option_cannot_carry_stays_a_button(english: Reader) -> None:
    long = Button("task.give", same("Give"), EVENT, target="x" * 200, more=True)
    asks = Button("task.drop", same("Drop"), EVENT, more=True, confirm=same("Sure?"))
    rows = render_buttons((long, asks), english, None)
    assert [button.kind for button in buttons(cast("Any", rows))] == ["button", "button"]


def _buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button("task.done", same(f"Press {number}"), EVENT, str(number)) for number in range(count))


def test_nothing_links_to_a_chat_that_no_phone_reaches(catalogs: Catalogs) -> None:
    nowhere = Reader((voice(catalogs, "en"),))
    card = Card(None, "plain", same("x"), links=(Link(same("Record"), "record/EV-1"),))
    assert "Record" not in visible(cast("Any", render_card(card, nowhere).blocks))
    assert render_reply(Reply(link=Link(same("Record"), "record/EV-1")), nowhere) is None


def test_reply_with_a_link_alone(english: Reader) -> None:
    rendered = render_reply(Reply(link=Link(same("Record"), "record/EV-1")), english)
    assert rendered is not None
    assert rendered.text == "Record"
    assert link(english, same("a|b>"), "x y|z") == "<https://chat.example/x%20y%7Cz|a|b&gt;>"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.text(max_size=400), words=st.lists(st.text(min_size=1, max_size=4000), max_size=6))
def test_whatever_people_type_slack_takes_it(both: Reader, head: str, words: list[str]) -> None:
    typed = tuple(same(each) for each in words)
    card = Card(
        "drill",
        "work",
        same(head),
        lead=typed[:3],
        lines=tuple(Line(each, "late", each) for each in typed),
        buttons=tuple(Button("task.done", each, EVENT, confirm=each) for each in typed if each.en.strip()),
        links=tuple(Link(each, each.en[:50]) for each in typed[:2] if each.en.strip()),
        foot=same("v1"),
    )
    taken(render_card(card, both).blocks)


@settings(max_examples=200, deadline=None)
@given(words=st.text(max_size=300), limit=st.integers(min_value=2, max_value=60))
def test_text_is_split_into_parts_that_fit_and_nothing_is_lost(words: str, limit: int) -> None:
    parts = split(words, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(words.split())
    assert len(cut(words, limit)) <= limit


def test_words_are_not_broken() -> None:
    assert split("evacuate the workshop now", 12) == ["evacuate the", "workshop now"]
    assert split("first line\nsecond line", 14) == ["first line", "second line"]
    assert cut("立即撤离到西门广场集合", 6) == "立即撤离到…"
    assert break_at("ab👨\u200d👩\u200d👧cd", 4) == 2
    assert split("立即撤离❤\ufe0f\u200d🔥", 6) == ["立即撤离", "❤\ufe0f\u200d🔥"]
    assert split("好的👍\U0001f3fd好的", 3) == ["好的", "👍\U0001f3fd好", "的"]
    assert split("abc🇨🇳🇩🇪", 6) == ["abc🇨🇳", "🇩🇪"]
    assert split("re\u0301sume\u0301", 7) == ["re\u0301sum", "e\u0301"]
    assert [len(part) for part in split("e" + "\u0301" * 20, 10)] == [10, 10, 1]
    assert packed(["a" * 5, "b" * 5, "c"], 11) == ["aaaaa\nbbbbb", "c"]
    assert folded(["aaaa", "bbbb", "c"], 9) == (["aaaa", "bbbb"], 1)
    assert folded(["aaaa bbbb", "c"], 6) == (["aaaa…"], 1)


def _form(**more: object) -> Form:
    given: dict[str, object] = {"fields": (), "submit": same("Send"), **more}
    return Form("f", same("A title that is much longer than a window has room for"), **cast("Any", given))


def test_choices_are_buttons_where_few_and_a_menu_where_many(english: Reader) -> None:
    def kind(count: int, length: int) -> str:
        options = tuple((f"v{number}", same(f"{number}".ljust(length, "x"))) for number in range(count))
        view = render_form(_form(fields=(Choice("pick", same("Pick"), options),)), english, Kept("f"))
        assert flaws_of_view(view) == []
        (asked,) = inputs(cast("Any", view)["blocks"])
        return asked.kind

    assert kind(8, 10) == "radio_buttons"
    assert kind(8, 40) == "static_select"
    assert kind(5, 90) == "radio_buttons"
    assert kind(11, 5) == "static_select"
    assert kind(250, 5) == "static_select"


def test_every_kind_of_question(english: Reader) -> None:
    fields = (
        Written("where", same("Where?"), suggestions=tuple(same("x" * length) for length in (10, 100, 200))),
        Written("words", same("Words"), long=True, required=False),
        NumberField("count", same("Count"), unit="1"),
        NumberField("length", same("Length"), unit="m"),
        Upload("photo", same("Photo"), required=True),
        Upload("file", same("File"), photo=False),
    )
    view = render_form(_form(fields=fields, kind="live", skip=same("Later")), english, Kept("f"), same("Not a number"))
    assert flaws_of_view(view) == []
    asked = inputs(cast("Any", view)["blocks"])
    assert [each.label for each in asked][-3:] == ["Length (m)", "Photo", "File"]
    assert [each.optional for each in asked] == [True, True, True, False, False, False, True]


def test_context_comes_back_and_a_long_one_is_cut() -> None:
    kept = Kept("f", "C1", "zh", {"event": "EV-1", "rest": "a long story " * 1000}, ("place",))
    written = write_metadata(kept)
    assert len(written) <= 3000
    again = read_metadata(written)
    assert again.context["event"] == "EV-1"
    assert again.context["rest"].startswith("a long story")
    assert (again.form, again.channel, again.language, again.needed) == ("f", "C1", "zh", ("place",))
    for foreign in ("", "[]", "x", '["f",1]', "[" * 9999):
        assert read_metadata(foreign) == Kept("")
    assert read_metadata('["f","","",{},5]').needed == ()


def test_form_says_what_must_be_answered() -> None:
    fields = (Written("place", same("?"), suggestions=(same("a"),)), Written("x", same("?")))
    assert kept_of(_form(fields=fields), "C1", "en").needed == ("place",)


def test_notice_and_home_have_something_to_show(english: Reader) -> None:
    for view in (render_notice(Reply(), english), render_home(Reply(), english)):
        assert flaws_of_view(view) == []


def test_press_value_says_whether_slack_asks() -> None:
    assert press_value(Button("task.done", same("x"), EVENT, "t", 3)) == '["task.done","DR-2026-0001","t",3,null]'
    assert press_value(Button("a.b", same("x"), EVENT, confirm=same("?"))).endswith(",1]")
