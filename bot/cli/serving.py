"""`tocsin run` and `tocsin demo`: start the house, say where it can be reached, stop when told to."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.house import settings_of
from bot.cli.start import settle
from bot.clock import RealClock
from bot.errors import Broken
from bot.files.home import CACHE, EXAMPLE, PLAYBOOKS, PLAYS
from bot.text import text

if TYPE_CHECKING:
    from bot.adapters.web.adapter import WebAdapter
    from bot.app import App
    from bot.chat.adapter import Adapter
    from bot.cli.terminal import Terminal
    from bot.config import Settings
    from bot.services.house import House
    from bot.store.store import Store

FASTEST = 100_000.0
SETTLE_AFTER = 1.0
"""Seconds after the start: by then whoever waited for it has been let in."""
EVERYWHERE = "0.0.0.0"  # noqa: S104  the demo is there to be opened with a phone of the same network


def add(app: typer.Typer, terminal: Terminal) -> None:
    """Add the commands."""
    say = terminal.say
    config: Path | None = typer.Option(None, "--config", help=say(text("cli.option.config")))
    playbooks: Path = typer.Option(PLAYBOOKS, "--playbooks", help=say(text("cli.option.playbooks")))
    out: Path = typer.Option(Path("build/plays"), "--out", help=say(text("cli.option.out_dir")))

    @app.command("run", help=say(text("cli.run")))
    def run(config: Path | None = config, playbooks: Path = playbooks) -> None:
        terminal.carry_out(serve(terminal, settings_of(config), playbooks, demo=False))

    @app.command("demo", help=say(text("cli.demo")))
    def demo(
        port: int = typer.Option(8080, "--port", help=say(text("cli.option.port"))),
        host: str = typer.Option(EVERYWHERE, "--host", help=say(text("cli.option.host"))),
        play: str | None = typer.Option(None, "--play", help=say(text("cli.option.play"))),
        speed: float = typer.Option(60.0, "--speed", help=say(text("cli.option.speed"))),
        out: Path = out,
        playbooks: Path = playbooks,
    ) -> None:
        if not 0 <= speed <= FASTEST:
            raise Broken(text("cli.speed", speed=speed))
        with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
            settings = sample_settings(Path(folder), host, port)
            if play is None:
                terminal.carry_out(serve(terminal, settings, playbooks, demo=True))
            else:
                from bot.cli.playing import show_play

                path = Path(play) if play.endswith(".yaml") else PLAYS / f"{play}.yaml"
                terminal.carry_out(show_play(terminal, settings, playbooks, path, speed, out))


def sample_settings(folder: Path, host: str, port: int) -> Settings:
    """The sample company, with its store in a folder of its own."""
    from bot.files.config import load_settings

    settings = load_settings(EXAMPLE, {})
    store = replace(
        settings.store, url=f"sqlite:///{folder / 'tocsin.db'}", files=folder / "files", keys=folder / "keys"
    )
    web = replace(settings.web, host=host, port=port, plain_http_off_loopback=True)
    return replace(settings, store=store, web=web)


async def serve(terminal: Terminal, settings: Settings, playbooks: Path, *, demo: bool) -> None:
    """Run until told to stop. Raises Broken where it cannot start."""
    from bot.app import App, built_in_chat
    from bot.logs import set_up_logs
    from bot.platforms import make_adapters

    def only_built_in(store: Store, house: House) -> Mapping[str, Adapter]:
        return {"web": built_in_chat(store, house, demo=True)}

    set_up_logs(logging.WARNING if demo else logging.INFO)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = await App.open(
        settings,
        playbooks,
        terminal.catalogs,
        RealClock(),
        only_built_in if demo else make_adapters,
        cache=CACHE if demo else None,
    )
    try:
        await _until(stop, app, terminal)
    finally:
        await app.close()


async def _until(stop: asyncio.Event, app: App, terminal: Terminal) -> None:
    """Run the house until the signal, or until a part of it breaks."""
    from bot.adapters.web.adapter import WebAdapter

    for adapter in app.adapters.values():
        if isinstance(adapter, WebAdapter):
            adapter.bind()
            show_platforms(terminal, app)
            show_addresses(terminal, adapter)
    asyncio.get_running_loop().call_later(SETTLE_AFTER, settle)
    house = asyncio.create_task(app.run(), name="house")
    told = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({house, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if stop.is_set():
        house.cancel()
    with suppress(asyncio.CancelledError):
        await house


def show_platforms(terminal: Terminal, app: App) -> None:
    """Which platforms are on besides the built-in chat."""
    names = [name.capitalize() for name in app.adapters if name in ("slack", "telegram")]
    if names:
        terminal.show(text("cli.ready.platforms", names=", ".join(names)))


def show_addresses(terminal: Terminal, web: WebAdapter) -> None:
    """Where the chat is; in the demo a QR code for a phone too."""
    terminal.show(text("cli.ready", link=f"{web.address}/"))
    if web.phone_link:
        from bot.cli.qr import show_qr

        terminal.show(text("cli.ready.phone", link=web.phone_link))
        show_qr(web.phone_link)
    terminal.show(text("cli.ready.stop"))
