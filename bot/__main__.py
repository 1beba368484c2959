"""The command line: `tocsin run`, `demo`, `check`, `people`, `doctor`, `events`, `export`, `verify` and more."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from bot.cli.framework import run, speak
from bot.cli.start import make_haste
from bot.cli.terminal import Terminal
from bot.errors import Broken, NotSaved, Refused
from bot.files.finding import BadFiles
from bot.text import text

if TYPE_CHECKING:
    import typer


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run what was asked (`words`, else the command line's). Mistakes of the asker end with one sentence and code 2."""
    make_haste()
    terminal = Terminal.of(os.environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace", line_buffering=True)
    try:
        code = run(build(terminal), words)
    except BadFiles as bad:
        for finding in bad.findings:
            terminal.warn(finding.show(terminal.say))
        raise SystemExit(terminal.fail(bad.reason)) from None
    except (Broken, Refused) as wrong:
        raise SystemExit(terminal.fail(wrong.reason)) from None
    except OSError as error:
        path, why = str(error.filename or ""), error.strerror or str(error)
        raise SystemExit(terminal.fail(text("cli.no_access", path=path, why=why))) from None
    except NotSaved:
        raise SystemExit(terminal.fail(text("cli.not_saved"))) from None
    raise SystemExit(code)


def build(terminal: Terminal) -> typer.Typer:
    """All commands, described in the terminal's language."""
    import typer

    from bot.cli import files, people, platforms, records, serving

    app = typer.Typer(
        name="tocsin",
        help=terminal.say(text("cli.tocsin")),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for group in (serving, files, people, platforms, records):
        group.add(app, terminal)
    speak(app, terminal)
    return app


if __name__ == "__main__":
    main()
