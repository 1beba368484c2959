"""A company's folder on this machine, and the program as its admin runs it: real processes, real files, a real port."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import httpx

from bot.jobs.door import knock

ROOT: Final = Path(__file__).parents[2]
PROGRAM: Final = Path(sys.executable).with_name("tocsin")
LOCALE: Final = {"zh": "zh_CN.UTF-8", "en": "en_US.UTF-8"}
PATIENCE: Final = 90
"""Seconds a command may take on a busy machine before the test gives up."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Firm:
    """A folder with `config.toml`."""

    folder: Path
    port: int
    bots: list[Bot] = field(default_factory=list["Bot"])
    browsers: list[httpx.Client] = field(default_factory=list[httpx.Client])

    @classmethod
    def found(cls, folder: Path) -> Firm:
        """The sample company in a folder of its own, on a free port."""
        folder.mkdir(exist_ok=True)
        firm = cls(folder, free_port())
        firm.write(firm.written().replace("web.port = 8080", f"web.port = {firm.port}"))
        return firm

    @property
    def config(self) -> Path:
        """Its configuration."""
        return self.folder / "config.toml"

    def written(self) -> str:
        """The configuration as it stands, the example's at first."""
        path = self.config if self.config.exists() else ROOT / "config.example.toml"
        return path.read_text(encoding="utf-8")

    def write(self, words: str) -> None:
        """Save the configuration."""
        self.config.write_text(words, encoding="utf-8")

    def change(self, before: str, after: str) -> None:
        """Change one setting."""
        assert before in self.written(), before
        self.write(self.written().replace(before, after, 1))

    def tocsin(self, *words: str, language: str = "en") -> Ended:
        """Run a command to its end."""
        done = subprocess.run(
            [PROGRAM, *words],
            cwd=self.folder,
            env=environment(language),
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str, language: str = "en") -> Bot:
        """Start the bot and wait until it says that it is ready."""
        bot = Bot.start(self, words or ("run",), language)
        self.bots.append(bot)
        return bot

    def end(self) -> None:
        """Whatever still runs ends."""
        for browser in self.browsers:
            browser.close()
        for bot in self.bots:
            bot.kill()


@dataclass(slots=True)
class Bot:
    """The bot as a process of its own."""

    firm: Firm
    process: subprocess.Popen[str]
    log: IO[str]

    @classmethod
    def start(cls, firm: Firm, words: tuple[str, ...], language: str) -> Bot:
        """Start it and read its output up to the line that says how it is stopped."""
        log = (firm.folder / "log.txt").open("a+", encoding="utf-8")
        process = subprocess.Popen(
            [PROGRAM, *words],
            cwd=firm.folder,
            env=environment(language),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        bot = cls(firm, process, log)
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl+C" in line:
                return bot
        raise AssertionError(f"it did not start:\n{bot.errors()}")

    def errors(self) -> str:
        """Everything it wrote to standard error."""
        self.log.flush()
        return (self.firm.folder / "log.txt").read_text(encoding="utf-8")

    def stop(self) -> int:
        """SIGTERM, as a supervisor sends; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        """SIGKILL, as a power failure does."""
        if self.process.poll() is None:
            self.process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.log.close()
        return code


@dataclass(slots=True)
class Phone:
    """Somebody's browser, signed in with a personal link."""

    client: httpx.Client
    token: str
    sent: int = 0

    @classmethod
    def sign_in(cls, firm: Firm, person: str) -> Phone:
        """Have a link made by the running bot, open it."""
        link = asyncio.run(knock(firm.folder / "var" / "keys" / "door.sock", "invite", {"person": person}))
        assert link is not None, "the bot does not run"
        client = httpx.Client(base_url=f"http://127.0.0.1:{firm.port}", timeout=PATIENCE)
        firm.browsers.append(client)
        assert client.post("/join", data={"token": link["token"]}).status_code == httpx.codes.SEE_OTHER
        return cls(client, client.get("/token").json()["token"])

    def posts(self, address: str, fields: Mapping[str, str]) -> httpx.Response:
        """Send what the page's script would send."""
        self.sent += 1
        sent = {"update": f"{self.token[:12]}{self.sent:08d}", **fields}
        return self.client.post(address, json=sent, headers={"x-token": self.token})

    def says(self, words: str, room: str = "") -> httpx.Response:
        """Say something; in one's own room where none is named."""
        return self.posts("/say", {"words": words, "room": room})


def until(holds: Callable[[], bool]) -> None:
    """Ask the other process again and again until it is so."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not happen"


def environment(language: str) -> dict[str, str]:
    """The machine's, with the language set as people set it. Coverage of processes goes on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    return {**kept, "LANG": LOCALE[language], "COLUMNS": "160"}


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
