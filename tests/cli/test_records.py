"""Records on the command line: listed, exported, checked and, where the law says so, destroyed in part."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import docx
import pytest
from PIL import Image

from tests.cli.firm import Firm, Phone, until
from tests.cli.inside import Desk

pytestmark = pytest.mark.uncounted
EVENT = "EV-2026-0001"


def photo() -> bytes:
    """A real JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 80, 40)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a fire in it, reported through the chat of a bot that has stopped since, with talk and a photo."""
    firm = Firm.found(tmp_path_factory.mktemp("filled") / "firm")
    bot = firm.start()
    try:
        xu, zhao = Phone.sign_in(firm, "xu"), Phone.sign_in(firm, "zhao")
        command = xu.says("/report fire Workshop 3").json()["event"]
        until(lambda: zhao.client.get(f"/room/{command}").is_success)
        assert zhao.says("朱琳被送往医院", command).json()["stored"]
        sent = {"token": zhao.token, "words": "", "room": command, "update": "photo-of-the-scene-1"}
        answered = zhao.client.post("/say", data=sent, files={"photo": ("scene.jpg", photo(), "image/jpeg")})
        assert answered.status_code in (200, 303)
        assert bot.stop() == 0
    finally:
        firm.end()
    return firm.folder / "var"


@pytest.fixture
def event(firm: Firm, filled: Path) -> str:
    """The number of the event in the firm's store."""
    shutil.copytree(filled, firm.folder / "var")
    return number(firm)


def number(firm: Firm) -> str:
    """The number of the only event; what the firm owes on schedule is none."""
    with closing(sqlite3.connect(firm.folder / "var" / "tocsin.db")) as opened:
        return str(opened.execute("SELECT id FROM events WHERE kind <> 'duty'").fetchone()[0])


def entries(desk: Desk, event: str) -> list[dict[str, object]]:
    """The record as exported."""
    found: list[dict[str, object]] = json.loads(desk.tocsin("export", event, "--format", "json", "--out", "-").out)[
        "entries"
    ]
    return found


def test_events_are_listed_in_the_companys_time(desk: Desk, event: str) -> None:
    en, zh = desk.tocsin("events"), desk.tocsin("events", language="zh")
    assert (en.code, zh.code) == (0, 0)
    for word in (event, "Fire", "Workshop 3"):
        assert word in en.out
    for word in (event, "火灾", "3号车间", "响应中"):
        assert word in zh.out
    assert "open" not in zh.out
    assert "DU-" not in en.out


def test_every_format_in_every_language(desk: Desk, event: str) -> None:
    for lang, wanted in (
        ("zh", "应急计划实施记录"),
        ("en", "Implementation record"),
        ("both", "Implementation record"),
    ):
        for format_ in ("docx", "html", "md"):
            written = desk.tocsin("export", event, "--format", format_, "--lang", lang)
            assert written.out == f"Written to {event}.{lang}.{format_}\n"
            path = desk.folder / f"{event}.{lang}.{format_}"
            assert wanted in _words(path)
    assert desk.tocsin("export", event, "--format", "json").out == f"Written to {event}.json\n"
    assert desk.tocsin("export", event, "--out", "kept/fire.docx").code == 0
    assert len(docx.Document(str(desk.folder / "kept" / "fire.docx")).inline_shapes) == 1


def _words(path: Path) -> str:
    if path.suffix == ".docx":
        return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    return path.read_text(encoding="utf-8")


def test_a_good_record_and_its_export_verify(desk: Desk, event: str) -> None:
    desk.tocsin("export", event, "--format", "json")
    for what in (event, f"{event}.json"):
        good = desk.tocsin("verify", what)
        assert good.code == 0
        assert good.out.startswith("Good: ")
    assert desk.tocsin("verify", event, language="zh").out.startswith("核验通过：")


def test_one_flipped_byte_is_found(desk: Desk, event: str) -> None:
    desk.tocsin("export", event, "--format", "json")
    path = desk.folder / f"{event}.json"
    raw = path.read_bytes()
    at = raw.index("朱琳".encode()) + 1
    path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    bad = desk.tocsin("verify", f"{event}.json")
    assert bad.code == 1
    assert "is bad" in bad.out
    with sqlite3.connect(desk.folder / "var" / "tocsin.db") as opened:
        opened.execute("UPDATE entries SET line = replace(line, '朱琳', '朱林')")
    opened.close()
    bad = desk.tocsin("verify", event, language="zh")
    assert bad.code == 1
    assert "有误" in bad.out


def _of_kind(record: list[dict[str, object]], kind: str, word: str = "") -> int:
    found = [each for each in record if each["kind"] == kind and word in json.dumps(each, ensure_ascii=False)]
    number = found[0]["sequence"]
    assert isinstance(number, int)
    return number


def test_what_the_law_says_must_go_goes_and_the_chain_still_verifies(desk: Desk, event: str) -> None:
    record = entries(desk, event)
    said, kept = _of_kind(record, "message.said", "朱琳"), _of_kind(record, "file.kept")
    name = json.dumps(next(each for each in record if each["sequence"] == kept))
    digest = name.split('"file": "', 1)[1].split('"', 1)[0]
    files = desk.folder / "var" / "files"
    assert [*files.rglob(digest)]
    asked = ("destroy", event, "--entry", str(said), "--file", digest, "--ground", "个人信息保护法第28条")
    refused = desk.tocsin(*asked, "--by", "xu")
    assert (refused.code, refused.out) == (2, "")
    assert "Xu Liang" in refused.err
    assert "1 to" in desk.tocsin("destroy", event, "--entry", "9999", "--ground", "law", "--by", "bao").err
    assert desk.tocsin("destroy", event, "--ground", "law", "--by", "bao").code == 2
    assert desk.tocsin("destroy", event, "--file", "f" * 64, "--ground", "law", "--by", "bao").code == 2
    assert entries(desk, event) == record, "nothing was touched"
    done = desk.tocsin(*asked, "--by", "bao")
    assert (done.code, done.out) == (0, "Destroyed, and the record says so.\n")
    after = desk.tocsin("export", event, "--format", "json", "--out", "-").out
    assert "朱琳" not in after
    assert "第28条" in after
    assert desk.tocsin("verify", event).code == 0
    assert not [*files.rglob(digest)], "the pictures of drills stay"
    desk.tocsin("export", event, "--format", "md", "--lang", "zh")
    page = (desk.folder / f"{event}.zh.md").read_text(encoding="utf-8")
    assert "已依法销毁" in page


def test_destroying_while_the_bot_runs_is_done_by_the_bot(firm: Firm, event: str, desk: Desk) -> None:
    said = _of_kind(entries(desk, event), "message.said", "朱琳")
    firm.start()
    asked = ("destroy", event, "--entry", str(said), "--ground", "law", "--by")
    refused = firm.tocsin(*asked, "xu", language="zh")
    assert refused.code == 2
    assert "未执行：徐亮没有此权限" in refused.err
    assert firm.tocsin(*asked, "bao").code == 0
    assert firm.tocsin("verify", event).code == 0


def test_no_events_yet(desk: Desk) -> None:
    desk.tocsin("people", "revoke", "lin")
    assert desk.tocsin("events").out == "There are no events yet.\n"
