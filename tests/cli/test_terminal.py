"""The edge of the program: what goes wrong inside comes out as one sentence, a mistake of ours whole."""

from __future__ import annotations

import pytest

from bot.cli.terminal import Terminal
from bot.errors import Broken, Refused
from bot.i18n import Catalogs
from bot.text import text
from tests.cli.firm import Firm
from tests.cli.inside import Desk


def test_the_language_of_the_terminal(catalogs: Catalogs) -> None:
    del catalogs
    for environment, language in (
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ):
        assert Terminal.of(environment).language == language


async def _breaks(*errors: Exception) -> None:
    """What a group of tasks raises."""
    raise ExceptionGroup("of tasks", [ExceptionGroup("deeper", list(errors))])


def test_the_first_readable_error_of_a_group_comes_out(catalogs: Catalogs) -> None:
    terminal = Terminal(catalogs, "en")
    broken, refused = Broken(text("store.locked")), Refused(text("refused.no_file"))
    with pytest.raises(Broken) as found:
        terminal.carry_out(_breaks(broken, refused))
    assert found.value is broken


def test_a_mistake_of_ours_is_not_hidden_behind_one(catalogs: Catalogs) -> None:
    terminal = Terminal(catalogs, "en")
    with pytest.raises(ExceptionGroup):
        terminal.carry_out(_breaks(Broken(text("store.locked")), ZeroDivisionError()))
    with pytest.raises(ExceptionGroup):
        terminal.carry_out(_breaks(ZeroDivisionError()))


@pytest.mark.uncounted
def test_a_folder_that_cannot_be_made(firm: Firm, desk: Desk) -> None:
    (firm.folder / "var").write_text("a file where a folder should be", encoding="utf-8")
    for language, sentence in (("en", "cannot be read or written"), ("zh", "无法读写")):
        for command in (("run",), ("people", "invite", "lin")):
            ended = desk.tocsin(*command, language=language)
            assert ended.code == 2
            assert sentence in ended.err
            assert "Traceback" not in ended.err


@pytest.mark.uncounted
def test_a_database_server_that_is_not_there(firm: Firm, desk: Desk) -> None:
    firm.change('"sqlite:///var/tocsin.db"', '"postgresql://nobody@127.0.0.1:1/none"')
    for command in (("run",), ("events",), ("people", "import", "people.csv")):
        ended = desk.tocsin(*command)
        assert ended.code == 2
        assert "database" in ended.err


def test_playbooks_that_are_not_there(firm: Firm, desk: Desk) -> None:
    (firm.folder / "empty").mkdir()
    assert "There are no playbooks in this folder" in desk.tocsin("run", "--playbooks", "empty").err
    assert "没有这个文件夹" in desk.tocsin("run", "--playbooks", "nowhere", language="zh").err
