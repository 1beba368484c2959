"""`python -m benchmarks`: measure everything, print the table, write build/bench.json."""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import dataclass

from benchmarks.run import Effort, run
from benchmarks.table import show
from bot.logs import set_up_logs


@dataclass(slots=True)
class Asked(argparse.Namespace):
    """The command line."""

    quick: bool = False


def main() -> None:
    """Measure with the effort asked for. Told to stop, it takes its servers with it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, to see that everything works")
    asked = parser.parse_args(namespace=Asked())
    set_up_logs()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    show(run(Effort.quick() if asked.quick else Effort()))


if __name__ == "__main__":
    main()
