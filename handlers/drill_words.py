"""What follows `/drill`: what to do, with which drill, at which speed of its clock. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from math import nan
from typing import Literal

Verb = Literal["start", "pause", "resume", "next", "end"]
VERBS: dict[str, Verb] = {
    "start": "start", "begin": "start", "开始": "start", "启动": "start",
    "pause": "pause", "暂停": "pause",
    "resume": "resume", "continue": "resume", "继续": "resume", "恢复": "resume",
    "next": "next", "下一条": "next", "下一个": "next",
    "end": "end", "stop": "end", "finish": "end", "结束": "end", "终止": "end",
}  # fmt: skip
_SPEED = re.compile(r"(?:^|\s)(?:at\s+)?[x*×](\S*)\s*$", re.IGNORECASE)
_CJK = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Asked:
    """`verb` None: the list. `speed` None: as the drill's file says; not a number where none was meant."""

    verb: Verb | None
    rest: str = ""
    speed: float | None = None


def parse_drill(typed: str) -> Asked:
    """Read `start fire-drill at ×12`, `开始 消防演练 ×12`, `pause DR-2026-0001`. Anything else asks for the list."""
    words = typed.strip()
    first, _, rest = words.partition(" ")
    verb = VERBS.get(first.casefold())
    if verb is None:
        begun = next((known for known in VERBS if _CJK.match(known) and words.startswith(known)), None)
        if begun is None:
            return Asked(None)
        verb, rest = VERBS[begun], words[len(begun) :]
    rest = rest.strip(" \t:：,，")
    found = _SPEED.search(rest) if verb == "start" else None
    if found is None:
        return Asked(verb, rest)
    return Asked(verb, rest[: found.start()].strip(), _number(found[1]))


def _number(typed: str) -> float:
    """A speed as typed; what is no number is no speed, and refused as such."""
    try:
        return float(unicodedata.normalize("NFKC", typed))
    except ValueError:
        return nan
