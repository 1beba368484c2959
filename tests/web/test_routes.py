"""What a browser may ask of the built-in chat, and what it gets."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.domain.ids import PersonId
from bot.errors import Broken
from bot.i18n import Catalogs
from bot.services.inviting import invite, revoke
from tests.web.town import PATIENCE, Town, Visit, report, running, told, update, value


async def test_the_first_page_offers_five_people_and_says_that_it_is_a_sample(town: Town) -> None:
    async with httpx.AsyncClient(base_url=town.address) as http:
        zh = (await http.get("/?lang=zh")).text
        en = (await http.get("/", headers={"accept-language": "en-GB,en;q=0.9"})).text
    assert "样例" in zh
    assert "SAMPLE" in en
    assert len(re.findall(r'class="try"', zh)) == 5
    assert "Report an emergency: tap the red button" in en


async def test_every_answer_forbids_foreign_code_and_frames(town: Town) -> None:
    async with httpx.AsyncClient(base_url=town.address) as http:
        for path in ("/", "/as/xu/", "/as/xu/room/@xu", "/as/nobody/", "/nothing"):
            answer = await http.get(path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "<script>" not in answer.text
            assert " style=" not in answer.text


async def test_a_request_for_another_host_is_turned_away(town: Town) -> None:
    async with httpx.AsyncClient(base_url=town.address) as http:
        answer = await http.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 421


async def test_the_same_press_twice_gets_the_same_answer(visit: Visit, town: Town) -> None:
    xu, zhang = await visit("xu"), await visit("zhang")
    event = await report(xu)
    press, once = value("task.acknowledge", event, "production", 0, None, 0), update()
    first = await zhang.sends("/press", press=press, room="production", update=once)
    again = await zhang.sends("/press", press=press, room="production", update=once)
    assert first == again
    assert first["stored"] is True
    assert "undo" in first
    entries = await town.app.store.entries((await town.app.store.events())[0].id)
    answered = [entry for entry in entries if entry.payload.kind == "task.answered"]
    assert len({entry.sequence for entry in answered}) == len(answered)


async def test_a_press_without_the_page_s_token_is_refused_and_nothing_happens(visit: Visit, town: Town) -> None:
    xu = await visit("xu")
    fields = {"press": value("report.start", "", "", 0, None, 0), "room": "@xu", "update": update()}
    forged = await xu.http.post("/as/xu/press", json=fields, headers={"x-token": "0" * 64})
    plain = await xu.http.post("/as/xu/press", data={**fields, "token": "wrong"})
    assert (forged.status_code, plain.status_code) == (403, 403)
    other = await visit("zhang")
    borrowed = await xu.http.post("/as/xu/press", json=fields, headers={"x-token": other.token})
    assert borrowed.status_code == 403
    assert not await town.app.store.events()


@pytest.mark.parametrize(
    "press",
    ["", "no json", "[]", '["a"]', '["task.done","EV-1","",0,null,"x"]', '{"a":1}', '["a","b","c",1.5,null,0]'],
)
async def test_a_press_of_no_button_of_ours_is_answered_kindly(visit: Visit, press: str) -> None:
    xu = await visit("xu")
    answer = await xu.sends("/press", press=press, room="@xu", update=update())
    assert answer["stored"] is False
    assert answer["text"]


async def test_a_body_that_is_no_form_and_no_json(visit: Visit) -> None:
    xu = await visit("xu")
    headers = {"x-token": xu.token, "content-type": "application/json"}
    for body in (b"{", b"[]", b"\xff"):
        answer = await xu.http.post("/as/xu/say", content=body, headers=headers)
        assert answer.status_code == 400
        assert told(answer)["text"]


async def test_an_update_id_of_another_person_s_making_is_one_s_own(visit: Visit) -> None:
    xu, zhang = await visit("xu"), await visit("zhang")
    same = update()
    assert (await xu.sends("/say", words="一", room="production", update=same))["stored"] is True
    assert (await zhang.sends("/say", words="二", room="production", update=same))["stored"] is True
    page = (await zhang.get("/room/production")).text
    assert "一" in page
    assert "二" in page


async def test_a_message_too_long_is_refused_with_the_limit(visit: Visit) -> None:
    xu = await visit("xu")
    answer = await xu.sends("/say", words="长" * 100_000, room="production", update=update())
    assert answer["stored"] is False
    assert re.search(r"\d", str(answer["text"]))
    assert "长长" not in (await xu.get("/room/production")).text


async def test_a_body_beyond_all_limits_is_cut_off(visit: Visit) -> None:
    xu = await visit("xu")
    answer = await xu.http.post(
        "/as/xu/say", content=b"[" * 3_000_000, headers={"x-token": xu.token, "content-type": "application/json"}
    )
    assert answer.status_code == 413


async def test_nobody_reads_or_writes_in_a_room_that_is_not_theirs(visit: Visit) -> None:
    xu = await visit("xu")
    assert (await xu.get("/room/office")).status_code == 404
    assert (await xu.get("/room/@zhang")).status_code == 404
    answer = await xu.sends("/say", words="hello", room="office", update=update())
    assert answer["stored"] is False
    assert (await xu.post("/seen", room="office", feed="1")).status_code == 400
    assert (await xu.post("/seen", room="production", feed="-1")).status_code == 400


async def test_markup_and_hidden_characters_are_shown_as_what_they_are(visit: Visit) -> None:
    xu = await visit("xu")
    nasty = "<script>alert(1)</script> <!channel> **b** \u202eabc\u200b \x07 مرحبا 👩‍🚒"
    await xu.sends("/say", words=nasty, room="production", update=update())
    page = (await xu.get("/room/production")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;!channel&gt; **b** [U+202E]abc[U+200B] ␇ مرحبا 👩‍🚒" in page
    assert "<script>alert" not in page


async def test_a_message_is_changed_and_withdrawn_by_its_author_alone(visit: Visit) -> None:
    xu, zhang = await visit("xu"), await visit("zhang")
    mine = update()
    await xu.sends("/say", words="三号车间", room="production", update=mine)
    message = f"xu~{mine}"
    refused = await zhang.sends("/edit", message=message, words="别的", room="production", update=update())
    assert refused["stored"] is False
    changed = await xu.sends("/edit", message=message, words="四号车间", room="production", update=update())
    assert changed["stored"] is True
    page = (await zhang.get("/room/production")).text
    assert "四号车间" in page
    assert "已修改" in page
    assert (await zhang.sends("/own", delete=message, room="production", update=update()))["stored"] is False
    assert (await xu.sends("/own", delete=message, room="production", update=update()))["stored"] is True
    page = (await zhang.get("/room/production")).text
    assert "四号车间" not in page
    assert "徐亮删除了一条消息" in page


async def test_words_and_the_photo_under_them_reach_everybody_in_the_room(visit: Visit, photo: bytes) -> None:
    xu, zhang = await visit("xu"), await visit("zhang")
    given = await xu.uploads(photo, "leak.jpg", "image/jpeg", photo="1")
    tickets = json.dumps({"photo": given["tickets"][0]})  # type: ignore[index]
    answer = await xu.sends("/say", words="", room="production", update=update(), tickets=tickets)
    assert answer["stored"] is True
    page = (await zhang.get("/room/production")).text
    found = re.search(r'src="(/as/zhang/file/[^"]+)"', page)
    assert found is not None
    picture = await zhang.http.get(found[1])
    assert picture.headers["content-type"] == "image/jpeg"
    assert b"Exif" not in picture.content
    stolen = await zhang.sends("/say", words="", room="production", update=update(), tickets=tickets)
    assert stolen["stored"] is False
    sun = await visit("zhao")
    address = found[1].replace("/as/zhang", "/as/zhao")
    reads_production = 'data-room="production"' in (await sun.get("/")).text
    assert ((await sun.http.get(address)).status_code == 200) is reads_production


async def test_the_language_switch_speaks_the_other_language_from_then_on(visit: Visit) -> None:
    xu = await visit("xu")
    assert "报险情" in (await xu.get("/")).text
    answer = await xu.http.post(
        "/as/xu/language", data={"token": xu.token, "language": "en", "room": "", "page": update()}
    )
    assert answer.status_code == 303
    assert "Report an emergency" in (await xu.get("/")).text
    back = await xu.sends("/say", words="/lang zh", room="@xu", update=update())
    assert back["language"] == "zh"


async def test_a_command_is_for_the_bot_alone(visit: Visit) -> None:
    xu = await visit("xu")
    answer = await xu.sends("/say", words="／help", room="production", update=update())
    assert "html" in answer
    assert "／help" not in (await xu.get("/room/production")).text


async def test_what_only_one_sees_survives_a_reload_and_is_put_away_by_a_press(visit: Visit) -> None:
    xu = await visit("xu")
    await xu.sends("/say", words="/help", room="production", update=update())
    page = (await xu.get("/room/production")).text
    found = re.search(r'name="put_away" value="([0-9a-f]+)"', page)
    assert found is not None
    await xu.sends("/own", put_away=found[1], room="production", update=update())
    assert 'name="put_away"' not in (await xu.get("/room/production")).text


async def test_the_record_is_a_page_and_a_file_for_those_who_may_read_it(visit: Visit) -> None:
    xu, zhang = await visit("xu"), await visit("zhang")
    event = await report(xu)
    page = await zhang.get(f"/record/{event}")
    assert page.status_code == 200
    assert "应急计划实施记录" in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    docx = await zhang.get(f"/record/{event}/docx?lang=both")
    assert docx.content.startswith(b"PK")
    assert event in docx.headers["content-disposition"]
    assert (await zhang.get(f"/record/{event}/json")).json()
    assert (await zhang.get(f"/record/{event}/exe")).status_code == 404
    assert (await zhang.get(f"/record/{event}?lang=fr")).status_code == 404
    assert (await zhang.get("/record/EV-2026-9999")).status_code == 400
    assert (await xu.get(f"/record/{event}/docx")).status_code == 400


async def test_the_address_of_an_event_leads_to_the_room_where_it_is(visit: Visit, town: Town) -> None:
    xu, chen = await visit("xu"), await visit("chen")
    event = await report(xu)
    await town.quiet()
    assert (await chen.get(f"/event/{event}")).headers["location"] == f"/as/chen/room/{event}"
    theirs = await xu.get(f"/event/{event}")
    assert theirs.status_code in {303, 404}
    assert (await xu.get("/event/EV-1999-0001")).status_code == 404


async def test_an_old_style_sheet_is_still_found_but_not_kept(town: Town) -> None:
    async with httpx.AsyncClient(base_url=town.address) as http:
        found = re.search(r'href="(/static/[0-9a-f]+/chat.css)"', (await http.get("/")).text)
        assert found is not None
        assert "immutable" in (await http.get(found[1])).headers["cache-control"]
        assert (await http.get("/static/old/chat.css")).headers["cache-control"] == "no-cache"
        assert (await http.get("/static/old/secret.py")).status_code == 404
        assert (await http.get("/static/record.css")).status_code == 200
        assert (await http.get("/favicon.ico")).headers["content-type"] == "image/svg+xml"


async def test_a_change_reaches_an_open_page_and_is_taken_up_after_a_break(visit: Visit, town: Town) -> None:
    xu, zhang = await visit("xu"), await visit("zhang")
    await report(xu)
    await town.quiet()
    seen = 0
    async with (
        asyncio.timeout(PATIENCE),
        zhang.http.stream("GET", "/as/zhang/stream?room=production&after=0") as stream,
    ):
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                seen = int(line[4:])
            if line.startswith("data: ") and 'data-room=\\"production\\"' in line and seen:
                break
    assert seen > 0
    await xu.sends("/say", words="断线期间说的", room="production", update=update())
    headers = {"last-event-id": str(seen)}
    async with (
        asyncio.timeout(PATIENCE),
        zhang.http.stream("GET", "/as/zhang/stream?room=production", headers=headers) as stream,
    ):
        async for line in stream.aiter_lines():
            if "断线期间说的" in line:
                break


async def test_without_script_a_report_is_three_forms(visit: Visit) -> None:
    xu = await visit("xu")
    what = await xu.http.post(
        "/as/xu/press",
        data={"token": xu.token, "room": "@xu", "page": update(), "press": value("report.start", "", "", 0, None, 0)},
    )
    assert what.status_code == 200
    details = await xu.http.post("/as/xu/form", data={**_hidden(what.text), "f-tile": "fire"})
    assert "<form" in details.text
    done = await xu.http.post("/as/xu/form", data={**_hidden(details.text), "skipped": "1"})
    assert done.status_code == 303
    page = (await xu.http.get(done.headers["location"].split("#")[0])).text
    assert "EV-2026-0001" in page or "EV-20" in page
    assert "119" in page


def _hidden(page: str) -> dict[str, str]:
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    context = re.search(r"name=\"context\" value='([^']*)'", page)
    return {**fields, "context": "[]" if context is None else context[1]}


async def test_in_production_a_personal_link_works_once_and_its_session_can_be_ended(
    tmp_path: Path, catalogs: Catalogs
) -> None:
    async with running(tmp_path, catalogs, demo=False) as town:
        house, store = town.app.house, town.app.store
        token = await store.write(lambda work: invite(work, house, PersonId("xu")))
        async with httpx.AsyncClient(base_url=town.address) as http:
            assert (await http.get("/")).headers["location"] == "/join"
            assert (await http.get("/as/xu/")).status_code == 303
            assert (await http.get("/join")).status_code == 200
            joined = await http.post("/join", data={"token": f"https://chat.example/join#{token}"})
            cookie = joined.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie
            page = (await http.get("/")).text
            assert "徐亮" in page
            again = await http.post("/join", data={"token": token})
            assert again.status_code == 403
            await store.write(lambda work: revoke(work, house, PersonId("xu")))
            town.web.forget(PersonId("xu"))
            assert (await http.get("/")).headers["location"] == "/join"
            refused = await http.post("/say", json={}, headers={"x-token": "x"})
            assert refused.status_code == 401


async def test_signing_out_ends_the_session_for_good(tmp_path: Path, catalogs: Catalogs) -> None:
    async with running(tmp_path, catalogs, demo=False) as town:
        house = town.app.house
        token = await town.app.store.write(lambda work: invite(work, house, PersonId("xu")))
        async with httpx.AsyncClient(base_url=town.address) as http:
            await http.post("/join", data={"token": token})
            secret = http.cookies["tocsin"]
            found = re.search(r'data-token="([0-9a-f]+)"', (await http.get("/")).text)
            assert found is not None
            assert (await http.post("/leave", data={"token": found[1]})).headers["location"] == "/join"
            answer = await http.get("/", headers={"cookie": f"tocsin={secret}"})
            assert answer.headers["location"] == "/join"


async def test_a_port_in_use_is_a_clear_mistake(tmp_path: Path, catalogs: Catalogs, town: Town) -> None:
    port = int(town.address.rsplit(":", 1)[1])
    with pytest.raises(Broken) as broken:
        async with running(
            tmp_path / "other",
            catalogs,
            change=lambda settings: replace(settings, web=replace(settings.web, port=port)),
        ):
            pass
    assert broken.value.reason.key == "web.port_in_use"
