"""Long conversations, pages without script, events that have ended, sessions that go on."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.adapters.web.demo import parts
from bot.adapters.web.pages import excerpt
from bot.adapters.web.reading import ListedEvent
from bot.adapters.web.shell import status_of
from bot.adapters.web.stream import Feed
from bot.clock import VirtualClock
from bot.domain.event import EventStatus
from bot.domain.ids import EventId, PersonId
from bot.i18n import Catalogs
from bot.services.inviting import invite
from bot.text import same
from tests.web.town import PATIENCE, Town, Visit, report, running, update, value

EVENING = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


async def test_older_messages_are_a_page_away(visit: Visit) -> None:
    xu = await visit("xu")
    for number in range(53):
        await xu.sends("/say", words=f"第{number}条", room="production", update=update())
    newest = (await xu.get("/room/production")).text
    assert "第52条" in newest
    assert "第2条" not in newest
    found = re.search(r'href="(\?before=\d+)"', newest)
    assert found is not None
    older = (await xu.get(f"/room/production{found[1]}")).text
    assert "第2条" in older
    assert "第52条" not in older
    assert "第52条" in (await xu.get("/room/production?before=nonsense")).text


async def test_without_script_one_replies_edits_and_reads_below_the_message(visit: Visit) -> None:
    xu = await visit("xu")
    first = update()
    await xu.sends("/say", words="门口堵住了", room="production", update=first)
    message = f"xu~{first}"
    page = (await xu.get(f"/room/production?reply={message}")).text
    assert f'name="reply_to" value="{message}"' in page
    assert "<q>门口堵住了</q>" in page
    await xu.sends("/say", words="已清开", room="production", reply_to=message, update=update())
    page = (await xu.get("/room/production")).text
    below = page[page.index('<div class="thread">') :]
    assert "已清开" in below[: below.index("</article>")]
    page = (await xu.get(f"/room/production?edit={message}")).text
    assert 'action="/as/xu/edit"' in page
    assert "门口堵住了</textarea>" in page
    zhang = await visit("zhang")
    assert "门口堵住了</textarea>" not in (await zhang.get(f"/room/production?edit={message}")).text
    assert 'name="reply_to" value=""' in (await xu.get("/room/production?reply=nothing")).text


async def test_without_script_a_press_ends_on_the_room_with_its_answer(visit: Visit, town: Town) -> None:
    event = await report(await visit("xu"))
    await town.quiet()
    zhang = await visit("zhang")
    press = {"token": zhang.token, "room": "production", "page": update()}
    done = await zhang.http.post(
        "/as/zhang/press", data={**press, "press": value("task.acknowledge", event, "production", 0, None, 0)}
    )
    assert done.headers["location"] == "/as/zhang/room/production#private"
    page = (await zhang.get("/room/production")).text
    assert 'name="put_away"' in page
    mark = re.search(r'name="put_away" value="(\w+)"', page)
    assert mark is not None
    away = await zhang.http.post("/as/zhang/own", data={**press, "put_away": mark[1]})
    assert away.headers["location"] == "/as/zhang/room/production#say"
    opened = await zhang.http.post(
        "/as/zhang/press", data={**press, "press": value("record.open", event, "", 0, None, 0)}
    )
    assert opened.status_code == 303


async def test_the_record_opens_from_a_press(visit: Visit, town: Town) -> None:
    event = await report(await visit("xu"))
    await town.quiet()
    chen = await visit("chen")
    answer = await chen.sends("/press", press=value("record.open", event, "", 0, None, 0), room=event, update=update())
    assert f"/as/chen/record/{event}" in str(answer)


async def test_in_the_command_room_the_command_card_stands_beside_the_talk(visit: Visit, town: Town) -> None:
    event = await report(await visit("xu"))
    await town.quiet()
    page = (await (await visit("chen")).get(f"/room/{event}")).text
    panel, log = page[page.index('id="panel-cards"') : page.index("<main")], page[page.index('id="log"') :]
    assert f'data-name="{event}/command"' in panel
    assert f'data-name="{event}/command"' not in log
    assert 'class="switch" checked' in page


async def test_an_event_that_ended_still_stands_in_the_list(visit: Visit, town: Town) -> None:
    event = await report(await visit("xu"))
    await town.quiet()
    chen = await visit("chen")
    revision = (await town.app.store.event(EventId(event))).revisions.get("command", 0)
    press = value("event.false_alarm", event, "", revision, "chen", 1)
    answer = await chen.sends("/press", press=press, room=event, update=update())
    if "form" in answer:
        form = str(re.search(r'data-form="([^"]+)"', str(answer["form"]))[1])  # type: ignore[index]
        context = re.search(r"name=\"context\" value='([^']*)'", str(answer["form"]))
        fields = dict.fromkeys(re.findall(r'name="(f-[^"]+)"', str(answer["form"])), "误触")
        await chen.sends(
            "/form", form=form, context=context[1] if context else "[]", room=event, update=update(), **fields
        )
    await town.quiet()
    assert (await town.app.store.event(EventId(event))).status == "false_alarm"
    assert 'class="banner live over"' in (await chen.get("/")).text


@pytest.mark.parametrize("status", ["open", "standing_down", "stood_down", "closed", "false_alarm", "merged"])
def test_every_state_of_an_event_has_its_words(catalogs: Catalogs, status: EventStatus) -> None:
    from zoneinfo import ZoneInfo

    event = ListedEvent(
        EventId("EV-2026-0001"), "live", status, over=False, title=same("x"), place=same("y"), opened_at=EVENING
    )
    zone = ZoneInfo("Asia/Shanghai")
    assert catalogs.render(status_of(event), "zh", zone, EVENING) != catalogs.render(
        status_of(event), "en", zone, EVENING
    )


async def test_the_language_of_the_first_page_goes_with_whoever_one_becomes(town: Town) -> None:
    async with httpx.AsyncClient(base_url=town.address) as http:
        assert (await http.get("/as/xu/?lang=en")).headers["location"] == "/as/xu/"
        assert "Report an emergency" in (await http.get("/as/xu/")).text
        assert len({person.id for person, _ in parts(town.app.house.company)}) == 5


async def test_a_long_answer_stays_and_a_short_one_passes(visit: Visit) -> None:
    xu = await visit("xu")
    long = await xu.sends("/say", words="/help", room="@xu", update=update())
    assert "html" in long
    assert "text" not in long
    short = await xu.sends("/say", words="/nonsense", room="@xu", update=update())
    assert "text" in short


async def test_a_session_is_seen_again_and_believed_meanwhile(tmp_path: Path, catalogs: Catalogs) -> None:
    clock = VirtualClock(EVENING)
    async with running(tmp_path, catalogs, demo=False, clock=clock) as town:
        house, store = town.app.house, town.app.store
        token = await store.write(lambda work: invite(work, house, PersonId("xu")))
        async with httpx.AsyncClient(base_url=town.address) as http:
            await http.post("/join", data={"token": token})
            assert (await http.get("/")).status_code == 200
            clock.set(EVENING + timedelta(days=20))
            assert (await http.get("/")).status_code == 200
            clock.set(EVENING + timedelta(days=40))
            assert (await http.get("/")).status_code == 200, "twenty days after the last time"
            async with asyncio.timeout(PATIENCE), http.stream("GET", "/stream?room=@xu") as stream:
                async for line in stream.aiter_lines():
                    if line.startswith("event: beat"):
                        break


async def test_a_page_that_was_away_for_long_reads_what_it_missed_from_the_store(visit: Visit, town: Town) -> None:
    xu = await visit("xu")
    await xu.sends("/say", words="早先", room="production", update=update())
    fresh = Feed(town.app.store)
    assert await fresh.after(0, 0) == ()
    fresh.newest = 1
    found = await fresh.after(0, 0)
    assert [message.words for message in found] == ["早先"]
    fresh.close()
    assert await fresh.after(fresh.newest, PATIENCE) == ()


async def test_a_changed_event_draws_the_list_anew_and_a_silent_stream_beats(visit: Visit, town: Town) -> None:
    chen, xu = await visit("chen"), await visit("xu")
    seen: set[str] = set()
    async with asyncio.timeout(PATIENCE), chen.http.stream("GET", "/as/chen/stream?room=production") as stream:
        async for line in stream.aiter_lines():
            if line.startswith("event: beat") and "reported" not in seen:
                seen.add("reported")
                await report(xu)
            if line.startswith("event: shell"):
                break
    await town.quiet()
    page = await chen.get("/room/production")
    assert "banner live" in page.text


async def test_a_room_of_an_event_names_its_own_event_and_a_place_nobody_said_is_called_so(
    visit: Visit, town: Town
) -> None:
    xu, chen = await visit("xu"), await visit("chen")
    first = await report(xu)
    await report(xu, "/报险情 停电")
    await town.quiet()
    page = (await chen.get(f"/room/{first}")).text
    label = page.partition('class="panel-switch"')[2].partition("</label>")[0]
    assert "火灾" in label
    assert "地点待核实" in page
    assert "<bdi></bdi> ·" not in page


def test_an_excerpt_is_short(catalogs: Catalogs) -> None:
    from bot.adapters.web.messages import Message
    from bot.domain.ids import RoomId
    from tests.web.test_render import reader

    long = Message("m", RoomId("r"), EVENING, 1, 1, words="长" * 100)
    assert excerpt(long, reader(catalogs)) == "长" * 60 + "…"
    assert excerpt(Message("m", RoomId("r"), EVENING, 1, 1), reader(catalogs)) == ""
