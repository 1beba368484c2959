"""`tocsin slack manifest` and `tocsin doctor`: from nothing to a platform that works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.house import settings_of
from bot.errors import Broken
from bot.text import text

if TYPE_CHECKING:
    from bot.cli.terminal import Terminal

PLATFORMS = ("slack", "telegram", "email")


def add(app: typer.Typer, terminal: Terminal) -> None:
    """Add the commands."""
    say = terminal.say
    group = typer.Typer(help=say(text("cli.slack")), no_args_is_help=True)
    app.add_typer(group, name="slack")
    config: Path | None = typer.Option(None, "--config", help=say(text("cli.option.config")))
    chosen: list[str] = typer.Option(
        [], "--platform", help=say(text("cli.option.platform", names=", ".join(PLATFORMS)))
    )

    @group.command("manifest", help=say(text("cli.slack.manifest")))
    def manifest(config: Path | None = config) -> None:
        from bot.platforms import slack_manifest

        terminal.show_line(slack_manifest(settings_of(config), terminal.catalogs))

    @app.command("doctor", help=say(text("cli.doctor")))
    def doctor(
        room: str = typer.Option("", "--room", help=say(text("cli.option.room"))),
        platform: list[str] = chosen,
        config: Path | None = config,
    ) -> None:
        from bot.cli.doctor import examine

        for name in platform:
            if name not in PLATFORMS:
                raise Broken(text("cli.no_platform", given=name, names=" ".join(PLATFORMS)))
        settings = settings_of(config)
        raise typer.Exit(terminal.carry_out(examine(terminal, settings, room, platform)))
