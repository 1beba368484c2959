"""`tocsin people`: import a list, invite somebody, end somebody's sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.house import ask_house, settings_of
from bot.text import plural, text

if TYPE_CHECKING:
    from bot.cli.terminal import Terminal
    from bot.config import Settings


def add(app: typer.Typer, terminal: Terminal) -> None:
    """Add the commands."""
    say = terminal.say
    group = typer.Typer(help=say(text("cli.people")), no_args_is_help=True)
    app.add_typer(group, name="people")
    config: Path | None = typer.Option(None, "--config", help=say(text("cli.option.config")))
    by: str = typer.Option("", "--by", help=say(text("cli.option.by")))
    _add_import(group, terminal, config, by)
    _add_sessions(group, terminal, config, by)
    _add_link(group, terminal, config, by)


def _add_import(group: typer.Typer, terminal: Terminal, config: Path | None, by: str) -> None:
    say = terminal.say
    file: Path = typer.Argument(..., help=say(text("cli.option.people_file")))

    @group.command("import", help=say(text("cli.people.import")))
    def import_(
        file: Path = file,
        *,
        apply: bool = typer.Option(False, "--apply", help=say(text("cli.option.apply"))),  # noqa: FBT003
        by: str = by,
        config: Path | None = config,
    ) -> None:
        from bot.cli.importing import import_list

        terminal.carry_out(import_list(terminal, config, file, by=by, apply=apply))


def _add_sessions(group: typer.Typer, terminal: Terminal, config: Path | None, by: str) -> None:
    """Inviting somebody, and ending their sessions."""
    say = terminal.say

    @group.command("invite", help=say(text("cli.people.invite")))
    def invite(
        person: str = typer.Argument(..., help=say(text("cli.option.person"))),
        by: str = by,
        config: Path | None = config,
    ) -> None:
        from bot.platforms import reached_at

        answer = terminal.carry_out(ask_house(terminal, config, "invite", {"person": person, "by": by}))
        show_link(terminal, f"{reached_at(settings_of(config).web)}/join#{answer['token']}")

    @group.command("revoke", help=say(text("cli.people.revoke")))
    def revoke(
        person: str = typer.Argument(..., help=say(text("cli.option.person"))),
        by: str = by,
        config: Path | None = config,
    ) -> None:
        answer = terminal.carry_out(ask_house(terminal, config, "revoke", {"person": person, "by": by}))
        terminal.show(plural("cli.people.revoked", int(answer["ended"])))


def _add_link(group: typer.Typer, terminal: Terminal, config: Path | None, by: str) -> None:
    say = terminal.say

    @group.command("link", help=say(text("cli.people.link_account")))
    def link(
        person: str = typer.Argument(..., help=say(text("cli.option.person"))),
        by: str = by,
        config: Path | None = config,
    ) -> None:
        answer = terminal.carry_out(ask_house(terminal, config, "link", {"person": person, "by": by}))
        show_code(terminal, settings_of(config), answer["code"], answer["telegram"])


def show_code(terminal: Terminal, settings: Settings, code: str, telegram_bot: str) -> None:
    """A code that links an account, and what to do with it on each platform that is on."""
    from bot.cli.qr import show_qr

    terminal.show(text("link.code", code=code))
    if settings.slack.on:
        terminal.show(text("link.on_slack", code=code))
    if settings.telegram.on and telegram_bot:
        terminal.show(text("link.on_telegram", bot=telegram_bot, code=code))
        show_qr(f"https://t.me/{telegram_bot}?start={code}")
    elif settings.telegram.on:
        terminal.show(text("link.on_telegram_by_hand", code=code))
    if not (settings.slack.on or settings.telegram.on):
        terminal.show(text("cli.people.no_platform", slack="slack.bot_token", telegram="telegram.bot_token"))
    terminal.show(text("cli.people.code_lasts"))


def show_link(terminal: Terminal, link: str) -> None:
    """A personal link as text and as a QR code to photograph."""
    from bot.cli.qr import show_qr

    terminal.show(text("cli.people.link", link=link))
    show_qr(link)
