"""A card arrives in a mailbox, once, at the room's own address; what goes wrong is told apart."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from bot.adapters.mail import client
from bot.adapters.mail.adapter import ONE_EVERY
from bot.chat.adapter import Accepted, Entering, Showing
from bot.chat.card import Card, Line, Link, Telephone
from bot.chat.effect import OpenRoom
from bot.domain.ids import EventId, RoomId
from bot.errors import RetryLater, TocsinError, Undeliverable, Unknown
from bot.text import Words, same, text
from tests.mail.conftest import PASSWORD, Office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.adapter import Prelude
    from bot.chat.card import Reply
    from bot.chat.inbound import Account, Inbound, Raw
    from bot.domain.company import RoomLanguage
    from bot.domain.parties import Marked

ADDRESS = "office-duty@plant.example"
TYPED = "<script>alert('x')</script> & \"Bcc: all@plant.example\""


def card(kind: Marked | None = "live", revision: int = 3) -> Card:
    return Card(
        kind=kind,
        tone="alarm",
        head=Words("请按任务清单处理", "Go by the checklist"),
        event=None if kind is None else EventId("EV-2026-0007"),
        lead=(same(TYPED),),
        lines=(Line(Words("疏散", "Evacuate"), "waiting", Words("14:20前", "by 14:20")),),
        more=Words("还有3项", "3 more"),
        telephones=(Telephone(Words("郭强", "Guo Qiang"), "138 0000 0002"),),
        links=(Link(text("link.record"), "record/EV-2026-0007"),),
        foot=Words("14:23 · v3", "14:23 · v3"),
        revision=revision,
    )


def showing(shown: Card | None = None, language: RoomLanguage = "both", address: str = ADDRESS) -> Showing:
    return Showing("EV-2026-0007/office", RoomId("office"), address, shown or card(), language=language)


def parts(message: EmailMessage) -> tuple[str, str]:
    """The text and the HTML."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return str(plain.get_content()), str(html.get_content())


async def sent(mail: Office, *shown: Showing) -> list[EmailMessage]:
    for each in shown:
        await mail.adapter().deliver(each)
    return mail.box.received


async def test_a_card_arrives_as_text_and_html_with_mark_number_and_room_in_its_subject(mail: Office) -> None:
    (message,) = await sent(mail, showing())
    assert message["Subject"] == "【紧急】EV-2026-0007 · 办公室 / EMERGENCY · EV-2026-0007 · Office"
    assert message["To"] == ADDRESS
    assert message["From"] == "Tocsin <tocsin@plant.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Thu, 05 Mar 2026 06:00:00 +0000"
    envelope = mail.box.envelopes[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == ("tocsin@plant.example", [ADDRESS])
    plain, html = parts(message)
    for each in (
        "【紧急】请按任务清单处理",
        "EMERGENCY. Go by the checklist",
        "疏散",
        "Evacuate",
        "138 0000 0002",
        "3 more",
    ):
        assert each in plain
        assert each in html
    assert "Record: https://chat.plant.example/record/EV-2026-0007" in plain
    assert '<a href="tel:13800000002">138 0000 0002</a>' in html
    assert '<a href="https://chat.plant.example/record/EV-2026-0007">' in html
    assert '<div lang="zh-CN">' in html


async def test_what_people_typed_is_text_and_nothing_else(mail: Office) -> None:
    (message,) = await sent(mail, showing())
    plain, html = parts(message)
    assert TYPED in plain
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "Bcc" not in message
    assert mail.box.envelopes[0].rcpt_tos == [ADDRESS]


async def test_a_drill_says_so_first_and_last(mail: Office) -> None:
    (message,) = await sent(mail, showing(card("drill")))
    assert message["Subject"].startswith("【演练】EV-2026-0007 · 办公室 · 【演练】 / DRILL · ")
    assert message["Subject"].endswith(" · DRILL")
    plain, html = parts(message)
    assert plain.startswith("【演练】")
    assert plain.strip().endswith("DRILL")
    first, last = html.split("<p>")[1], html.split("<p>")[-1]
    assert "【演练】" in first
    assert "DRILL" in last


@pytest.mark.parametrize(("language", "has", "lacks"), [("zh", "疏散", "Evacuate"), ("en", "Evacuate", "疏散")])
async def test_a_room_with_one_language_reads_that_alone(
    mail: Office, language: RoomLanguage, has: str, lacks: str
) -> None:
    (message,) = await sent(mail, showing(language=language))
    for part in parts(message):
        assert has in part
        assert lacks not in part
    assert " / " not in message["Subject"]


async def test_house_talk_has_neither_mark_nor_number(mail: Office) -> None:
    plain_card = Card(None, "plain", Words("你好", "Hello"))
    (message,) = await sent(mail, showing(plain_card))
    assert message["Subject"] == "办公室 / Office"
    assert "Hello" in parts(message)[0]
    (_, other) = await sent(mail, replace(showing(plain_card), room=RoomId("EV-2026-0001")))
    assert other["Subject"] == "EV-2026-0001"


async def test_the_same_message_has_the_same_name_and_a_change_another_under_one_root(mail: Office) -> None:
    first, again, changed, elsewhere = await sent(
        mail, showing(), showing(), showing(card(revision=4)), showing(address="night@plant.example")
    )
    assert first["Message-ID"] == again["Message-ID"]
    assert len({each["Message-ID"] for each in (first, changed, elsewhere)}) == 3
    assert first["References"] == changed["References"] == changed["In-Reply-To"]
    assert first["Message-ID"].endswith("@plant.example>")
    assert await mail.adapter().deliver(showing()) == Accepted(first["Message-ID"])


@pytest.mark.parametrize(
    "address",
    ["", "office", "@plant.example", "a@", "a b@c.example", "a@b.example, c@d.example", "A <a@b.example>",
     "a@b.example\r\nBcc: c@d.example", "办@b.example", "group:a@b.example;"],
)  # fmt: skip
async def test_only_one_plain_address_is_written_to(mail: Office, address: str) -> None:
    with pytest.raises(Undeliverable):
        await mail.adapter().deliver(showing(address=address))
    assert mail.box.envelopes == []


async def test_nothing_typed_gets_into_a_header(mail: Office) -> None:
    hostile = replace(card(), event=EventId("EV-1\r\nBcc: all@plant.example"))
    (message,) = await sent(mail, showing(hostile))
    assert "Bcc" not in message
    assert mail.box.envelopes[0].rcpt_tos == [ADDRESS]


@pytest.mark.parametrize(
    ("recipient", "message", "error"),
    [
        ("550 no such user", "250 OK", Undeliverable),
        ("451 greylisted", "250 OK", RetryLater),
        ("421 closing", "250 OK", RetryLater),
        ("hang up", "250 OK", RetryLater),
        ("250 OK", "554 no", Undeliverable),
        ("250 OK", "452 full", RetryLater),
        ("250 OK", "hang up", Unknown),
    ],
)
async def test_refusals_are_told_apart(mail: Office, recipient: str, message: str, error: type[TocsinError]) -> None:
    mail.box.to_recipient, mail.box.to_message = recipient, message
    with pytest.raises(error):
        await mail.adapter().deliver(showing())
    assert mail.box.received == []


@pytest.mark.parametrize(("silent_at", "error"), [("rcpt", RetryLater), ("data", Unknown)])
async def test_a_server_that_says_nothing_is_left_in_time(
    mail: Office, monkeypatch: pytest.MonkeyPatch, silent_at: str, error: type[TocsinError]
) -> None:
    monkeypatch.setattr(client, "PREPARED_WITHIN", 0.3)
    monkeypatch.setattr(client, "TAKEN_WITHIN", 0.3)
    mail.box.silent_at = silent_at
    with pytest.raises(error):
        await mail.adapter().deliver(showing())


async def test_a_server_that_is_away_is_tried_again(mail: Office) -> None:
    nobody = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    mail.port = nobody.sockets[0].getsockname()[1]
    nobody.close()
    await nobody.wait_closed()
    with pytest.raises(RetryLater):
        await mail.adapter().deliver(showing())


@pytest.mark.parametrize(("mail", "security"), [("tls", "tls"), ("starttls", "starttls")], indirect=["mail"])
async def test_what_is_written_goes_encrypted(mail: Office, security: str) -> None:
    await mail.adapter(security).deliver(showing())
    assert len(mail.box.received) == 1
    assert mail.box.ciphers != [None]


@pytest.mark.parametrize(("mail", "security"), [("none", "tls"), ("none", "starttls")], indirect=["mail"])
async def test_nothing_goes_in_the_clear_where_it_must_not(mail: Office, security: str) -> None:
    with pytest.raises(RetryLater):
        await mail.adapter(security).deliver(showing())
    assert mail.box.received == []


@pytest.mark.parametrize("mail", ["starttls"], indirect=True)
async def test_a_certificate_nobody_vouches_for_is_refused(mail: Office) -> None:
    mail.trusts = ssl.create_default_context()
    with pytest.raises(RetryLater):
        await mail.adapter("starttls").deliver(showing())
    assert mail.box.received == []


@pytest.mark.parametrize("mail", ["sign_in"], indirect=True)
async def test_who_signs_in_is_heard_and_a_wrong_password_waits_to_be_put_right(mail: Office) -> None:
    await mail.adapter("starttls", "tocsin", PASSWORD).deliver(showing())
    assert len(mail.box.received) == 1
    with pytest.raises(RetryLater) as caught:
        await mail.adapter("starttls", "tocsin", "wrong").deliver(showing())
    assert caught.value.after == client.REFUSED_FOR
    assert "wrong" not in str(caught.value)
    assert len(mail.box.received) == 1


async def test_it_writes_once_a_minute_opens_no_rooms_and_takes_nothing_in(mail: Office) -> None:
    adapter = mail.adapter()
    assert [(each.name, each.count, each.seconds) for each in adapter.budgets(ADDRESS)] == [
        (f"room/{ADDRESS}", 1, ONE_EVERY)
    ]
    assert adapter.abilities.in_need_only
    opening = Entering(OpenRoom(RoomId("EV-1"), EventId("EV-1"), same("EV-1"), ()), "", ())
    with pytest.raises(Undeliverable):
        await adapter.deliver(opening)
    waiting = asyncio.create_task(adapter.run(NOBODY))
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()


class _Nobody:
    """Nothing comes in by mail."""

    async def receive(self, inbound: Inbound, prelude: Prelude | None = None) -> Reply:
        raise AssertionError(inbound, prelude)

    async def keep(self, raws: Sequence[Raw], prelude: Prelude | None = None) -> None:
        raise AssertionError(raws, prelude)

    async def meet(self, accounts: Sequence[Account]) -> None:
        raise AssertionError(accounts)


NOBODY = _Nobody()
