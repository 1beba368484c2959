"""Updates that are fetched: none is lost, whatever happens between Telegram and the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.adapters.telegram.polling import Polling
from bot.errors import Broken, Unknown, Unreadable
from bot.i18n import Catalogs
from bot.store import tables
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import IMPATIENT, Office, open_office, running


async def kept(office: Office) -> list[str]:
    """The numbers of all updates in the store, in their order."""
    columns = tables.inbox.c
    return [update for (update,) in await office.store.rows(select(columns.update).order_by(columns.update))]


def numbers(telegram: FakeTelegram) -> list[str]:
    return [str(update["update_id"]) for update in telegram.updates.all]


async def confirmed(telegram: FakeTelegram) -> None:
    await telegram.wait_for(lambda: not telegram.updates.pending)


async def test_updates_are_stored_and_then_confirmed(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    private = telegram.private(xu)
    for number in range(120):
        xu.says(private, f"{number}")
    async with running(office):
        await confirmed(telegram)
        xu.says(private, "one more")
        await confirmed(telegram)
    assert await kept(office) == numbers(telegram)
    assert {raw.chat for raw in office.inlet.kept} == {str(xu.id)}


async def test_a_kill_before_the_commit_loses_nothing(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    xu = telegram.user("Xu Liang")
    async with open_office(telegram, tmp_path, catalogs) as office:
        office.inlet.full = True
        async with running(office):
            xu.says(telegram.private(xu), "fire")
            await office.inlet.arrived.wait()
        assert await kept(office) == []
    async with open_office(telegram, tmp_path, catalogs) as office, running(office):
        await confirmed(telegram)
        assert await kept(office) == numbers(telegram)


async def test_a_kill_after_the_commit_repeats_nothing(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), "fire")
    async with open_office(telegram, tmp_path, catalogs) as office:
        await office.inlet.keep([office.raw()])
        assert telegram.updates.pending
        async with running(office):
            await confirmed(telegram)
        assert await kept(office) == numbers(telegram)


async def test_a_full_disk_confirms_nothing_until_there_is_room(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    office.inlet.full = True
    with capture_logs() as logs:
        async with running(office):
            xu.says(telegram.private(xu), "fire")
            await telegram.wait_for(lambda: sum(call.method == "getUpdates" for call in telegram.calls) > 3)
            assert telegram.updates.pending
            office.inlet.full = False
            await confirmed(telegram)
    assert await kept(office) == numbers(telegram)
    told = [line["event"] for line in logs if line["event"].startswith("telegram.polling")]
    assert told == ["telegram.polling.not_saved", "telegram.polling.back"], "one line, however long it lasts"


async def test_an_update_twice_is_kept_once(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), "fire")
    telegram.repeats(telegram.updates.all[0])
    async with running(office):
        await confirmed(telegram)
    assert await kept(office) == numbers(telegram)[:1]


async def test_what_cannot_be_read_is_kept_and_passes_nobody_by(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    garbage = telegram.sends_garbage({"update_id": 99, "message": {"half": "a message"}})
    xu.says(telegram.private(xu), "fire")
    async with running(office):
        await confirmed(telegram)
    first, second = office.inlet.kept
    assert (first.update, first.chat) == (str(garbage["update_id"]), "")
    with pytest.raises(Unreadable):
        await office.adapter.read(first)
    assert await office.adapter.read(second)


async def test_what_has_no_number_is_logged_and_goes_by(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    with capture_logs() as logs:
        async with running(office):
            await telegram.wait_for(lambda: telegram.updates.is_polled)
            xu.says(telegram.private(xu), "fire")
            await confirmed(telegram)
        polling = Polling(office.adapter.wire.client, office.clock, office.inlet, IMPATIENT)
        with pytest.raises(Unknown):
            await polling.keep([{"no": "number"}])
        await polling.keep([{"no": "number"}, {"update_id": 98, "half": "a \ud83d character"}])
    assert await kept(office) == [*numbers(telegram), "98"]
    assert [line["event"] for line in logs].count("telegram.polling.not_an_update") == 2


async def test_ten_minutes_without_network_lose_nothing(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    with capture_logs() as logs:
        async with running(office):
            await telegram.wait_for(lambda: telegram.updates.is_polled)
            async with telegram.unplugged():
                for words in ("fire", "in Workshop 3"):
                    xu.says(telegram.private(xu), words)
            await confirmed(telegram)
    assert await kept(office) == numbers(telegram)
    told = [line["event"] for line in logs if line["event"].startswith("telegram.polling")]
    assert told == ["telegram.polling.away", "telegram.polling.back"]


async def test_a_bad_gateway_and_a_429_are_waited_out(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    telegram.fail_next("getUpdates", 502, "Bad Gateway")
    telegram.fail_next("getUpdates", 429, "Too Many Requests: retry after 1", retry_after=1)
    telegram.fail_next("getUpdates", 400, "Bad Request: what nobody expects")
    xu.says(telegram.private(xu), "fire")
    async with running(office):
        await confirmed(telegram)
    assert await kept(office) == numbers(telegram)


async def test_a_revoked_token_ends_it_with_a_sentence_for_the_admins(telegram: FakeTelegram, office: Office) -> None:
    async with running(office) as task:
        await telegram.wait_for(lambda: telegram.updates.is_polled)
        telegram.revoke()
        with pytest.raises(ExceptionGroup) as broken:
            await task
    assert [each.reason.key for each in broken.value.exceptions if isinstance(each, Broken)] == [
        "telegram.token_refused"
    ]


async def test_two_pollers_wait_for_each_other(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    telegram.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=2)
    with capture_logs() as logs:
        async with running(office):
            xu.says(telegram.private(xu), "fire")
            await confirmed(telegram)
    assert [line["event"] for line in logs].count("telegram.polling.two_pollers") == 1
    assert await kept(office) == numbers(telegram)


async def test_a_second_bot_that_stays_is_told_to_the_admins(telegram: FakeTelegram, office: Office) -> None:
    telegram.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=9)
    async with running(office) as task:
        with pytest.raises(ExceptionGroup) as broken:
            await task
    assert [each.reason.key for each in broken.value.exceptions if isinstance(each, Broken)] == ["telegram.two_pollers"]


async def test_a_webhook_of_an_earlier_setting_is_taken_away(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    wire = office.adapter.wire
    telegram.updates.online(online=False)
    await wire.client.call("setWebhook", url="https://elsewhere.example.com/telegram/updates")
    xu.says(telegram.private(xu), "fire")
    async with running(office):
        await confirmed(telegram)
    assert telegram.updates.webhook is None
    assert await kept(office) == numbers(telegram)


async def test_at_the_start_telegram_may_be_away(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    telegram.fail_next("getWebhookInfo", 502, "Bad Gateway")
    telegram.fail_next("getMe", 502, "Bad Gateway")
    async with running(office):
        xu.says(telegram.private(xu), "fire")
        await confirmed(telegram)
        await telegram.wait_for(lambda: telegram.commands.get(("default", "")))
    assert await office.store.setting("telegram/bot") == "tocsin_bot"
