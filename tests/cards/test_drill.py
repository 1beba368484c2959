"""The cards of a drill: who sees what was expected, what can be pressed when, and how two drills compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.cards.drill import started, status_line
from bot.cards.drill_control import begins, control
from bot.cards.measures import Before, measured
from bot.chat.card import Card
from bot.domain.comparing import compare, late_tasks
from bot.domain.entries_drill import PlannedInject
from bot.domain.event import Event
from bot.domain.ids import DrillId, EventId, PersonId, RoleId, TaskId
from bot.domain.measures import InjectMeasure, Measures, PostMeasure, TaskMeasure, TookOver
from bot.domain.parties import Member
from bot.domain.state import DrillState, GivenInject
from bot.text import Words
from tests.cards.town import COMPANY, NOW, Town

DRILL = EventId("DR-2026-0001")
HE = Member(PersonId("he"), Words("何静", "He Jing"), Words("经理", "Manager"))
WEI = Member(PersonId("wei"), Words("魏敏", "Wei Min"), Words("主管", "Supervisor"))
SMOKE = Words("模拟：烟很浓。", "Simulated: thick smoke.")
LEAVE = Words("立即撤离。", "Leaves at once.")


def planned(number: int, minutes: int) -> PlannedInject:
    """An inject for the shift leader."""
    name = Words("当班班长", "Shift leader")
    return PlannedInject(number, minutes * 60.0, RoleId("shift"), name, SMOKE, LEAVE, 180.0)


def a_drill(**fields: object) -> Event:
    """A fire drill that has just begun."""
    town = Town()
    town.opens()
    state = DrillState(
        drill=DrillId("fire-drill"),
        title=Words("消防演练", "Fire drill"),
        scenario=SMOKE,
        type="single",
        organiser=HE,
        safety=None,
        stop_word=Words("停止演练", "STOP THE DRILL"),
        participants=(),
        injects=(planned(1, 4), planned(2, 8)),
        started_at=NOW,
    )
    return replace(town.event, id=DRILL, kind="drill", drill=replace(state, **fields))  # pyright: ignore[reportArgumentType]


def measures(seconds: float | None, **fields: object) -> Measures:
    """A drill in which one of two posts answered after so long, and one after twice as long."""
    name = Words("岗位", "Post")
    second = None if seconds is None else 2 * seconds
    posts = tuple(PostMeasure(RoleId(f"r{at}"), name, 0.0, at, HE) for at in (seconds, second))
    whole = Measures(
        lasted=1800.0, posts=posts, first=seconds, half=seconds, ninety=second, all=second, command_after=60.0,
        tasks=(), injects=(), silent=(), took_over=(), deliveries=40, deliveries_failed=0,
    )  # fmt: skip
    return replace(whole, **fields)  # pyright: ignore[reportArgumentType]


def task(acknowledged: float | None, finished: float | None) -> TaskMeasure:
    """A task with a minute to answer and ten to finish."""
    words = Words("任务", "Task")
    return TaskMeasure(TaskId("t"), words, words, acknowledged, 60.0, finished, 600.0, HE)


def words(card: Card) -> str:
    """All of a card in both languages."""
    town = Town()
    shown = [card.head, *card.lead, *(part for line in card.lines for part in (line.text, line.note) if part)]
    return "\n".join(town.house.render(each, language) for each in shown for language in ("zh", "en"))


def test_everybody_hears_the_scenario_the_stop_word_and_the_way_out_but_not_what_is_expected() -> None:
    card = started(a_drill(), Words("立即撤离", "Leave now"), None, COMPANY, NOW)
    read = words(card)
    assert card.kind == "drill"
    for part in ("Leave now", "thick smoke", "Everything is simulated", "STOP THE DRILL", "Real emergency", "/report"):
        assert part in read
    assert "Leaves at once" not in read
    assert len(card.lead) < 6


def test_the_organiser_sees_what_comes_next_and_what_it_should_lead_to() -> None:
    event = a_drill()
    card = control(event, begins(event), NOW)
    assert [each.action for each in card.buttons] == ["drill.next", "drill.pause", "drill.end"]
    assert "Leaves at once" in words(card)
    watching = control(event, begins(event), NOW, leads=False)
    assert [each.action for each in watching.buttons] == ["drill.pause", "drill.end"]


def test_a_drill_that_halts_can_only_go_on_or_end_and_one_that_is_over_nothing() -> None:
    halted = a_drill(paused_at=NOW)
    assert [each.action for each in control(halted, begins(halted), NOW).buttons] == ["drill.resume", "drill.end"]
    over = a_drill(ended_at=NOW, why_ended="ended")
    assert control(over, begins(over), NOW).buttons == ()
    stopped = a_drill(ended_at=NOW, why_ended="real", live=EventId("EV-2026-0009"))
    assert [status_line(each) != () for each in (a_drill(), halted, over, stopped)] == [False, True, True, True]


def test_each_inject_shows_whether_it_was_answered() -> None:
    at = NOW + timedelta(minutes=3)
    given = {
        1: GivenInject(1, (HE,), NOW, at, "answered", NOW + timedelta(seconds=70), HE),
        2: GivenInject(2, (HE,), NOW, at, "missed"),
    }
    event = a_drill(given=given)
    card = control(event, begins(event), NOW)
    assert [line.mark for line in card.lines] == ["done", "late"]
    assert "handled by He Jing after 70 s" in words(card)
    assert [each.action for each in card.buttons] == ["drill.pause", "drill.end"], "no inject is left to give"


def test_less_is_better_and_what_never_came_about_is_worst() -> None:
    compared = compare(measures(60.0), measures(90.0))
    assert (compared["first"].verdict, compared["command"].verdict) == ("better", "same")
    assert compare(measures(None), measures(90.0))["all"].verdict == "worse"
    assert compare(measures(None), measures(None))["all"].verdict == "same"
    assert "injects" not in compared, "neither had any"
    assert compared["posts"].verdict == "same"


def test_tasks_are_late_by_either_of_their_limits() -> None:
    silent = task(None, None)
    tasks = (task(30.0, 300.0), task(61.0, 300.0), task(30.0, 601.0), silent, replace(silent, asked_after=1750.0))
    assert late_tasks(measures(1.0, tasks=tasks)) == tasks[1:4], "the last one had time left at ENDEX"
    better = compare(measures(1.0, tasks=tasks[:1]), measures(1.0, tasks=tasks))
    assert better["tasks"].verdict == "better"


def test_what_was_measured_names_the_silent_without_blame_and_says_what_it_was_last_time() -> None:
    inject = InjectMeasure(1, SMOKE, Words("班长", "Leader"), LEAVE, 200.0, 180.0)
    now = measures(60.0, injects=(inject,), silent=(WEI,), took_over=(TookOver(WEI, HE, SMOKE),), deliveries_failed=1)
    card = measured(a_drill(), now, Before("DR-2025-0003", NOW - timedelta(days=200), measures(90.0)), NOW)
    read = words(card)
    for part in (
        "应到岗位2个，实到2个", "last time after 90 s: better than last time", "2 of 2 posts",
        "暂无回应：魏敏", "No answer yet: Wei Min", "代岗：魏敏接替何静", "0 of 1 injects",
        "1 of 41 messages not delivered", "DR-2025-0003",
    ):  # fmt: skip
        assert part in read, (part, read)
    alone = words(measured(a_drill(), measures(None), None, NOW))
    assert "not reached" in alone
    assert "last time" not in alone
