"""`tocsin events`, `export`, `verify`, `destroy`: the records, read beside a running bot or without one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from bot.cli.house import ask_house, read_house
from bot.clock import RealClock
from bot.domain.ids import EventId
from bot.domain.proof import Verdict, verify, verify_json
from bot.errors import Broken
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from bot.cli.terminal import Terminal
    from bot.services.documents import Choice, Format

FORMATS: Mapping[str, Format] = {"docx": "docx", "html": "html", "md": "md", "json": "json"}
CHOICES: Mapping[str, Choice] = {"zh": "zh", "en": "en", "both": "both"}


def add(app: typer.Typer, terminal: Terminal) -> None:
    """Add the commands."""
    config: Path | None = typer.Option(None, "--config", help=terminal.say(text("cli.option.config")))
    _add_reading(app, terminal, config)
    _add_verify(app, terminal, config)
    _add_destroy(app, terminal, config)


def _add_reading(app: typer.Typer, terminal: Terminal, config: Path | None) -> None:
    say = terminal.say
    out: Path | None = typer.Option(None, "--out", help=say(text("cli.option.out")))

    @app.command("events", help=say(text("cli.events")))
    def events(config: Path | None = config) -> None:
        terminal.carry_out(show_events(terminal, config))

    @app.command("export", help=say(text("cli.export")))
    def export(
        event: str = typer.Argument(..., help=say(text("cli.option.event"))),
        format_: str = typer.Option("docx", "--format", help=say(text("cli.option.format"))),
        lang: str = typer.Option("both", "--lang", help=say(text("cli.option.lang"))),
        out: Path | None = out,
        config: Path | None = config,
    ) -> None:
        if format_ not in FORMATS:
            raise Broken(text("cli.no_format", given=format_))
        if lang not in CHOICES:
            raise Broken(text("cli.no_lang", given=lang))
        terminal.carry_out(export_record(terminal, config, EventId(event), (FORMATS[format_], CHOICES[lang]), out))


def _add_verify(app: typer.Typer, terminal: Terminal, config: Path | None) -> None:
    say = terminal.say

    @app.command("verify", help=say(text("cli.verify")))
    def verify_(
        what: str = typer.Argument(..., help=say(text("cli.option.record"))),
        key: str | None = typer.Option(None, "--key", help=say(text("cli.option.key"))),
        config: Path | None = config,
    ) -> None:
        path = Path(what)
        if path.is_file():
            verdict = verify_json(path.read_bytes(), key)
        else:
            verdict = terminal.carry_out(verify_stored(config, EventId(what), key))
        raise typer.Exit(tell(terminal, verdict))


def _add_destroy(app: typer.Typer, terminal: Terminal, config: Path | None) -> None:
    say = terminal.say
    entries: list[int] = typer.Option([], "--entry", help=say(text("cli.option.entry")))
    files: list[str] = typer.Option([], "--file", help=say(text("cli.option.file")))

    @app.command("destroy", help=say(text("cli.destroy")))
    def destroy(
        event: str = typer.Argument(..., help=say(text("cli.option.event"))),
        entries: list[int] = entries,
        files: list[str] = files,
        ground: str = typer.Option(..., "--ground", help=say(text("cli.option.ground"))),
        by: str = typer.Option(..., "--by", help=say(text("cli.option.by"))),
        config: Path | None = config,
    ) -> None:
        asked = {
            "event": event,
            "entries": " ".join(map(str, entries)),
            "files": " ".join(files),
            "ground": ground,
            "by": by,
        }
        terminal.carry_out(ask_house(terminal, config, "destroy", asked))
        terminal.show(text("cli.destroyed"))


async def show_events(terminal: Terminal, config: Path | None) -> None:
    """A line an event, the newest first. What is owed on schedule is no event to people."""
    from rich.console import Console
    from rich.table import Table

    from bot.exports.wording import status_name

    async with read_house(config) as (settings, store):
        rows = [row for row in await store.events() if row.kind != "duty"]
    if not rows:
        terminal.show(text("cli.no_events"))
        return
    reader = type(terminal)(terminal.catalogs, terminal.language, ZoneInfo(settings.company.time_zone))
    heads = (text("form.number"), text("form.kind"), text("form.place"), text("form.reported"), text("form.status"))
    table = Table(*map(reader.say, heads))
    for row in rows:
        shown = (row.title, row.place, text("form.at", at=Moment(row.opened_at)), status_name(row.status))
        table.add_row(row.id, *map(reader.say, shown))
    Console().print(table)


async def export_record(
    terminal: Terminal, config: Path | None, event: EventId, how: tuple[Format, Choice], out: Path | None
) -> None:
    """Write one record to a file named after the event, or to `out` ("-": standard output)."""
    from bot.app import light_house
    from bot.services.documents import last_drill, record_file, record_name

    format_, lang = how
    async with read_house(config) as (settings, store):
        entries = await store.entries(event)
        if not entries:
            raise Broken(text("cli.no_event", event=event))
        house = light_house(settings, terminal.catalogs, RealClock())
        before = await last_drill(store, entries)
        content = await record_file(entries, house, store.files.load, format_, lang, before=before)
    if out == Path("-"):
        sys.stdout.buffer.write(content)
        return
    path = out or Path(record_name(event, house, lang, format_))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    terminal.show(text("cli.written", path=str(path)))


async def verify_stored(config: Path | None, event: EventId, key: str | None) -> Verdict:
    """Check a record in the store."""
    async with read_house(config) as (_, store):
        entries = await store.entries(event)
        if not entries:
            raise Broken(text("cli.no_event", event=event))
        return verify(entries, key or store.signer.public_key)


def tell(terminal: Terminal, verdict: Verdict) -> int:
    """Say what a check found; the exit code: 0 good, 1 not."""
    if verdict.why is not None:
        terminal.show(text("cli.verify.bad", number=verdict.bad or 0, why=verdict.why))
        return 1
    terminal.show(plural("cli.verify.good", verdict.checked, head=verdict.head))
    if verdict.signed_by is not None:
        terminal.show(text("cli.verify.signed", key=verdict.signed_by))
    return 0
