"""The table every benchmark joins: one row a figure, printed and written to `build/bench.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

OUT = Path("build/bench.json")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as measured. `goal` None: shown for comparison only."""

    name: str
    value: float
    unit: str
    goal: float | None
    better: Literal["less", "more"]

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "less" else self.value >= self.goal


def show(rows: Sequence[Row]) -> None:
    """Print the rows and write them out."""
    table = Table("name", "value", "unit", "goal", "met", title="Tocsin benchmarks")
    for row in rows:
        goal = "" if row.goal is None else f"{'≤' if row.better == 'less' else '≥'} {row.goal:g}"
        met = {None: "", True: "yes", False: "NO"}[row.met]
        table.add_row(row.name, f"{row.value:,.2f}", row.unit, goal, met)
    Console(width=120).print(table)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
