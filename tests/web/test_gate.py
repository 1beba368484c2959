"""Who gets in, from where, and what is said when the house can keep nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest

from bot.adapters.web.adapter import EVERYWHERE, WebAdapter
from bot.adapters.web.front import is_loopback, language_asked
from bot.adapters.web.replies import MOST_PEOPLE, Replies
from bot.adapters.web.session import SEEN_EVERY, TRUSTED_FOR, new_secret, seal, sealed
from bot.adapters.web.view import Ahead, RecordFormat, RecordLanguage
from bot.chat.adapter import Accepted, Entering, Showing
from bot.chat.card import Card, Reply
from bot.chat.effect import Invite, OpenRoom
from bot.clock import RealClock
from bot.config import Settings
from bot.domain.ids import EventId, PersonId, RoomId
from bot.errors import Broken, RetryLater
from bot.i18n import Catalogs
from bot.services.inviting import invite
from bot.services.year import month_for, readiness_for
from bot.text import same
from tests.web.town import Town, Visit, phone_of, running, told, update, value


def on(settings: Settings, **web: object) -> Settings:
    return replace(settings, web=replace(settings.web, **web))  # type: ignore[arg-type]


def test_proofs_fit_their_secret_and_words_only() -> None:
    secret = new_secret()
    assert sealed(secret, "form/xu", seal(secret, "form/xu"))
    assert not sealed(secret, "form/zhang", seal(secret, "form/xu"))
    assert not sealed(new_secret(), "form/xu", seal(secret, "form/xu"))
    assert not sealed(secret, "form/xu", "不是")


@pytest.mark.parametrize(
    ("host", "inside"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("192.0.2.7", False), ("evil", False)]
)
def test_this_machine_and_others(host: str, inside: bool) -> None:  # noqa: FBT001  the second half of a pair
    assert is_loopback(host) is inside


async def test_a_phone_needs_the_key_and_then_its_cookie(town: Town) -> None:
    transport = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
    async with httpx.AsyncClient(base_url=town.address, transport=transport) as phone:
        assert (await phone.get("/")).status_code == 200, "another loopback address is this machine too"
        handed = await phone.get(f"/?k={town.web.key}&lang=en")
        assert handed.status_code == 303
        assert handed.headers["location"] == "/?lang=en"
        assert "HttpOnly" in handed.headers["set-cookie"]
        assert (await phone.get("/as/xu")).headers["location"] == "/as/xu/"
        assert (await phone.get("/as/nobody/")).status_code == 404


@pytest.mark.parametrize("path", ["/readiness", "/record/EM-1", "/room/admins", "/token"])
async def test_an_address_of_the_demo_that_names_nobody_asks_who_one_is(town: Town, path: str) -> None:
    async with httpx.AsyncClient(base_url=town.address) as visitor:
        asked = await visitor.get(path)
        assert (asked.status_code, asked.headers["location"]) == (303, "/")
        pressed = await visitor.post("/press", headers={"x-token": "none"}, json={})
        assert (pressed.status_code, pressed.json()["stored"]) == (404, False)


async def test_from_the_network_only_the_key_opens_the_demo(tmp_path: Path, catalogs: Catalogs) -> None:
    def everywhere(settings: Settings) -> Settings:
        return on(settings, host=EVERYWHERE[0], plain_http_off_loopback=True)

    async with running(tmp_path, catalogs, change=everywhere) as town:
        link = town.web.phone_link
        if not link:
            pytest.fail("this machine has no network address of its own")
        base, _, key = link.partition("/?k=")
        async with httpx.AsyncClient(base_url=base) as stranger:
            assert (await stranger.get("/", headers={"accept-language": "en"})).status_code == 403
            assert (await stranger.get("/?k=wrong")).status_code == 403
            assert (await stranger.get(f"/?k={key}")).status_code == 303
            assert (await stranger.get("/")).status_code == 200
            phone = await phone_of(stranger, "xu")
            assert (await phone.sends("/press", press=value("report.start", "", "", 0, None, 0), update=update()))[
                "form"
            ]


@pytest.mark.parametrize(
    ("host", "public", "link"),
    [
        ("127.0.0.1", "", ""),
        ("192.0.2.9", "", "http://192.0.2.9:0/?k="),
        (EVERYWHERE[0], "https://chat.example/", "https://chat.example/?k="),
    ],
)
async def test_the_link_for_phones(town: Town, host: str, public: str, link: str) -> None:
    web = somewhere(town, demo=True, host=host, public_url=public, port=0)
    assert web.phone_link == (link and f"{link}{web.key}")


async def test_addresses_of_the_new_protocol_stand_in_brackets(town: Town) -> None:
    web = somewhere(town, demo=False, host="2001:db8::1", tls_certificate=Path("x.pem"), port=443)
    assert web.address == "https://[2001:db8::1]:443"
    assert web.phone_link == ""


def somewhere(town: Town, *, demo: bool, **web: object) -> WebAdapter:
    """The town's chat on another address, not bound to it."""

    async def documents(event: EventId, format_: RecordFormat, language: RecordLanguage, person: PersonId) -> bytes:
        return f"{event} {format_} {language} {person}".encode()

    async def welcome(token: str, agent: str) -> str:
        return token + agent

    house = town.app.house
    settings = on(house.settings, **web).web
    ahead = Ahead(partial(readiness_for, town.app.store, house), partial(month_for, town.app.store, house))
    return WebAdapter(
        town.app.store, settings, house, RealClock(), demo=demo, documents=documents, welcome=welcome, ahead=ahead
    )


@pytest.mark.parametrize(
    ("web", "key"),
    [
        ({"host": "192.0.2.1", "plain_http_off_loopback": False}, "web.plain_http"),
        ({"host": "192.0.2.1"}, "web.cannot_listen"),
    ],
)
async def test_what_cannot_be_listened_on_is_a_clear_mistake(
    tmp_path: Path, catalogs: Catalogs, web: dict[str, object], key: str
) -> None:
    with pytest.raises(Broken) as broken:
        async with running(tmp_path, catalogs, change=lambda settings: on(settings, **web)):
            pass
    assert broken.value.reason.key == key


async def test_only_the_hosts_that_are_listed_are_answered(tmp_path: Path, catalogs: Catalogs) -> None:
    async with (
        running(tmp_path, catalogs, change=lambda settings: on(settings, allowed_hosts=("chat.example",))) as town,
        httpx.AsyncClient(base_url=town.address) as http,
    ):
        assert (await http.get("/", headers={"host": "chat.example:8080"})).status_code == 200
        assert (await http.get("/", headers={"host": "other.example"})).status_code == 421


async def test_a_house_that_can_keep_nothing_says_so_with_the_telephone_numbers(visit: Visit, town: Town) -> None:
    zhang = await visit("zhang")
    await town.quiet()
    await town.app.store.close()
    told_back = await zhang.post("/say", words="有人受伤", room="production", update=update())
    assert told_back.status_code == 507
    assert told(told_back)["stored"] is False
    assert "没有保存" in str(told(told_back)["text"])
    assert "119" in str(told(told_back)["text"])
    page = await zhang.http.post(
        "/as/zhang/say", data={"token": zhang.token, "words": "x", "room": "production", "update": update()}
    )
    assert page.status_code == 507
    assert "tel:119" in page.text
    assert (await zhang.post("/seen", room="production", feed="1")).status_code == 507
    showing = Showing("k", RoomId("production"), "production", Card(None, "plain", same("x")))
    with pytest.raises(RetryLater):
        await town.web.deliver(showing)


async def test_a_message_is_delivered_once_however_often_it_comes(town: Town, visit: Visit) -> None:
    room, event = RoomId("EV-2026-0001"), EventId("EV-2026-0001")
    opened = OpenRoom(room, event, same("指挥"), (PersonId("xu"),))
    assert await town.web.deliver(Entering(opened, room, ())) == Accepted(room)
    assert await town.web.deliver(Entering(opened, room, ())) == Accepted(room)
    assert await town.web.deliver(Entering(Invite(room, (PersonId("zhang"),)), room, ())) == Accepted(room)
    one = Showing("EV-2026-0001/production", room, room, Card("live", "work", same("第一版"), event))
    first = await town.web.deliver(one)
    assert await town.web.deliver(replace(one, card=replace(one.card, head=same("第二版")))) == first
    assert await town.web.deliver(replace(one, standing=first.message)) == first
    for person in ("xu", "zhang"):
        page = (await (await visit(person)).get(f"/room/{room}")).text
        assert page.count("第一版") == 1
        assert "第二版" not in page


async def test_a_session_that_slept_too_long_is_over(tmp_path: Path, catalogs: Catalogs) -> None:
    async with running(tmp_path, catalogs, demo=False, change=lambda settings: on(settings, session_days=0)) as town:
        house = town.app.house
        token = await town.app.store.write(lambda work: invite(work, house, PersonId("xu")))
        async with httpx.AsyncClient(base_url=town.address) as http:
            joined = await http.post("/join", data={"token": token})
            assert "Max-Age=0" in joined.headers["set-cookie"]
            secret = re.search(r"tocsin=([^;]+)", joined.headers["set-cookie"])
            assert secret is not None
            answer = await http.get("/", headers={"cookie": f"tocsin={secret[1]}"})
            assert answer.headers["location"] == "/join"


def test_replies_are_kept_for_the_last_people_who_asked() -> None:
    replies, now = Replies(), RealClock().now()
    for number in range(MOST_PEOPLE + 1):
        replies.keep(f"browser-{number}", PersonId("xu"), Reply(same("x")), now)
    assert replies.of("browser-0", PersonId("xu"), now) == ()
    assert len(replies.of(f"browser-{MOST_PEOPLE}", PersonId("xu"), now)) == 1
    assert replies.of(f"browser-{MOST_PEOPLE}", PersonId("xu"), now + 10 * SEEN_EVERY) == ()
    assert TRUSTED_FOR < SEEN_EVERY


def test_the_language_of_a_page_without_a_person() -> None:
    def asked(query: str, accepts: str) -> object:
        from starlette.requests import Request

        headers = [(b"accept-language", accepts.encode())]
        return language_asked(Request({"type": "http", "query_string": query.encode(), "headers": headers}))

    assert asked("lang=en", "zh-CN") == "en"
    assert asked("", "fr, en-GB;q=0.8, zh;q=0.5") == "en"
    assert asked("lang=xx", "") is None
