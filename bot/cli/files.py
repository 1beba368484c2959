"""`tocsin check` and `tocsin schema`: the files people write."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.errors import Broken
from bot.files.home import EXAMPLE, PLAYBOOKS, settings_file
from bot.text import text

if TYPE_CHECKING:
    from bot.cli.terminal import Terminal


def add(app: typer.Typer, terminal: Terminal) -> None:
    """Add the commands."""
    say = terminal.say
    config: Path | None = typer.Option(None, "--config", help=say(text("cli.option.config")))
    playbooks: Path = typer.Option(PLAYBOOKS, "--playbooks", help=say(text("cli.option.playbooks")))

    @app.command("check", help=say(text("cli.check")))
    def check(config: Path | None = config, playbooks: Path = playbooks) -> None:
        from bot.files.check import run_check

        path = config or settings_file() or EXAMPLE
        for needed in (path, playbooks):
            if not needed.exists():
                raise Broken(text("cli.no_file", path=str(needed)))
        raise typer.Exit(run_check(playbooks, path, terminal.language))

    @app.command("schema", help=say(text("cli.schema")))
    def schema(what: str = typer.Argument("playbook", help=say(text("cli.schema.what")))) -> None:
        from bot.files.schema import FORMS, schema_of

        if what not in FORMS:
            raise Broken(text("cli.no_schema", what=what, known=" ".join(FORMS)))
        sys.stdout.write(json.dumps(schema_of(what), ensure_ascii=False, indent=2) + "\n")
