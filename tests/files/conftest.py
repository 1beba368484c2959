"""A small company on disk, mended or broken line by line, and findings as they are printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest

from bot.config import Settings
from bot.files.config import load_settings
from bot.files.finding import Finding
from bot.i18n import Catalogs
from bot.text import LANGUAGES, Text, Words

CONFIG = """\
[company]
name = { zh = "小厂", en = "Small Works" }
default_place_department = "office"
assembly_point = { zh = "东门", en = "East Gate" }

[[levels]]
id = "company"
name = { zh = "公司级", en = "Company level" }
severity = 2

[[departments]]
id = "command_group"
name = { zh = "指挥小组", en = "Command group" }
head = "manager"

[[departments]]
id = "office"
name = { zh = "办公室", en = "Office" }
head = "office"

[[roles]]
id = "manager"
name = { zh = "总经理", en = "Manager" }
department = "command_group"
holders = ["chen", "guo"]

[[roles]]
id = "office"
name = { zh = "办公室负责人", en = "Head of office" }
department = "office"
holders = ["guo", "lin"]

[[rooms]]
id = "everybody"
name = { zh = "全体", en = "Everybody" }
purpose = "all"

[[rooms]]
id = "admins"
name = { zh = "管理员", en = "Admins" }
purpose = "admins"

[[rooms]]
id = "office"
name = { zh = "办公室", en = "Office" }
purpose = "department"
department = "office"

[[contacts]]
id = "fire"
name = { zh = "火警", en = "Fire service" }
telephone = "119"
emergency = true

[[people]]
id = "chen"
name = { zh = "陈建国", en = "Chen Jianguo" }
department = "command_group"
access = "admin"

[[people]]
id = "guo"
name = { zh = "郭强", en = "Guo Qiang" }
department = "office"

[[people]]
id = "lin"
name = { zh = "林晓", en = "Lin Xiao" }
department = "office"
"""

FIRE = """\
id: fire
title:
  zh: 火灾
  en: Fire
owner: office
commander: manager
level: company
tile: fire
first_call: [office]
at_once:
  zh: 先撤离。
  en: Get out first.
report:
  - fact: hurt
    ask:
      zh: 有人受伤吗？
      en: Is anybody hurt?
    choose:
      none: {zh: 没有, en: Nobody}
      hurt: {zh: 有人受伤, en: Somebody hurt}
phases:
  response:
    - id: call
      role: office
      zh: 拨119。
      en: Call 119.
      acknowledge: 1 min
      finish: 5 min
      contacts: [fire]
    - id: count
      role: affected_head
      zh: 清点人数。
      en: Count heads.
      after: [call]
      evidence: {fact: missing, number: 1}
    - id: search
      role: office
      zh: 查找未到的人。
      en: Look for the missing.
      held: true
      template: word
rules:
  - when: {missing: at least 1}
    release: [search]
review: {by: office, within: 7 d, approve: manager}
"""

TEMPLATES = """\
- id: word
  title: {zh: 通知, en: Notice}
  body:
    zh: 请到东门。
    en: Go to East Gate.
"""

Say = Callable[[Finding], str]


class SmallWorks:
    """The folder of the small company."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.playbooks = folder / "playbooks"
        self.write("config.toml", CONFIG)
        self.write("playbooks/fire.yaml", FIRE)
        self.write("playbooks/templates.yaml", TEMPLATES)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return path

    def change(self, name: str, *changes: tuple[str, str]) -> Path:
        """Replace parts of a file; each must be there."""
        words = (self.folder / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in words, old
            words = words.replace(old, new, 1)
        return self.write(name, words)

    @property
    def settings(self) -> Settings:
        return load_settings(self.config)


@pytest.fixture
def works(tmp_path: Path) -> SmallWorks:
    return SmallWorks(tmp_path)


@pytest.fixture
def say(catalogs: Catalogs, tmp_path: Path) -> Say:
    """A finding as it is printed in English, its path from the folder on; the Chinese must render too."""

    def said(finding: Finding) -> str:
        def render(shown: Text | Words) -> str:
            now = datetime(2026, 1, 5, tzinfo=UTC)
            return {each: catalogs.render(shown, each, ZoneInfo("UTC"), now) for each in LANGUAGES}["en"]

        return finding.show(render).replace(f"{tmp_path}/", "")

    return said
