"""What `tocsin doctor` says about a mail server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest

from bot.adapters.mail.doctor import examine
from bot.config import MailSettings
from bot.domain.company import Binding, Company
from bot.domain.ids import RoomId
from tests.cards.town import house_with
from tests.mail.conftest import PASSWORD, SENDER

if TYPE_CHECKING:
    from bot.chat.checkup import Check
    from tests.mail.conftest import Office

Security = Literal["tls", "starttls", "none"]


def company(*, bound: bool) -> Company:
    """The sample company; its office has a mailbox or not."""
    plain = house_with().company
    if not bound:
        return plain
    office = RoomId("office")
    room = replace(plain.rooms[office], bindings=(Binding("email", "office@plant.example"),))
    return replace(plain, rooms={**plain.rooms, office: room})


async def checked(mail: Office, security: Security, password: str = "", *, bound: bool = True) -> list[Check]:
    user = "tocsin" if password else ""
    settings = MailSettings("127.0.0.1", mail.port, user, password, security, SENDER)
    return [check async for check in examine(settings, company(bound=bound), mail.trusts)]


async def test_a_server_that_lets_us_in_and_a_room_that_needs_it(mail: Office) -> None:
    first, second = await checked(mail, "none")
    assert (first.says.key, first.state) == ("doctor.mail_fine", "fine")
    assert (second.says.key, second.says.params) == ("doctor.mail_rooms", {"count": 1})
    assert mail.box.received == [], "nothing was sent"


async def test_a_server_that_no_room_uses(mail: Office) -> None:
    _, second = await checked(mail, "none", bound=False)
    assert (second.says.key, second.state) == ("doctor.mail_no_rooms", "note")


@pytest.mark.parametrize("mail", ["sign_in"], indirect=True)
async def test_the_password_is_tried(mail: Office) -> None:
    assert (await checked(mail, "starttls", PASSWORD))[0].state == "fine"
    wrong, _ = await checked(mail, "starttls", "guessed")
    assert wrong.state == "wrong"
    assert "535" in str(wrong.says.params["why"])
    assert "guessed" not in repr(wrong)


async def test_a_server_that_is_away_or_speaks_otherwise(mail: Office) -> None:
    unencrypted, _ = await checked(mail, "tls")
    assert unencrypted.state == "wrong"
    settings = MailSettings("127.0.0.1", 1, "", "", "none", SENDER)
    away, _ = [check async for check in examine(settings, company(bound=True))]
    assert (away.says.key, away.state) == ("doctor.mail_wrong", "wrong")
    assert away.says.params["why"]
