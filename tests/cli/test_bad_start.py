"""What keeps the program from starting is said in one sentence, in the admin's language, with exit code 2."""

from __future__ import annotations

import socket
import sqlite3

import pytest

from tests.cli.firm import Ended, Firm

pytestmark = pytest.mark.uncounted

LANGUAGES = ("zh", "en")


def refused(ended: Ended, *words: str) -> None:
    """Exit code 2, the words on standard error and nothing of the inside of the program."""
    assert ended.code == 2, ended
    missing = [word for word in words if word not in ended.err]
    assert not missing, f"{missing} not in:\n{ended.err}"
    assert "Traceback" not in ended.err + ended.out
    assert ended.out == ""


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "当前目录没有config.toml"), ("en", "There is no config.toml here")]
)
def test_no_configuration(firm: Firm, language: str, sentence: str) -> None:
    firm.config.unlink()
    refused(firm.tocsin("run", language=language), sentence, "config.example.toml")


@pytest.mark.parametrize(("language", "sentence"), [("zh", "您是不是想写 `port`"), ("en", "Did you mean `port`?")])
def test_a_typo_in_the_configuration(firm: Firm, language: str, sentence: str) -> None:
    line = firm.written().split("web.port", 1)[0].count("\n") + 1
    firm.change("web.port", "web.prot")
    refused(firm.tocsin("run", language=language), f"config.toml:{line}:", sentence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tab_where_toml_allows_none(firm: Firm, language: str) -> None:
    line = firm.written().split("company.form_code", 1)[0].count("\n") + 1
    firm.change('company.form_code = "NJ-EP-07"', 'company.form_code = "NJ\tEP\n07"')
    refused(firm.tocsin("run", language=language), f"config.toml:{line}:")


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "plain_http_off_loopback"), ("en", "plain_http_off_loopback = true")]
)
def test_plain_http_on_the_network_unless_somebody_said_so(firm: Firm, language: str, sentence: str) -> None:
    firm.change('web.host = "127.0.0.1"', 'web.host = "0.0.0.0"')
    refused(firm.tocsin("run", language=language), "config.toml:", sentence)


@pytest.mark.parametrize("language", ["zh"])
def test_a_port_that_is_taken(firm: Firm, language: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", firm.port))
        other.listen()
        refused(firm.tocsin("run", language=language), str(firm.port))
        refused(firm.tocsin("demo", "--host", "127.0.0.1", "--port", str(firm.port), language=language), str(firm.port))


def database(firm: Firm) -> sqlite3.Connection:
    """The company's database, made by a command before."""
    assert firm.tocsin("people", "revoke", "lin").code == 0
    return sqlite3.connect(firm.folder / "var" / "tocsin.db", isolation_level=None)


@pytest.mark.parametrize(("language", "sentence"), [("en", "9999")])
def test_a_database_newer_than_the_program(firm: Firm, language: str, sentence: str) -> None:
    opened = database(firm)
    opened.execute("UPDATE alembic_version SET version_num = '9999'")
    opened.close()
    for command in (("run",), ("events",)):
        refused(firm.tocsin(*command, language=language), sentence)


def test_a_database_that_another_program_holds(firm: Firm) -> None:
    opened = database(firm)
    opened.execute("BEGIN EXCLUSIVE")
    refused(firm.tocsin("run"), "database is locked")
    refused(firm.tocsin("run", language="zh"), "数据库")
    opened.rollback()
    opened.close()


def test_a_second_bot_on_the_same_store(firm: Firm) -> None:
    firm.start()
    firm.change(f"web.port = {firm.port}", "web.port = 1")
    refused(firm.tocsin("run"), "tocsin.db.lock")
    refused(firm.tocsin("run", language="zh"), "tocsin.db.lock")


def test_an_event_that_is_not_there(firm: Firm) -> None:
    refused(firm.tocsin("export", "EV-2026-0001"), "tocsin.db")
    database(firm).close()
    refused(firm.tocsin("export", "EV-2026-0001"), "EV-2026-0001")
    refused(firm.tocsin("export", "EV-2026-0001", language="zh"), "EV-2026-0001", "tocsin events")
    refused(firm.tocsin("verify", "EV-2026-0001"), "EV-2026-0001")


def test_check_says_what_is_wrong_on_standard_output_with_exit_code_1(firm: Firm) -> None:
    firm.change("web.port", "web.prot")
    found = firm.tocsin("check")
    assert found.code == 1
    assert "Did you mean `port`?" in found.out
    assert found.err == ""
