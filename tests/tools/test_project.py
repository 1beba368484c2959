"""What the project promises to whoever clones it: two commands, locks with hashes, reasons for exceptions."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Final, cast

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PINNED: Final = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,-]+\])?==\S+( ;.*)? \\$", re.MULTILINE)
LOCKS: Final = ("requirements.lock", "requirements-dev.lock")


def project() -> dict[str, list[str]]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = cast("list[str]", content["dependencies"])
    return {"requirements.lock": run, "requirements-dev.lock": run + content["optional-dependencies"]["dev"]}


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=~! ;]", requirement)[0].lower().replace(".", "-").replace("_", "-")


@pytest.mark.parametrize("target", ["setup", "demo", "test", "bench", "check", "lock"])
def test_each_target_can_be_made_on_a_fresh_clone(target: str, tmp_path: Path) -> None:
    """Without a .venv each target begins with setting it up."""
    for name in ("Makefile", "pyproject.toml", *LOCKS):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    planned = subprocess.run(
        ["make", "--dry-run", target], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60
    ).stdout
    steps = [line for line in planned.splitlines() if "pip" in line or ".venv/bin/" in line]
    assert "-m venv .venv" in steps[0]
    assert "--require-hashes" in steps[1]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_hash_for_everything_and_no_address(lock: str) -> None:
    written = (ROOT / lock).read_text(encoding="utf-8")
    pinned = PINNED.findall(written)
    assert len(pinned) > 30
    assert len(re.findall(r"^[^\s#]", written, re.MULTILINE)) == len(pinned), "a line that is no pinned package"
    assert not re.search(r"https?:|file://|--index|--find-links|--trusted| @ |/tmp|/home|/root", written)
    for entry in re.split(r"(?m)^(?=[a-z])", written)[1:]:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_everything_the_project_asks_for(lock: str) -> None:
    pinned = {name for name, _ in PINNED.findall((ROOT / lock).read_text(encoding="utf-8"))}
    assert {name_of(requirement) for requirement in project()[lock]} <= pinned
    assert "setuptools" in pinned, "the project itself is installed without build isolation"


def test_the_locks_agree() -> None:
    run, check = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)) for lock in LOCKS
    )
    assert run <= check


def test_each_exception_from_the_rules_has_its_reason() -> None:
    rules = re.findall(r'^  "[A-Z]+[0-9]*",(.*)$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rules) > 20
    assert [rule for rule in rules if not re.search(r"# \w+", rule)] == []


def test_both_readmes_open_with_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        opening = (ROOT / name).read_text(encoding="utf-8")[:600]
        assert opening.index("make demo") < opening.index("make test"), name


def test_hooks_run_what_the_lock_has() -> None:
    """A hook that fetches its own tool would check with another version than `make check`."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (\S+)", hooks) == ["local"]
    assert set(re.findall(r"language: (\S+)", hooks)) == {"system"}


def test_ci_runs_what_people_run() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("make test")
