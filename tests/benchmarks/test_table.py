"""The table and what goes into it: no timing is ever asserted here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import table
from benchmarks.figures import middle, milliseconds, percentile
from benchmarks.load import Measured, Plan, Presser, WrongAnswerError, read_plan, undo_of, write_plan
from benchmarks.rows import Figures, Yardstick, rows
from benchmarks.table import Row, show
from bot.adapters.web.render import press_value
from bot.chat.card import Button
from bot.domain.ids import EventId
from bot.text import text


def figures(*, times: float) -> Figures:
    """A house in which everything took `times` as long."""
    one = Measured(answers=1000, seconds=times, median=4 * times, p99=40 * times)
    return Figures(
        reports=[[20.0 * times, 30.0 * times, 25.0 * times]],
        starts=[0.8 * times],
        megabytes_after_start=[90.0],
        megabytes_after_load=99.0,
        alone=[one],
        load=[one],
        pages=[one],
        drained=[0.0],
    )


def test_a_goal_is_met_from_the_right_side() -> None:
    assert Row("a", 10.0, "ms", 10.0, "less").met
    assert Row("a", 10.1, "ms", 10.0, "less").met is False
    assert Row("a", 800.0, "1/s", 800.0, "more").met
    assert Row("a", 799.9, "1/s", 800.0, "more").met is False
    assert Row("a", 1.0, "ms", None, "less").met is None


def test_every_goal_of_the_issue_has_its_row() -> None:
    bare = Yardstick([Measured(10, 1.0, 0.5, 1.0)], [Measured(8000, 1.0, 5.0, 9.0)])
    table_ = rows(figures(times=1.0), figures(times=1.5), bare)
    goals = {row.name: row.goal for row in table_ if row.goal not in (None, 1.2)}
    assert list(goals.values()) == [40, 120, 10, 150, 800, 1, 1, 1, 100]
    ratios = {row.name: row.value for row in table_ if row.goal == 1.2}
    assert ratios["start-up, 200,000 entries stored: times as much"] == pytest.approx(1.5)
    assert ratios["presses stored and answered, 50 at once, 200,000 entries stored: times fewer"] == pytest.approx(1.5)
    assert len({row.name for row in table_}) == len(table_)
    assert table_[-1].value == pytest.approx(8.0)


def test_the_rows_are_written_as_they_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "OUT", tmp_path / "build" / "bench.json")
    show([Row("start-up", 0.9, "s", 1.0, "less"), Row("bare", 8000.0, "1/s", None, "more")])
    written = json.loads((tmp_path / "build" / "bench.json").read_text(encoding="utf-8"))
    assert written == [
        {"name": "start-up", "value": 0.9, "unit": "s", "goal": 1.0, "better": "less"},
        {"name": "bare", "value": 8000.0, "unit": "1/s", "goal": None, "better": "more"},
    ]


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(1, 101)]
    assert percentile(values, 0.99) == 99.0
    assert percentile(values, 1.0) == 100.0
    assert percentile([7.0], 0.99) == 7.0
    assert middle([3.0, 1.0, 2.0]) == 2.0
    assert milliseconds(0.25) == 250.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_plan_reaches_the_client_whole() -> None:
    plan = Plan(8080, 30.0, 50, 0.05, (Presser("secret", "token", "office", "EV-2026-0001", "office/call-fire"),))
    assert read_plan(write_plan(plan)) == plan


def test_the_undo_of_an_answer_is_pressed_as_a_browser_would() -> None:
    button = Button("answer.withdraw", text("answer.withdraw"), EventId("EV-2026-0001"), target="57")
    value = press_value(button)
    escaped = value.replace('"', "&#34;")
    assert undo_of(f'<button form="press" name="press" value="{escaped}">Undo</button>') == value
    with pytest.raises(WrongAnswerError):
        undo_of("")
