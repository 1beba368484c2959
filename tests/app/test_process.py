"""The bot as a process: it ends when it is told to, dies when the power fails, and has lost nothing either way."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from contextlib import closing
from typing import cast

import pytest

from tests.cli.firm import ROOT, Firm, Phone, until

pytestmark = pytest.mark.uncounted

Entry = dict[str, object]


def record(firm: Firm, event: str | None = None) -> list[Entry]:
    """The only event's record as it stands in the database, looked at beside the running bot."""
    with closing(sqlite3.connect(f"file:{firm.folder}/var/tocsin.db?mode=ro", uri=True)) as opened:
        rows = opened.execute("SELECT stream, line FROM entries ORDER BY stream, sequence").fetchall()
    return [cast("Entry", json.loads(line)) for stream, line in rows if stream.startswith(event or "EV-")]


def number(firm: Firm) -> str:
    """The only event's number, whatever year it is."""
    return str(record(firm)[0]["stream"])


def of_kind(entries: list[Entry], kind: str, *words: str) -> list[Entry]:
    """Those of a kind that have all of these words in them."""
    return [
        entry
        for entry in entries
        if entry["kind"] == kind and all(word in json.dumps(entry, ensure_ascii=False) for word in words)
    ]


def page(phone: Phone, room: str) -> str:
    """What somebody sees in a room."""
    return phone.client.get(f"/room/{room}").text


def test_told_to_stop_it_stops_at_once_and_goes_on_later(firm: Firm) -> None:
    bot = firm.start()
    xu, zhang = Phone.sign_in(firm, "xu"), Phone.sign_in(firm, "zhang")
    assert xu.says("/report fire Workshop 3").json()["stored"]
    event = number(firm)
    assert zhang.says("收到", "production").json()["stored"]
    began = time.monotonic()
    assert bot.stop() == 0
    assert time.monotonic() - began < 10
    assert not (firm.folder / "var" / "keys" / "door.sock").exists()
    assert "Traceback" not in (firm.folder / "log.txt").read_text(encoding="utf-8")
    before = record(firm, event)
    assert len(of_kind(before, "task.answered", "zhang")) >= 1
    firm.start()
    until(lambda: len(of_kind(record(firm, event), "message.sent", "@wu")) == 1)
    assert zhang.says("/status").json()["stored"], "the session outlives the process"
    assert record(firm, event)[: len(before)] == before
    assert firm.tocsin("verify", event).code == 0


def test_killed_in_the_middle_of_an_escalation_it_comes_back_with_every_answer_deadline_and_message(
    firm: Firm,
) -> None:
    playbooks = firm.folder / "playbooks"
    shutil.copytree(ROOT / "playbooks", playbooks)
    block = playbooks / "blocks" / "site-response.yaml"
    written = block.read_text(encoding="utf-8")
    head, tail = written.split("- id: ready-supplies", 1)
    block.write_text(
        f"{head}- id: ready-supplies{tail.replace('acknowledge: 10 min', 'acknowledge: 12 s', 1)}", "utf-8"
    )
    bot = firm.start("run", "--playbooks", str(playbooks))
    xu, zhang, wei = (Phone.sign_in(firm, person) for person in ("xu", "zhang", "wei"))
    assert xu.says("/report fire Workshop 3").json()["stored"]
    event = number(firm)
    until(lambda: bool(of_kind(record(firm, event), "task.reminded", "ready-supplies")))
    assert zhang.says("收到", "production").json()["stored"]
    bot.kill()
    before = record(firm, event)
    assert of_kind(before, "task.answered", "zhang"), "what was answered to somebody is kept"
    assert not of_kind(before, "task.escalated", "ready-supplies")
    firm.start("run", "--playbooks", str(playbooks))
    until(lambda: bool(of_kind(record(firm, event), "message.sent", "@wei")))
    after = record(firm, event)
    assert after[: len(before)] == before
    assert len(of_kind(after, "task.reminded", "ready-supplies", '"lin"')) == 1
    first, *_ = of_kind(after, "task.escalated", "ready-supplies")
    assert "wei" in json.dumps(first)
    assert len(of_kind(after, "message.sent", "@wei", "ready-supplies")) <= 1
    assert "请接手采购部" in page(wei, "@wei")
    rooms = [json.dumps(entry["kept"]) for entry in of_kind(after, "message.sent")]
    assert len(rooms) == len(set(rooms)), "no message was said twice"
    for card in ("office", "production", "purchasing", "technical"):
        assert len(of_kind(after, "message.sent", f'"{event}/{card}"')) == 1
    assert wei.says("收到", "purchasing").json()["stored"]
    assert of_kind(record(firm, event), "task.answered", "ready-supplies", '"wei"')
    assert firm.tocsin("verify", event).code == 0
