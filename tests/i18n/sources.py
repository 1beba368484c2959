"""Where the keys of the catalogs are used: found by Babel, and by reading the calls for their parameters."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, nodes

from bot.files.catalogs import load_entries

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LOCALES: Final = ROOT / "locales"
MAPPING: Final = LOCALES / "babel.cfg"
KEYWORDS: Final = ("text:1", "plural:1,1", "t:1")
"""The functions whose first argument is a key: two in Python, one in the templates."""
PLACES: Final = ("bot", "handlers")


@dataclass(frozen=True)
class Use:
    """One call. `given` are the names of its parameters, None where some come from a mapping."""

    path: str
    line: int
    key: str | None
    given: frozenset[str] | None
    plural: bool = False

    @property
    def where(self) -> str:
        return f"{self.path}:{self.line}"


def extracted_keys(folder: Path, mapping: Path = MAPPING) -> frozenset[str]:
    """What `pybabel extract` finds with the project's mapping; its template is written to `folder`."""
    template = folder / "tocsin.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "--no-default-keywords"]
    command += [f"--keyword={keyword}" for keyword in KEYWORDS]
    command += [f"--mapping-file={mapping}", f"--output-file={template}", *PLACES]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    return frozenset(load_entries(template))


def uses(root: Path = ROOT) -> list[Use]:
    """Every call with a key below the root, in Python and in templates."""
    found: list[Use] = []
    for place in PLACES:
        for path in sorted((root / place).rglob("*.py")):
            found += python_uses(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
        for path in sorted((root / place).rglob("*.html")):
            found += template_uses(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
    return found


def python_uses(source: str, path: str) -> Iterator[Use]:
    """The calls of `text`, `plural` and `Text` in one module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (name := _name(node.func)) in ("text", "plural", "Text"):
            yield _python_use(node, name, path)


def template_uses(source: str, path: str) -> Iterator[Use]:
    """The calls of `t` in one template."""
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            key = call.args[0] if call.args else None
            literal = key.value if isinstance(key, nodes.Const) and isinstance(key.value, str) else None
            names = frozenset(pair.key for pair in call.kwargs)
            yield Use(path, call.lineno, literal, None if call.dyn_kwargs else names)


def _python_use(node: ast.Call, name: str, path: str) -> Use:
    key = node.args[0] if node.args else None
    literal = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
    names = {word.arg for word in node.keywords}
    open_ended = None in names or name == "Text"
    given = frozenset(word for word in names if word) | ({"n"} if name == "plural" else frozenset[str]())
    return Use(path, node.lineno, literal, None if open_ended else given, plural=name == "plural")


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name):
            return name
        case _:
            return ""
