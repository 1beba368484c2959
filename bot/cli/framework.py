"""What the command-line library says by itself, said in the terminal's language: headings of help, wrong arguments.

The library's own exceptions and contexts are private to it, so this file alone is checked without their names.
"""
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer._click.exceptions import BadParameter, ClickException, MissingParameter, NoSuchOption, UsageError
from typer.core import TyperCommand, TyperGroup, TyperOption

from bot.errors import Broken
from bot.files.finding import hint
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer import Typer

    from bot.cli.terminal import Terminal
    from bot.text import Text


def speak(app: Typer, terminal: Terminal) -> None:
    """Give an app with all its commands the terminal's language."""
    say = terminal.say
    command, group = _command(terminal), _group(terminal)
    app.info.cls, app.info.options_metavar = group, say(text("cli.help.options_metavar"))
    app.info.subcommand_metavar = say(text("cli.help.command_metavar"))
    for each in app.registered_commands:
        each.cls, each.options_metavar = command, say(text("cli.help.options_metavar"))
    for sub in app.registered_groups:
        if sub.typer_instance is not None:
            speak(sub.typer_instance, terminal)
            sub.cls, sub.options_metavar = group, app.info.options_metavar
            sub.subcommand_metavar = app.info.subcommand_metavar


def _name_panels(terminal: Terminal) -> None:
    """The headings of `--help`. What draws it is loaded for it alone: the bot itself starts without."""
    from typer import rich_utils

    say = terminal.say
    rich_utils.ARGUMENTS_PANEL_TITLE = say(text("cli.help.arguments"))
    rich_utils.OPTIONS_PANEL_TITLE = say(text("cli.help.options"))
    rich_utils.COMMANDS_PANEL_TITLE = say(text("cli.help.commands"))
    rich_utils.DEFAULT_STRING = say(text("cli.help.default", shown="{}"))
    rich_utils.REQUIRED_LONG_STRING = say(text("cli.help.required"))


def _command(terminal: Terminal) -> type[TyperCommand]:
    """Commands whose usage and `--help` read in the terminal's language."""

    class Command(TyperCommand):
        """One command."""

        def get_usage(self, ctx: Any) -> str:  # noqa: ANN401  the library's context is private
            return _usage(terminal, super().get_usage(ctx))

        def get_help_option(self, ctx: Any) -> TyperOption | None:  # noqa: ANN401  the same
            return _helped(terminal, super().get_help_option(ctx))

        def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  the same
            _name_panels(terminal)
            super().format_help(ctx, formatter)

    return Command


def _group(terminal: Terminal) -> type[TyperGroup]:
    """Groups of them, likewise."""

    class Group(TyperGroup):
        """A word that others follow."""

        def get_usage(self, ctx: Any) -> str:  # noqa: ANN401  the same
            return _usage(terminal, super().get_usage(ctx))

        def get_help_option(self, ctx: Any) -> TyperOption | None:  # noqa: ANN401  the same
            return _helped(terminal, super().get_help_option(ctx))

        def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  the same
            _name_panels(terminal)
            super().format_help(ctx, formatter)

        def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401  the same
            if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
                raise Broken(text("cli.no_command", given=args[0], hint=hint(args[0], self.list_commands(ctx))))
            return super().resolve_command(ctx, args)

    return Group


def _usage(terminal: Terminal, line: str) -> str:
    return line.replace("Usage: ", terminal.say(text("cli.help.usage")), 1)


def _helped(terminal: Terminal, option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = terminal.say(text("cli.help.help"))
    return option


def run(app: Typer, words: Sequence[str] | None = None) -> int:
    """Carry out the command line; the exit code. Raises Broken where the line cannot be understood."""
    try:
        code: object = app(words, standalone_mode=False)
    except ClickException as wrong:
        reason = _reason(wrong)
        if reason is None:
            return wrong.exit_code
        raise Broken(reason) from None
    return code if isinstance(code, int) else 0


def _reason(wrong: ClickException) -> Text | None:
    """What is wrong with the line; None where the help was shown instead."""
    context = wrong.ctx if isinstance(wrong, UsageError) else None
    command = "tocsin" if context is None else context.command_path
    match wrong:
        case MissingParameter(param=param) if param is not None:
            return text("cli.missing_parameter", name=_shown(param), command=command)
        case BadParameter(param=param) if param is not None:
            return text("cli.bad_parameter", name=_shown(param), command=command)
        case NoSuchOption(option_name=name, possibilities=near):
            return text("cli.no_option", given=name, hint=hint(name, near or ["--help"]), command=command)
        case _ if not wrong.message:
            return None
        case _:
            return text("cli.bad_line", command=command)


def _shown(param: Any) -> str:  # noqa: ANN401  the library's parameters are private
    """An option by its long name, an argument by its name."""
    return str(max(param.opts, key=len) if isinstance(param, TyperOption) else param.name)
