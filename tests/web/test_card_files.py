"""Photos and files that come with a card: who reads its room sees them, and nobody else."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bot.adapters.web.messages import Attached, Message
from bot.adapters.web.render import render_card, render_message
from bot.chat.card import Button, Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.ids import EventId, FileId, RoomId
from bot.text import Words, same
from tests.web.test_render import NOW, reader
from tests.web.town import PATIENCE

if TYPE_CHECKING:
    from bot.i18n import Catalogs
    from bot.store.work import Work
    from tests.web.town import Phone, Town, Visit

DRILL = EventId("DR-2026-0001")
NEWS = Words("模拟：烟压到头顶。", "Simulated: smoke is overhead.")
CARD = Card("drill", "alarm", NEWS, DRILL, buttons=(Button("drill.answer", same("已处置"), DRILL, target="1"),))
PICTURE = re.compile(r'<a class="photo" href="([^"]+)"><img src="([^"]+)" alt="([^"]*)"')


async def posts(town: Town, room: str, card: Card, key: str = "news") -> None:
    """The house says it in a room."""

    async def job(work: Work) -> None:
        work.send(Outgoing(Post(key, RoomId(room), card), Priority.CARD))

    await town.app.store.write(job)
    await town.quiet()


async def status(phone: Phone, address: str) -> int:
    """What this person gets of a file."""
    return (await phone.get(re.sub("^/as/[^/]+", "", address))).status_code


def test_a_photo_stands_between_the_marks_and_before_what_can_be_pressed(catalogs: Catalogs) -> None:
    files = (Attached(FileId("f1"), "image/png", "smoke.png"), Attached(FileId("f2"), "application/pdf", "<图纸>.pdf"))
    shown = Message("m", RoomId("@ma"), NOW, 1, 1, key="news", card=CARD, files=files)
    zh, en = (render_message(shown, reader(catalogs, language)) for language in ("zh", "en"))
    assert PICTURE.findall(zh) == [("/as/guo/file/m/f1", "/as/guo/file/m/f1", "附图：模拟：烟压到头顶。")]
    assert PICTURE.findall(en)[0][2] == "Photo with: Simulated: smoke is overhead."
    assert zh.index("【演练】") < zh.index("<img") < zh.index("已处置") < zh.rindex("【演练】")
    assert "&lt;图纸&gt;.pdf" in zh
    assert "<img" not in render_message(replace(shown, files=()), reader(catalogs))
    assert "<img" not in render_card(replace(CARD, files=(FileId("f1"),)), reader(catalogs)), "no message to ask it of"


async def test_who_reads_the_room_sees_the_photo_and_nobody_else_gets_it(
    visit: Visit, town: Town, photo: bytes
) -> None:
    file = await town.app.store.files.keep(photo, "image/jpeg", "smoke.jpg")
    zhang, lin = await visit("zhang"), await visit("lin")
    assert 'data-room="production"' not in (await lin.get("/")).text
    for key, room in (("direct", "@zhang"), ("shared", "production")):
        await posts(town, room, replace(CARD, files=(file,)), key)
        ((link, source, alt),) = PICTURE.findall((await zhang.get(f"/room/{room}")).text)
        assert (link, alt) == (source, "附图：模拟：烟压到头顶。")
        picture = await zhang.http.get(source)
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
        assert picture.content == photo
        name = picture.headers["content-disposition"]
        assert name.startswith("inline")
        assert unquote(name).endswith("DRILL-演练-smoke-演练-DRILL.jpg"), "passed on, it still says what it is"
        assert await status(lin, source) == 404
        assert file not in (await lin.get(f"/room/{room}")).text
        nobody = await zhang.http.get(source.replace("/as/zhang", "/as/nobody"))
        assert nobody.headers["content-type"] != "image/jpeg"


async def test_an_open_page_sees_it_at_once(visit: Visit, town: Town, photo: bytes) -> None:
    file = await town.app.store.files.keep(photo, "image/jpeg", "smoke.jpg")
    zhang = await visit("zhang")
    async with (
        asyncio.timeout(PATIENCE),
        zhang.http.stream("GET", "/as/zhang/stream?room=@zhang&after=0") as stream,
    ):
        lines = stream.aiter_lines()
        await anext(lines)
        await posts(town, "@zhang", replace(CARD, files=(file,)))
        async for line in lines:
            if line.startswith("data:") and "html" in line and "news" in line:
                told = json.loads(line.removeprefix("data:"))
                assert f"/{file}" in PICTURE.findall(told["html"])[0][1]
                return


async def test_an_edit_shows_what_the_card_has_now_and_a_file_that_is_gone_keeps_no_card_back(
    visit: Visit, town: Town, photo: bytes
) -> None:
    shelf = town.app.store.files
    smoke, plan = await shelf.keep(photo, "image/jpeg"), await shelf.keep(b"%PDF-1.7", "application/pdf", "plan.pdf")
    zhang = await visit("zhang")
    await posts(town, "@zhang", replace(CARD, files=(FileId("0" * 64), smoke, plan)))
    page = (await zhang.get("/room/@zhang")).text
    (address,) = (found[1] for found in PICTURE.findall(page))
    paper = re.search(r'class="file" href="/as/zhang([^"]+)"', page)
    assert paper is not None
    assert (await zhang.get(paper[1])).headers["content-disposition"].startswith("attachment")
    await posts(town, "@zhang", CARD)
    assert not PICTURE.findall((await zhang.get("/room/@zhang")).text)
    assert await status(zhang, address) == 404
    await shelf.destroy(smoke)
    await posts(town, "@zhang", replace(CARD, files=(smoke,)))
    page = (await zhang.get("/room/@zhang")).text
    assert "烟压到头顶" in page
    assert not PICTURE.findall(page)
