"""How a line of YAML should have been written: pure text, for the sentences of the checks."""

from __future__ import annotations

import re

KEY = re.compile(r"^(?P<before>\s*(?:- +)?(?:[\w-]+\s*:\s+|- +)?)(?P<value>.*?)\s*$")
FLOW = re.compile(r"\{\s*zh:\s*(?P<zh>.*?)\s*,\s*en:\s*(?P<en>.*?)\s*\}?\s*$")
FULL_COLON = re.compile(r"^(?P<before>\s*(?:- +)?[A-Za-z_][\w-]*)\s*：\s*(?P<after>.*)$")
NO_SPACE = re.compile(r"^(?P<before>\s*(?:- +)?[a-z][a-z_-]*):(?P<after>[^\s/].*)$")
NO_SPACE_DASH = re.compile(r"^(?P<before>\s*)-(?P<after>[^\s-].*)$")


def quoted(words: str) -> str:
    """Words in quotes, so that no sign in them means anything."""
    words = words.strip()
    if len(words) > 1 and words[0] in "\"'" and words.count(words[0]) <= (2 if words[-1] == words[0] else 1):
        words = words.strip(words[0])
    return f"'{words}'" if '"' in words else f'"{words}"'


def quote_value(line: str) -> str:
    """The line with what follows its key in quotes; each text of `{zh: …, en: …}` by itself."""
    flow = FLOW.search(line)
    if flow is not None:
        both = f"{{zh: {quoted(flow['zh'])}, en: {quoted(flow['en'])}}}"
        return (line[: flow.start()] + both).strip()
    parts = KEY.match(line)
    return line.strip() if parts is None else f"{parts['before'].lstrip()}{quoted(parts['value'])}"


def without_tabs(line: str) -> str:
    """The line with spaces; a tab at its begin counts two, as our files are indented by two."""
    words = line.lstrip("\t ")
    before = line[: len(line) - len(words)].replace("\t", "  ")
    return (before + words.replace("\t", " ")).rstrip()


def with_space(line: str) -> str:
    """The line with the space that a colon or a dash wants behind it."""
    for pattern, between in ((FULL_COLON, ": "), (NO_SPACE, ": "), (NO_SPACE_DASH, "- ")):
        found = pattern.match(line)
        if found is not None:
            return f"{found['before']}{between}{found['after']}".strip()
    return line.strip()
