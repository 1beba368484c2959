"""A list of people is looked at first and taken in when told to; personal links; with the bot running and without."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from pathlib import Path

import httpx
import pytest
from openpyxl import Workbook

from bot.clock import RealClock
from bot.files.config import load_settings
from bot.services.linking import TELEGRAM_BOT
from bot.store.store import Store
from tests.cli.firm import Firm, Phone
from tests.cli.inside import Desk

HEAD = "编号,姓名,英文名,部门,职务,手机,岗位"
NEW = "xin,辛月,Xin Yue,采购部,采购员,139 0000 1111,purchasing:2"
MOVED = "lin,林晓,,,,139 0000 2222,"


def listed(folder: Path, *rows: str, name: str = "people.csv", encoding: str = "utf-8") -> Path:
    """A list in the folder."""
    path = folder / name
    path.write_bytes("\n".join([HEAD, *rows, ""]).encode(encoding))
    return path


def test_a_dry_run_shows_what_would_change_and_changes_nothing(desk: Desk) -> None:
    listed(desk.folder, NEW, MOVED)
    for _ in range(2):
        shown = desk.tocsin("people", "import", "people.csv")
        assert shown.code == 0
        for words in ("Added", "xin", "Xin Yue", "138 0000 0061 → 139 0000 2222", "lin > wei → lin > xin > wei"):
            assert words in shown.out
        assert "1 person added.\n1 person changed.\n0 people unchanged.\n1 role changed.\n" in shown.out
        assert "run it again with --apply" in shown.out
    assert not (desk.folder / "var").exists()


def test_what_was_taken_in_is_there_from_then_on(desk: Desk) -> None:
    listed(desk.folder, NEW, MOVED)
    assert desk.tocsin("people", "import", "people.csv", "--apply", "--by", "bao").out.endswith("taken in.\n")
    again = desk.tocsin("people", "import", "people.csv", "--apply", language="zh")
    assert again.code == 0
    assert "不变2人。" in again.out
    assert "岗位变动0个。" in again.out
    assert again.out.endswith("名单与现有人员一致，无需导入。\n")
    assert desk.tocsin("people", "invite", "xin").code == 0


@pytest.mark.uncounted
def test_a_running_bot_takes_the_list_in_and_calls_the_new_stand_in(firm: Firm) -> None:
    listed(firm.folder, NEW)
    firm.start()
    taken = firm.tocsin("people", "import", "people.csv", "--apply")
    assert (taken.code, taken.err) == (0, "")
    phone = Phone.sign_in(firm, "xin")
    assert "purchasing" in phone.client.get("/").text
    assert "2/" in phone.says("/myrole").text or "采购部" in phone.says("/myrole").text


def test_only_an_admin_may_import_in_somebodys_name(desk: Desk) -> None:
    listed(desk.folder, NEW)
    for name, sentence in (("qin", "Qin Yue"), ("nobody", "nobody")):
        ended = desk.tocsin("people", "import", "people.csv", "--apply", "--by", name)
        assert ended.code == 2
        assert sentence in ended.err


def test_a_list_in_gbk_is_read_with_a_warning(desk: Desk) -> None:
    listed(desk.folder, NEW, encoding="gbk")
    shown = desk.tocsin("people", "import", "people.csv", language="zh")
    assert shown.code == 0
    assert "辛月" in shown.out
    assert "people.csv:1:1: 提醒：文件已按 GB18030 编码读取" in shown.err


@pytest.mark.parametrize(("language", "sentence"), [("zh", "这一格是公式"), ("en", "This cell is a formula")])
def test_a_formula_is_not_worked_out(desk: Desk, language: str, sentence: str) -> None:
    listed(desk.folder, "xin,=1+1,,采购部,,,")
    ended = desk.tocsin("people", "import", "people.csv", "--apply", language=language)
    assert ended.code == 2
    assert f"people.csv:2:2: {sentence}" in ended.err
    assert ended.out == ""


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "文件解开后会超过"), ("en", "Unpacked, the file would exceed")]
)
def test_a_zip_bomb_is_not_opened(desk: Desk, language: str, sentence: str) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    (desk.folder / "bomb.xlsx").write_bytes(bomb.getvalue())
    ended = desk.tocsin("people", "import", "bomb.xlsx", language=language)
    assert ended.code == 2
    assert sentence in ended.err


def test_a_spreadsheet_is_read(desk: Desk) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in csv.reader([HEAD, NEW]):
        sheet.append(row)
    book.save(desk.folder / "people.xlsx")
    assert "1 person added." in desk.tocsin("people", "import", "people.xlsx").out


def test_a_list_that_is_not_there(desk: Desk) -> None:
    ended = desk.tocsin("people", "import", "nobody.csv")
    assert ended.code == 2
    assert "nobody.csv:1:1:" in ended.err


@pytest.mark.uncounted
def test_a_personal_link_works_once_and_not_after_it_was_revoked(firm: Firm) -> None:
    early = firm.tocsin("people", "invite", "lin", language="zh")
    assert early.code == 0
    assert f"http://127.0.0.1:{firm.port}/join#" in early.out
    assert "█" in early.out
    link = early.out.split("/join#", 1)[1].split()[0]
    firm.start()
    address = f"http://127.0.0.1:{firm.port}"
    with httpx.Client(base_url=address, timeout=60) as browser, httpx.Client(base_url=address, timeout=60) as other:
        assert browser.post("/join", data={"token": link}).status_code == httpx.codes.SEE_OTHER
        assert browser.get("/").status_code == httpx.codes.OK
        assert other.post("/join", data={"token": link}).status_code == httpx.codes.FORBIDDEN
        second = firm.tocsin("people", "invite", "lin").out.split("/join#", 1)[1].split()[0]
        assert "Ended 2 sign-ins, links and chat accounts." in firm.tocsin("people", "revoke", "lin").out
        assert browser.get("/").headers["location"] == "/join", "signed out at once"
        assert other.post("/join", data={"token": second}).status_code == httpx.codes.FORBIDDEN


@pytest.mark.uncounted
def test_somebody_the_company_does_not_know_gets_no_link(firm: Firm, desk: Desk) -> None:
    assert "nobody" in desk.tocsin("people", "invite", "nobody").err
    firm.start()
    ended = firm.tocsin("people", "invite", "nobody")
    assert (ended.code, ended.out) == (2, "")
    assert "nobody" in ended.err


def test_a_link_names_an_address_that_a_phone_can_reach(firm: Firm, desk: Desk) -> None:
    firm.change('web.host = "127.0.0.1"', 'web.host = "0.0.0.0"')
    firm.change("web.plain_http_off_loopback = false", "web.plain_http_off_loopback = true")
    assert "//0." not in desk.tocsin("people", "invite", "lin").out
    firm.change('web.public_url = ""', 'web.public_url = "https://tocsin.example"')
    assert "https://tocsin.example/join#" in desk.tocsin("people", "invite", "lin").out


async def named(firm: Firm, bot: str) -> None:
    """The company's Telegram bot is known by its name, as its adapter writes it down when it starts."""
    settings = load_settings(firm.config, {})
    store = await Store.open(settings.store.url, settings.store.files, settings.store.keys, RealClock())
    await store.write(lambda work: work.put_setting(TELEGRAM_BOT, bot))
    await store.close()


def test_a_code_links_an_account_on_each_platform_that_is_on(firm: Firm, desk: Desk) -> None:
    nowhere = desk.tocsin("people", "link", "lin")
    assert nowhere.code == 0
    assert "Neither Slack nor Telegram is on yet." in nowhere.out
    firm.change('slack.bot_token = ""', 'slack.bot_token = "xoxb-1"')
    firm.change('slack.app_token = ""', 'slack.app_token = "xapp-1"')
    firm.change('telegram.bot_token = ""', f'telegram.bot_token = "1:{"a" * 35}"')
    shown = desk.tocsin("people", "link", "lin", "--by", "bao", language="zh")
    code = shown.out.splitlines()[0].removeprefix("绑定码：")
    assert f"/link {code}" in shown.out
    assert "t.me" not in shown.out
    asyncio.run(named(firm, "ningjiang_bot"))
    deep = desk.tocsin("people", "link", "lin")
    code = deep.out.splitlines()[0].removeprefix("Your code: ")
    assert f"https://t.me/ningjiang_bot?start={code}\n" in deep.out
    assert "█" in deep.out
    assert deep.out.endswith("It lasts 15 minutes and works once. Give it to this person alone.\n")


def test_nobody_gets_a_code_for_somebody_unknown_or_in_a_workers_name(desk: Desk) -> None:
    for words, sentence in ((("nobody",), "nobody"), (("lin", "--by", "xu"), "Xu Liang")):
        ended = desk.tocsin("people", "link", *words)
        assert (ended.code, ended.out) == (2, "")
        assert sentence in ended.err
