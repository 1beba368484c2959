"""`python -m benchmarks`: measure everything, print the table, write build/bench.json."""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from benchmarks.platforms import PlatformEffort, measure_platforms, platform_rows
from benchmarks.run import Effort, run
from benchmarks.table import show
from bot.logs import set_up_logs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.table import Row


@dataclass(slots=True)
class Asked(argparse.Namespace):
    """The command line."""

    quick: bool = False
    only: Literal["house", "platforms"] | None = None
    roll: int | None = None


def main() -> None:
    """Measure with the effort asked for. Told to stop, it takes its servers with it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, to see that everything works")
    parser.add_argument("--only", choices=("house", "platforms"), help="the built-in chat, or Slack and Telegram")
    parser.add_argument("--roll", type=int, help="direct messages of the roll on Telegram, thirty a second")
    asked = parser.parse_args(namespace=Asked())
    set_up_logs()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    show(measure(asked))


def measure(asked: Asked) -> Sequence[Row]:
    """What is asked for."""
    found: list[Row] = []
    if asked.only != "platforms":
        found += run(Effort.quick() if asked.quick else Effort())
    if asked.only != "house":
        effort = PlatformEffort.quick() if asked.quick else PlatformEffort()
        found += platform_rows(measure_platforms(effort if asked.roll is None else replace(effort, roll=asked.roll)))
    return found


if __name__ == "__main__":
    main()
