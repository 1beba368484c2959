"""Servers as processes of their own: started, waited for, weighed, stopped; and clients likewise."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

import psutil

from benchmarks.load import HOST, Measured, Plan, write_plan

ROOT = Path(__file__).resolve().parents[1]
START_WITHIN = 60.0
STOP_WITHIN = 30.0
LOOK_EVERY = 0.005
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers. `started_in` seconds from the spawning of the process to its first answer."""

    process: psutil.Process
    port: int
    started_in: float

    @property
    def processor(self) -> float:
        """Seconds of processor it has used."""
        times = self.process.cpu_times()
        return times.user + times.system

    @property
    def megabytes(self) -> float:
        """The memory it holds (resident set)."""
        return self.process.memory_info().rss / MEGABYTE


def say(what: str) -> None:
    """Tell how far it is."""
    print(what, file=sys.stderr, flush=True)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], port: int, log: Path) -> Generator[Server]:
    """Start a server, wait until it answers, and stop it at the end."""
    with log.open("wb") as out:
        begun = perf_counter()
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=out, stderr=out)
        try:
            wait_for(process, port, begun + START_WITHIN, log)
            yield Server(psutil.Process(process.pid), port, perf_counter() - begun)
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(process: subprocess.Popen[bytes], port: int, until: float, log: Path) -> None:
    """Return once the server answers. Raises RuntimeError where it ends before, or takes too long."""
    while not answers(port):
        if process.poll() is not None or perf_counter() > until:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
        sleep(LOOK_EVERY)


def answers(port: int) -> bool:
    """Whether somebody answers there."""
    connection = http.client.HTTPConnection(HOST, port, timeout=START_WITHIN)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def ask(plan: Plan) -> Measured:
    """Have a client process carry out a plan."""
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, cwd=ROOT, input=write_plan(plan), text=True, check=True, stdout=subprocess.PIPE)
    return Measured(**json.loads(done.stdout))
