"""Cards, messages, forms and replies as the pages show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.web.messages import Attached, Message
from bot.adapters.web.render import Reader, numbered, render_card, render_form, render_message, render_reply, visible
from bot.chat.card import (
    Button,
    Card,
    Choice,
    Form,
    Line,
    Link,
    NumberField,
    Reply,
    Shown,
    Telephone,
    Tone,
    Upload,
    Written,
)
from bot.domain.company import Company
from bot.domain.ids import EventId, FileId, PersonId, RoomId
from bot.domain.parties import Marked
from bot.i18n import Catalogs
from bot.text import Language, Words, same, text
from tests.cards.town import COMPANY

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 6, 23, tzinfo=UTC)
EVENT = EventId("EV-2026-0007")
HEAD = Words("火灾 · 3号车间 · EV-2026-0007", "Fire · Workshop 3 · EV-2026-0007")


def reader(catalogs: Catalogs, language: Language = "zh", company: Company = COMPANY) -> Reader:
    def say(shown: Shown) -> str:
        return catalogs.render(shown, language, ZONE, NOW)

    return Reader(language, company, ZONE, NOW, say, "English" if language == "zh" else "中文", "/as/guo")


def card(kind: Marked | None = "live", tone: Tone = "work") -> Card:
    return Card(kind, tone, HEAD, EVENT)


def test_an_emergency_says_so_first_in_the_reader_s_language(catalogs: Catalogs) -> None:
    zh, en = (render_card(card(), reader(catalogs, language)) for language in ("zh", "en"))
    assert zh.index("【紧急】") < zh.index("火灾")
    assert en.index("EMERGENCY") < en.index("Fire")
    assert "EMERGENCY" not in zh
    assert "【演练】" not in zh


def test_a_drill_says_so_first_and_last(catalogs: Catalogs) -> None:
    whole = replace(card("drill"), foot=same("14:23"), lines=(Line(same("x"), "done"),))
    html = render_card(whole, reader(catalogs))
    assert html.count("【演练】") == 2
    assert html.index("【演练】") < html.index("火灾") < html.rindex("【演练】")
    assert 'class="card drill' in html


def test_house_talk_carries_no_mark(catalogs: Catalogs) -> None:
    html = render_card(card(None, "plain"), reader(catalogs))
    assert "【" not in html
    assert 'class="card house plain"' in html


def test_the_state_of_a_task_is_a_symbol_and_words(catalogs: Catalogs) -> None:
    lines = (
        Line(same("断电"), "done", same("林晓 14:12")),
        Line(same("撤离"), "late", same("已超时3分钟")),
        Line(same("说明"), None, None),
    )
    html = render_card(replace(card(), lines=lines, more=same("还有3项")), reader(catalogs))
    assert "#i-done" in html
    assert "#i-late" in html
    assert "林晓 14:12" in html
    assert "还有3项" in html


def test_rare_buttons_fold_and_dangerous_ones_ask(catalogs: Catalogs) -> None:
    buttons = (
        Button("task.done", same("完成"), EVENT, target="production", revision=3, commander=PersonId("chen")),
        Button("event.false_alarm", same("误报"), EVENT, confirm=same("真的是误报吗？"), style="danger", more=True),
    )
    html = render_card(replace(card(), buttons=buttons), reader(catalogs))
    assert html.index("完成") < html.index('class="rest"') < html.index("误报")
    assert "确认执行" in html
    assert "[&#34;task.done&#34;,&#34;EV-2026-0007&#34;,&#34;production&#34;,3,&#34;chen&#34;,0]" in html
    assert "[&#34;event.false_alarm&#34;,&#34;EV-2026-0007&#34;,&#34;&#34;,0,null,1]" in html
    assert "[&#34;event.false_alarm&#34;,&#34;EV-2026-0007&#34;,&#34;&#34;,0,null,0]" not in html


def test_numbers_can_be_tapped_and_pages_lead_below_the_reader_s_own_address(catalogs: Catalogs) -> None:
    whole = replace(
        card(),
        telephones=(Telephone(same("郭强"), "138 0000 0001"),),
        links=(Link(same("记录"), "record/EV-2026-0007"),),
    )
    html = render_card(whole, reader(catalogs))
    assert 'href="tel:13800000001"' in html
    assert 'href="/as/guo/record/EV-2026-0007"' in html


def test_whatever_a_card_says_is_escaped(catalogs: Catalogs) -> None:
    bad = same("<script>alert(1)</script>\"'&")
    whole = Card(
        "live",
        "alarm",
        bad,
        EVENT,
        lead=(bad,),
        lines=(Line(bad, "point", bad),),
        more=bad,
        buttons=(Button("a.b", bad, EVENT, target='"><script>', confirm=bad),),
        telephones=(Telephone(bad, '"><script>'),),
        links=(Link(bad, '"><script>'),),
        foot=bad,
    )
    html = render_card(whole, reader(catalogs))
    assert "<script" not in html
    assert html.count("&lt;script") >= 10


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\nb\tc", "a\nb\tc"),
        ("\x00\x1b", "␀␛"),
        ("\x7f\x85", "[U+007F][U+0085]"),
        ("\u202eabc\u2066", "[U+202E]abc[U+2066]"),
        ("\u200b\ufeff", "[U+200B][U+FEFF]"),
        ("👩\u200d🚒 مرحبا", "👩\u200d🚒 مرحبا"),
        ("<b>&", "&lt;b&gt;&amp;"),
    ],
)
def test_hidden_characters_are_shown_and_nothing_is_left_out(typed: str, shown: str) -> None:
    assert visible(typed) == shown


def test_an_event_s_number_is_not_broken_over_two_lines() -> None:
    assert numbered("<EV-2026-0007>") == '&lt;<span class="number-of-event">EV-2026-0007</span>&gt;'


def test_what_people_say_keeps_who_and_when(catalogs: Catalogs) -> None:
    guo = next(iter(COMPANY.people.values()))
    said = Message("m", RoomId("office"), NOW, 1, 2, author=guo.id, words="到了\n第二行", edited_at=NOW)
    html = render_message(said, reader(catalogs))
    assert guo.name.zh in html
    assert "14:23" in html
    assert "已修改" in html
    assert "到了\n第二行" in html
    assert 'data-day-label="今天"' in html


def test_the_link_that_links_a_telegram_account_can_be_tapped() -> None:
    address = "https://t.me/ningjiang_bot?start=K5ZC4RNZUL"
    assert numbered(f"在手机上打开：{address}") == f'在手机上打开：<a href="{address}" rel="noreferrer">{address}</a>'
    for other in ("https://t.me.evil.example/x?start=1", 'https://t.me/"onclick=x?start=1', "javascript:alert(1)"):
        assert "<a" not in numbered(other)


def test_an_older_day_is_a_date_and_a_stranger_goes_by_their_id(catalogs: Catalogs) -> None:
    said = Message("m", RoomId("office"), NOW - timedelta(days=3), 1, 1, author=PersonId("gone"), words="x", thread="k")
    html = render_message(said, reader(catalogs))
    assert 'data-day-label="2026-11-21"' in html
    assert "<bdi>gone</bdi>" in html
    assert 'data-thread="k"' in html
    assert "data-reply" not in html


def test_photos_are_shown_and_files_are_named(catalogs: Catalogs) -> None:
    files = (Attached(FileId("f1"), "image/jpeg", "a.jpg"), Attached(FileId("f2"), "application/pdf", "<图纸>.pdf"))
    html = render_message(Message("m", RoomId("office"), NOW, 1, 1, files=files), reader(catalogs))
    assert 'src="/as/guo/file/m/f1"' in html
    assert "&lt;图纸&gt;.pdf" in html


def test_a_deleted_message_says_only_that_it_is_gone(catalogs: Catalogs) -> None:
    said = Message("m", RoomId("office"), NOW, 1, 2, author=PersonId("guo"), words=None, deleted_at=NOW)
    html = render_message(said, reader(catalogs, "en"))
    assert "deleted a message" in html
    assert "data-reply" not in html


def test_a_single_question_with_tiles_is_answered_by_one_tap(catalogs: Catalogs) -> None:
    tiles = Choice("tile", same("什么？"), (("fire", same("火灾")), ("flood-plan", same("水灾"))), tiles=True)
    form = Form("report.what", same("报险情"), (tiles,), same("下一步"), kind="live")
    html = render_form(form, reader(catalogs), token="t", room="@guo", update="u")
    assert '<button type="submit" class="tile" name="f-tile" value="fire">' in html
    assert "#i-tile-fire" in html
    assert "#i-tile-flood-plan" not in html
    assert 'class="actions"' not in html


def test_a_form_asks_everything_without_script(catalogs: Catalogs) -> None:
    fields = (
        Written("place", same("哪里？"), required=False, suggestions=(same("1号车间"),)),
        Written("note", same("说明"), long=True),
        Choice("hurt", same("有人受伤吗？"), (("yes", same("有")),)),
        NumberField("hours", same("几小时？"), unit="h"),
        NumberField("count", same("几单？"), unit="1", required=False),
        Upload("photo", same("照片")),
        Upload("paper", same("文件"), photo=False, required=True),
    )
    context = {"playbook": "it's <fire>"}
    form = Form(
        "report.details",
        same("火灾"),
        fields,
        same("发送"),
        kind="drill",
        hint=same("先撤离"),
        skip=same("先发"),
        context=context,
    )
    html = render_form(form, reader(catalogs), token="t", room="@guo", update="u")
    assert 'name="pick-place" value="1号车间"' in html
    assert "<textarea" in html
    assert 'inputmode="decimal"' in html
    assert 'accept="image/*" capture="environment"' in html
    assert 'name="skipped" value="1" formnovalidate' in html
    assert html.count("【演练】") == 2
    assert "it\\u0027s \\u003cfire\\u003e" in html


def test_what_only_one_sees_can_be_put_away(catalogs: Catalogs) -> None:
    reply = Reply(
        text("web.not_found"),
        card(),
        undo=Button("answer.withdraw", same("撤回"), EVENT),
        link=Link(same("去看"), "event/x"),
        stored=False,
    )
    html = render_reply(reply, reader(catalogs), mark="abc")
    assert 'name="put_away" value="abc"' in html
    assert "refused" in html
    assert "撤回" in html
    assert 'href="/as/guo/event/x"' in html
