"""Whatever people do, in any order: the record verifies, replays to the same event, and betrays any touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.commands import (
    AnyCommand,
    ChangeLevel,
    ComeBack,
    ConfirmReport,
    DirectsOnSite,
    Due,
    EnterPhase,
    GoAbsent,
    HandOver,
    LoseRoom,
    MergeInto,
    OfferMerge,
    Record,
    RegainRoom,
    SetFact,
    TakeCommand,
    TakeMerged,
    UndoMerge,
)
from bot.domain.commands_drill import AnswerHotWash, AnswerInject, EndDrill, NextInject, PauseDrill, ResumeDrill
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown, TakeAllClear
from bot.domain.commands_tasks import Answer, GiveEvidence, GiveTo, MoreTime, Withdraw
from bot.domain.entries import Payload
from bot.domain.entries_course import FactSet
from bot.domain.entries_talk import Noted, Said
from bot.domain.event import Event
from bot.domain.fold import replay
from bot.domain.ids import DepartmentId, EventId, FactId, FileId, LevelId, PersonId, RoomId, TaskId
from bot.domain.measuring import measure
from bot.domain.parties import SYSTEM, Actor
from bot.domain.playbook import PHASES
from bot.domain.proof import public, sign, to_json, verify, verify_json
from bot.domain.record import decode, encode
from bot.domain.timers import timers
from bot.errors import Refused
from bot.text import same
from tests.domain.drills import DRILL, plan, sound_drill
from tests.domain.plant import DEPARTMENTS, NAMES, NOW, PLAYBOOK, STRANGER, Story, actor

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public(KEY)
OTHER = EventId("EV-2026-0006")

people = st.sampled_from([*NAMES, "nobody"]).map(PersonId)
actors = st.one_of(st.sampled_from([*NAMES, "chen", "chen", "lin", "sun", "tang"]).map(actor), st.just(STRANGER))
departments = st.sampled_from([*DEPARTMENTS, "kitchen"]).map(DepartmentId)
tasks = st.sampled_from([*(task.id for task in PLAYBOOK.tasks), TaskId("review"), TaskId("review-approve")])
facts = st.sampled_from(["stage", "place", "repair_hours", "orders", "nonsense"]).map(FactId)
values = st.one_of(
    st.sampled_from(["here", "warned", "approve", "send_back", "good", "8", "x", ""]), st.integers(0, 30)
)
rooms = st.sampled_from(["office", "EV-2026-0007"]).map(RoomId)
platforms = st.sampled_from(["slack", "telegram"])
reasons = st.sampled_from(["", "no key", "told by radio"])
moments = st.one_of(st.none(), st.integers(-60, 300).map(lambda minutes: NOW + timedelta(minutes=minutes)))
payloads: st.SearchStrategy[Payload] = st.one_of(
    st.builds(Noted, st.just(same("x")), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
    st.just(Said("m", RoomId("office"), same("Office"), same("Lin"), words="two hurt")),
    st.just(FactSet(FactId("x"), 1, same("x"), same("1"))),
)


class Sealed:
    """Close wants the head of the record, so it is made when its turn comes."""

    def __init__(self, by: Actor, override: str) -> None:
        self.by, self.override = by, override

    def of(self, story: Story) -> Close:
        head = story.record[-1].hash
        return Close(self.by, head, sign(KEY, head), PUBLIC, self.override)


class Endex:
    """ENDEX wants the record so far, so it is made when its turn comes."""

    def __init__(self, by: Actor, *, real: bool) -> None:
        self.by, self.real = by, real

    def of(self, story: Story) -> EndDrill:
        record = tuple(story.record)
        return EndDrill(self.by, "real", record, OTHER) if self.real else EndDrill(self.by, "ended", record)


Done = AnyCommand | Sealed | Endex | timedelta
controllers = st.sampled_from(["wei", "wei", "sun", "tang"]).map(actor)
of_a_drill: st.SearchStrategy[Done] = st.one_of(
    st.builds(PauseDrill, controllers),
    st.builds(ResumeDrill, controllers),
    st.builds(NextInject, controllers),
    st.builds(AnswerInject, actors, st.integers(0, 4), reasons),
    st.builds(AnswerHotWash, actors, reasons, reasons, reasons),
    st.builds(Due, st.sampled_from(["inject:1", "missed:1", "missed:9"]), st.none(), st.just(NOW)),
)
endex: st.SearchStrategy[Done] = st.builds(Endex, controllers, real=st.booleans())
commands: st.SearchStrategy[Done] = st.one_of(
    st.builds(Answer, actors, st.sampled_from(["acknowledge", "start", "done", "cannot"]), departments, tasks, reasons),
    st.builds(Answer, actors, st.just("acknowledge"), departments),
    st.builds(Answer, st.sampled_from(["chen", "guo"]).map(actor), st.just("done"), departments, tasks),
    st.builds(GiveEvidence, actors, tasks, st.one_of(st.none(), values), st.sampled_from([None, FileId("0" * 64)])),
    st.builds(MoreTime, actors, tasks, st.sampled_from([0, 600, 1800])),
    st.builds(GiveTo, actors, tasks, people),
    st.builds(Withdraw, actors, st.integers(1, 60)),
    st.builds(SetFact, actors, facts, values),
    st.builds(ChangeLevel, actors, st.sampled_from(["team", "company", "odd"]).map(LevelId), reasons),
    st.builds(EnterPhase, actors, st.sampled_from(PHASES)),
    st.one_of([st.builds(each, actors) for each in (TakeCommand, AskStandDown, ConfirmReport, UndoMerge)]),
    st.builds(HandOver, actors, people),
    st.builds(DirectsOnSite, actors, people),
    st.builds(GoAbsent, st.one_of(actors, st.just(SYSTEM)), people, moments),
    st.builds(ComeBack, st.one_of(actors, st.just(SYSTEM)), people),
    st.builds(GiveAllClear, actors, departments),
    st.builds(TakeAllClear, actors, departments),
    st.builds(StandDown, actors, reasons),
    st.builds(CallFalse, st.sampled_from(["wang", "sun"]).map(actor)),
    st.builds(OfferMerge, st.just(OTHER), st.just(same("Outage"))),
    st.builds(MergeInto, st.sampled_from(["wang", "tang"]).map(actor), st.just(OTHER), st.just("live")),
    st.builds(TakeMerged, actors, st.just(OTHER), st.just(same("Li")), st.just(NOW)),
    st.builds(Record, actors, payloads, moments),
    st.builds(
        LoseRoom,
        rooms,
        st.just(same("Room")),
        platforms,
        st.just(NOW),
        st.one_of(st.none(), platforms),
        st.one_of(st.none(), departments),
        st.booleans(),
    ),
    st.builds(RegainRoom, platforms, rooms, st.just(NOW)),
    st.builds(Due, st.sampled_from(["escalate:1", "finish", "command", "rule:2", "back:lin"]), tasks, st.just(NOW)),
    st.builds(Sealed, actors, reasons),
    st.integers(1, 90).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(1, 90).map(lambda minutes: timedelta(minutes=minutes)),
    of_a_drill,
    endex,
)
TWICE = (
    Answer | GiveAllClear | AskStandDown | SetFact | ConfirmReport | TakeCommand | GoAbsent | PauseDrill | AnswerInject
)  # fmt: skip
Opening = Callable[[Story], object]
openings: st.SearchStrategy[Opening] = st.builds(
    partial,
    st.just(Story.opens),
    by=actors,
    stage=st.sampled_from([None, "here", "warned"]),
    place=st.sampled_from(["", "w3", "3号车间", "roof"]),
    confirmed=st.booleans(),
    kind=st.sampled_from(["live", "drill"]),
    clock_speed=st.sampled_from([1.0, 60.0]),
    absent=st.lists(st.tuples(st.sampled_from(list(NAMES)), moments), max_size=4),
)
drills: st.SearchStrategy[Opening] = st.builds(
    partial,
    st.just(Story.opens),
    by=st.just(actor("wei")),
    kind=st.just("drill"),
    clock_speed=st.sampled_from([1.0, 12.0]),
    absent=st.lists(st.tuples(st.sampled_from(list(NAMES)), moments), max_size=3),
    starting=st.lists(st.sampled_from(["chen", "lin", "sun", "tang"]).map(PersonId), max_size=3, unique=True).map(
        lambda absent: plan(replace(DRILL, absent=tuple(absent)))
    ),
)


def step(story: Story, command: Done) -> None:
    """One thing somebody does, or time that goes by with every deadline in it."""
    if isinstance(command, timedelta):
        passes(story, command)
        return
    try:
        story.does(command.of(story) if isinstance(command, Sealed | Endex) else command)
    except Refused:
        return


def passes(story: Story, span: timedelta) -> None:
    """Each deadline that fires is gone or later afterwards."""
    until = story.now + span
    while (timer := story.next_timer(until)) is not None:
        story.now = max(story.now, timer.due_at)
        assert story.does(Due(timer.step, timer.task, timer.due_at)), timer
        assert timer not in timers(story.event), timer
    story.now = until


def sound(event: Event) -> None:
    """What is true of every event at any time."""
    for task in event.tasks.values():
        assert task.called <= len(task.chain)
        assert not (task.with_commander and task.acknowledge_at)
        assert task.status != "waiting" or task.with_commander or task.acknowledge_at
        assert task.department in {ref.id for ref in event.departments}
    if event.over:
        assert timers(event) == frozenset()
        assert not event.dark
    if event.drill is not None:
        sound_drill(event, event.drill)
    assert event.phase == event.phases[-1]
    assert list(event.phases) == sorted(event.phases, key=PHASES.index)


def lives(opening: Opening, sequence: list[Done]) -> Story:
    """An event and all that happened in it."""
    story = Story()
    opening(story)
    for command in sequence:
        before = story.event
        step(story, command)
        assert story.event.sequence >= before.sequence
        sound(story.event)
    return story


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(openings, st.lists(commands, min_size=5, max_size=50))
def test_any_sequence_verifies_and_replays(opening: Opening, sequence: list[Done]) -> None:
    story = lives(opening, sequence)
    read = [decode(encode(entry)) for entry in story.record]
    assert read == story.record
    assert replay(read) == story.event
    assert verify(read).good
    assert verify_json(to_json(read).encode()).good


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drills, st.lists(st.one_of(commands, of_a_drill), min_size=5, max_size=40), endex)
def test_any_drill_can_be_measured(opening: Opening, sequence: list[Done], end: Done) -> None:
    story = lives(opening, [*sequence, end, Endex(actor("wei"), real=False), *sequence[:5]])
    assert replay(decode(encode(entry)) for entry in story.record) == story.event
    assert verify(story.record).good
    assert story.event.drill is not None
    assert story.event.drill.measures == measure(story.record)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(openings, st.lists(commands, max_size=15), st.data())
def test_any_flipped_byte_is_found(opening: Opening, sequence: list[Done], choice: st.DataObject) -> None:
    raw = bytearray(to_json(lives(opening, sequence).record).encode())
    place = choice.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= choice.draw(st.integers(1, 255))
    assert not verify_json(bytes(raw)).good


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.one_of(openings, drills), st.lists(commands, min_size=5, max_size=40))
def test_the_same_press_twice_adds_nothing(opening: Opening, sequence: list[Done]) -> None:
    story = lives(opening, sequence[:-1])
    last = sequence[-1]
    if not isinstance(last, TWICE):
        return
    step(story, last)
    before = story.event
    step(story, last)
    assert story.event == before
