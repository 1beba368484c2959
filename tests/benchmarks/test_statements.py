"""No statement of everyday work reads a table from end to end that grows with every press."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from benchmarks.house import Folder, report, running, settled, sign_in
from benchmarks.http_client import Connection
from benchmarks.load import HOST, Presser, Pressing
from bot.adapters.web.adapter import WebAdapter
from bot.adapters.web.session import seal
from bot.app import App
from bot.domain.ids import EventId, direct
from bot.domain.proof import verify

pytestmark = pytest.mark.uncounted

GROWING = ("entries", "inbox", "web_messages", "deliveries", "web_reads")


@contextmanager
def statements() -> Generator[set[str]]:
    """Everything that is sent to the database meanwhile, each once."""
    seen: set[str] = set()

    def note(*told: object) -> None:
        seen.add(str(told[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def whole_tables(database: Path, statement: str) -> list[str]:
    """The growing tables that SQLite would read whole for a statement."""
    connection = sqlite3.connect(database)
    try:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [1] * statement.count("?")).fetchall()
    finally:
        connection.close()
    steps = [str(row[3]).split() for row in plan]
    return [step[1] for step in steps if step[0] == "SCAN" and step[1] in GROWING]


@pytest.fixture
async def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path, 0)
    folder.furnish()
    return folder


async def press_and_look(app: App, opened: EventId) -> None:
    """Start a task and take it back as the benchmarks do, then open the room and the event."""
    adapter = app.adapters["web"]
    assert isinstance(adapter, WebAdapter)
    secrets = await sign_in(app)
    task = next(iter((await app.store.event(opened)).tasks.values()))
    person = task.chain[0].person
    secret, room = secrets[person], app.house.room_for(task.department, opened)
    token = seal(secret, f"form/{person}")
    pressing = Pressing(Presser(secret, token, str(room), opened, f"{task.department}/{task.id}"))
    connection = await Connection.open(HOST, int(adapter.address.rpartition(":")[2]))
    for _ in range(2):
        question = pressing.ask()
        pressing.take(await connection.ask("POST", "/press", question.body, question.headers))
    assert not pressing.amid
    for page in (f"/room/{room}", f"/room/{direct(person)}", f"/event/{opened}", "/"):
        assert (await connection.ask("GET", page, headers={"Cookie": f"tocsin={secret}"})).status in (200, 303)
    await connection.close()


async def test_reports_presses_and_pages_find_everything_by_index(folder: Folder) -> None:
    async with running(folder) as app:
        await settled(app)
        with statements() as seen:
            opened = await report(app, "/report fire Workshop 1")
            await settled(app)
            await press_and_look(app, opened)
            await settled(app)
        assert verify(await app.store.entries(opened)).good
    read = [each for each in seen if each.startswith(("SELECT", "UPDATE", "DELETE"))]
    assert len(read) > 20
    bad = {each: tables for each in read if (tables := whole_tables(folder.path / "tocsin.db", each))}
    assert not bad
