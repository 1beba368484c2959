"""A duty: one task, announced, acknowledged, done, put off, passed on, overdue, missed; and nothing of an emergency."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.commands import (
    AnyCommand,
    ChangeLevel,
    ConfirmReport,
    EnterPhase,
    GoAbsent,
    HandOver,
    Open,
    SetFact,
    TakeCommand,
)
from bot.domain.commands_duty import DecidePostpone, EndDuty, NoteDrill, Postpone
from bot.domain.commands_ending import AskStandDown, CallFalse
from bot.domain.commands_tasks import MoreTime, Withdraw
from bot.domain.decide import decide_open
from bot.domain.duty import Duty, Every, Schedule
from bot.domain.duty_plan import THE_TASK, plan_of
from bot.domain.entries import Payload
from bot.domain.entries_duty import DutyDrill, DutyEnded, DutyNoticed, DutyOpened, PostponeAsked, PostponeDecided
from bot.domain.entries_tasks import EvidenceGiven, Overdue, TaskAnswered
from bot.domain.fold import replay
from bot.domain.ids import DrillId, DutyId, EventId, FactId, LevelId, PersonId, RoleId
from bot.domain.parties import SYSTEM, Member
from bot.domain.people import members
from bot.domain.playbook import Evidence
from bot.text import Words
from tests.domain.plant import COMPANY, EVENT, HOUR, NOW, SETTING, Story, actor, kinds, only, refused

DAY = timedelta(days=1)
DUE = NOW + 14 * DAY
DRILL = EventId("DR-2026-0001")
BACKUP = Duty(
    id=DutyId("backup"),
    kind="backup",
    title=Words("备份", "Backup"),
    task=Words("备份。", "Back up."),
    schedule=Schedule(Every(1, "month", datetime.fromisoformat("2026-03-19T14:00")), "Asia/Shanghai"),
    owner=RoleId("office"),
    approve=RoleId("command_group"),
    covers=("G21",),
)
EXERCISE = replace(BACKUP, id=DutyId("fire-drill"), kind="drill", drill=DrillId("fire-drill"))


@dataclass
class Owing(Story):
    """A duty that was opened two weeks ahead. Whoever owes it: lin, then wei. Who agrees: guo, lin, sun."""

    duty: Duty = BACKUP
    due_at: datetime = DUE
    hidden_hour: datetime | None = None
    opened: list[Payload] = field(default_factory=list[Payload])

    def __post_init__(self) -> None:
        version = plan_of(self.duty, self.due_at - self.now)
        self.setting = replace(SETTING, playbook=version.playbook, digest=version.digest)
        approvers = members(COMPANY, COMPANY.roles[self.duty.approve].holders)
        notices = tuple(each.total_seconds() for each in self.duty.notices)
        opening = DutyOpened(
            self.duty.id, self.duty.kind, self.due_at, notices, self.duty.grace.total_seconds(), self.duty.covers,
            approvers, self.duty.drill, self.hidden_hour or (self.due_at if self.duty.drill else None),
            hidden=self.hidden_hour is not None,
            window_from=None if self.hidden_hour is None else self.due_at - 5 * DAY,
        )  # fmt: skip
        command = Open(SYSTEM, EVENT, "duty", "", (), "calendar", self.now, confirmed=True, duty=opening)
        self.opened = self.keep(decide_open(command, self.setting, self.now))

    def postpones(self, person: str, until: datetime = DUE + 2 * DAY, reason: str = "the hall is let") -> list[Payload]:
        return self.does(Postpone(actor(person), until, reason))

    def decides(self, person: str, *, agreed: bool = True) -> list[Payload]:
        return self.does(DecidePostpone(actor(person), agreed))


def test_it_opens_with_its_one_task_and_calls_no_commander() -> None:
    story = Owing()
    assert kinds(story.opened)[:3] == ["event.opened", "duty.opened", "command.passed"]
    assert story.task("duty").finish_at == DUE
    assert story.event.mark is None
    assert [ref.id for ref in story.event.departments] == ["office"]
    assert story.next_timer(NOW + DAY) is not None
    assert all(timer.step != "command" for timer in [story.next_timer(DUE)] if timer)


def test_it_is_announced_until_it_is_done() -> None:
    story = Owing()
    story.answers("lin", "acknowledge", "duty")
    noticed = [each.before for each in story.passes(13 * DAY + 12 * HOUR) if isinstance(each, DutyNoticed)]
    assert noticed == [7 * 86400, 86400]
    story.answers("lin", "done", "duty")
    assert kinds(story.passes(DAY)) == ["duty.ended"]
    assert story.event.over


def test_notices_missed_become_one_said_late() -> None:
    story = Owing()
    story.answers("lin", "acknowledge", "duty")
    noticed = only(DutyNoticed, story.passes(13 * DAY + HOUR, punctual=False))
    assert (noticed.before, noticed.late) == (86400, 3600)


def test_done_counts_once_it_can_be_taken_back_no_more() -> None:
    story = Owing()
    story.passes(14 * DAY + 3 * HOUR)
    story.answers("lin", "done", "duty")
    sequence = story.task("duty").answers[-1].sequence
    story.passes(timedelta(seconds=100))
    story.does(Withdraw(actor("lin"), sequence))
    assert "duty.ended" not in kinds(story.passes(timedelta(seconds=100)))
    story.answers("wei", "done", "duty")
    ended = only(DutyEnded, story.passes(HOUR))
    assert (ended.outcome, ended.done_late) == ("done", 3 * 3600 + 200)
    with refused("refused.over"):
        story.answers("lin", "done", "duty")


def test_silence_climbs_to_the_stand_in_and_then_to_whoever_supervises() -> None:
    story = Owing()
    passed = [each for each in story.passes(5 * DAY) if each.kind == "task.escalated"]
    assert len(passed) == 2
    assert story.task("duty").with_commander
    assert story.leads == "guo"


def test_overdue_is_told_to_the_owner_and_after_the_grace_to_whoever_supervises() -> None:
    story = Owing()
    story.answers("lin", "acknowledge", "duty")
    story.passes(14 * DAY - HOUR)
    steps = [(story.now, each.step) for each in story.passes(2 * HOUR) if isinstance(each, Overdue)]
    assert [step for _, step in steps] == [0]
    assert [each.step for each in story.passes(7 * DAY - 2 * HOUR) if isinstance(each, Overdue)] == []
    assert [each.step for each in story.passes(2 * HOUR) if isinstance(each, Overdue)] == [1]


def test_it_is_put_off_with_a_reason_and_an_approver() -> None:
    story = Owing()
    asked = only(PostponeAsked, story.postpones("lin"))
    assert asked.approver.person == "guo"
    assert story.postpones("lin") == [], "asked already"
    again = only(PostponeAsked, story.postpones("wei", DUE + 3 * DAY))
    assert (again.until, story.event.duty and story.event.duty.postpone_until) == (DUE + 3 * DAY, DUE + 3 * DAY)
    assert only(PostponeDecided, story.decides("guo")).until == DUE + 3 * DAY
    assert story.event.duty is not None
    assert (story.event.duty.due_at, story.task("duty").finish_at) == (DUE + 3 * DAY, DUE + 3 * DAY)
    assert replay(story.record) == story.event
    story.answers("lin", "acknowledge", "duty")
    story.now = DUE - 5 * DAY
    story.passes(5 * DAY)
    assert "task.overdue" not in kinds(entry.payload for entry in story.record)
    noticed = [each.before for each in story.passes(3 * DAY - timedelta(minutes=1)) if isinstance(each, DutyNoticed)]
    assert noticed == [86400, 3600], "before the new time it is announced anew"


def test_refused_it_stays_as_it_is() -> None:
    story = Owing()
    story.postpones("lin")
    assert not only(PostponeDecided, story.decides("sun", agreed=False)).agreed
    assert story.event.duty is not None
    assert (story.event.duty.due_at, story.event.duty.postpone_until) == (DUE, None)
    with refused("refused.duty.nothing_asked"):
        story.decides("guo")


def test_nobody_agrees_to_their_own_request_while_somebody_else_is_there() -> None:
    story = Owing()
    story.postpones("lin")
    with refused("refused.duty.own_request"):
        story.decides("lin")
    with refused("refused.duty.approver_only"):
        story.decides("wei")
    for person in ("guo", "sun"):
        story.does(GoAbsent(actor(person), PersonId(person), None))
    assert only(PostponeAsked, story.postpones("lin", DUE + DAY)).approver.person == "lin"
    assert only(PostponeDecided, story.decides("lin")).member.person == "lin"


def test_what_is_no_request_is_refused() -> None:
    story = Owing()
    with refused("refused.duty.reason"):
        story.postpones("lin", reason="  ")
    with refused("refused.until_is_past"):
        story.postpones("lin", NOW)
    with refused("refused.duty.not_later"):
        story.postpones("lin", DUE)
    with refused("refused.task_of_others"):
        story.postpones("tang")
    story.postpones("lin", DUE + HOUR)
    story.passes(14 * DAY + 2 * HOUR)
    with refused("refused.until_is_past"):
        story.decides("guo")
    story.answers("lin", "done", "duty")
    with refused("refused.task_done"):
        story.postpones("lin", DUE + 5 * DAY)
    other = Story()
    other.opens()
    with refused("refused.duty.none"):
        other.does(Postpone(actor("lin"), DUE, "why"))


def test_a_drill_that_was_held_is_the_evidence() -> None:
    story = Owing(duty=EXERCISE)
    with refused("refused.duty.drill_first"):
        story.answers("lin", "done", "duty")
    assert kinds(story.does(NoteDrill(DRILL, held=False))) == ["duty.drill"]
    assert story.does(NoteDrill(DRILL, held=False)) == []
    organiser = Member(PersonId("wei"), Words("魏敏", "Wei Min"), Words("", ""))
    held = story.does(NoteDrill(DRILL, held=True, member=organiser))
    assert only(DutyDrill, held).held
    assert only(EvidenceGiven, held).words == Words(DRILL, DRILL)
    assert only(TaskAnswered, held).member == organiser
    ended = only(DutyEnded, story.passes(HOUR))
    assert (ended.outcome, ended.evidence) == ("done", Words(DRILL, DRILL))
    assert story.does(NoteDrill(DRILL, held=True)) == []


def hours(payloads: list[Payload]) -> list[DutyNoticed]:
    return [each for each in payloads if isinstance(each, DutyNoticed) and each.hour]


def test_the_hour_of_a_drill_is_said_once_and_before_it_is_overdue() -> None:
    story = Owing(duty=EXERCISE)
    story.answers("lin", "acknowledge", "duty")
    before = story.passes(14 * DAY - timedelta(minutes=1))
    assert hours(before) == []
    at_the_hour = story.passes(timedelta(minutes=2))
    assert kinds(at_the_hour) == ["duty.noticed", "task.overdue"]
    assert only(DutyNoticed, at_the_hour) == DutyNoticed(0, hour=True)
    assert hours(story.passes(20 * DAY)) == []
    assert replay(story.record) == story.event


def test_a_hidden_hour_is_said_too_and_leaves_the_card_untouched() -> None:
    story = Owing(duty=EXERCISE, hidden_hour=DUE - 2 * DAY)
    story.answers("lin", "acknowledge", "duty")
    story.passes(12 * DAY - timedelta(minutes=1))
    shown = story.event.revisions
    assert hours(story.passes(timedelta(minutes=1))) == [DutyNoticed(2 * 86400, hour=True)]
    assert story.event.revisions == shown
    later = [each.before for each in story.passes(2 * DAY) if isinstance(each, DutyNoticed)]
    assert later == [86400, 3600], "it is still to be held"


def test_an_hour_missed_while_nothing_ran_is_said_once_and_late() -> None:
    story = Owing(duty=EXERCISE, hidden_hour=DUE - 2 * DAY)
    story.answers("lin", "acknowledge", "duty")
    noticed = only(DutyNoticed, story.passes(13 * DAY + HOUR, punctual=False))
    assert noticed == DutyNoticed(86400, 25 * 3600, hour=True), "in place of the notices that passed meanwhile"


def test_the_hour_moves_with_a_postponement_and_is_said_again() -> None:
    story = Owing(duty=EXERCISE, hidden_hour=DUE - 2 * DAY)
    story.answers("lin", "acknowledge", "duty")
    assert len(hours(story.passes(13 * DAY))) == 1
    story.postpones("lin")
    story.decides("guo")
    assert [each.before for each in hours(story.passes(4 * DAY))] == [0]
    assert story.event.duty is not None
    assert (story.event.duty.hidden, story.event.duty.hour_at) == (False, DUE + 2 * DAY)


def test_no_hour_is_said_of_a_drill_that_has_begun_nor_of_other_duties() -> None:
    story = Owing(duty=EXERCISE)
    story.does(NoteDrill(DRILL, held=False))
    assert hours(story.passes(15 * DAY)) == []
    assert hours(Owing().passes(15 * DAY)) == []


def test_a_drill_that_was_opened_after_its_hour_says_so_once() -> None:
    assert hours(Owing(duty=EXERCISE, due_at=NOW).passes(DAY)) == []


def test_a_drill_that_something_real_stopped_is_still_owed_and_held_again() -> None:
    story = Owing(duty=EXERCISE)
    story.answers("lin", "acknowledge", "duty")
    story.does(NoteDrill(DRILL, held=False))
    assert story.does(NoteDrill(DRILL, held=False, stopped=True)) == [DutyDrill(DRILL, stopped=True)]
    assert story.does(NoteDrill(DRILL, held=False, stopped=True)) == []
    duty = story.event.duty
    assert duty is not None
    assert (duty.held, duty.drill_runs, story.task("duty").open) == (False, False, True)
    assert hours(story.passes(15 * DAY)) == [], "its hour has been"
    again = EventId("DR-2026-0002")
    story.does(NoteDrill(again, held=False))
    assert story.event.duty
    assert story.event.duty.drill_runs
    assert only(DutyDrill, story.does(NoteDrill(again, held=True))).held
    assert story.event.duty.drills == (DRILL, again)
    assert not story.task("duty").open


def test_it_is_missed_when_the_next_one_comes_due_unless_it_was_done_by_then() -> None:
    story = Owing()
    assert only(DutyEnded, story.does(EndDuty("missed", 60))).outcome == "missed"
    assert story.does(EndDuty("missed")) == []
    done = Owing()
    done.answers("lin", "done", "duty")
    assert only(DutyEnded, done.does(EndDuty("missed"))).outcome == "done"


def test_evidence_is_wanted_as_of_any_task() -> None:
    story = Owing(duty=replace(BACKUP, evidence=Evidence("number", unit="GB")))
    with refused("refused.evidence_number"):
        story.answers("lin", "done", "duty")
    story.gives("lin", THE_TASK, 42)
    story.answers("lin", "done", "duty")
    assert only(DutyEnded, story.passes(HOUR)).evidence == Words("42 GB", "42 GB")


@pytest.mark.parametrize(
    "command",
    [
        ChangeLevel(actor("guo"), LevelId("team"), "why"),
        EnterPhase(actor("guo"), "recovery"),
        AskStandDown(actor("guo")),
        CallFalse(actor("guo")),
        ConfirmReport(actor("guo")),
        TakeCommand(actor("guo")),
        HandOver(actor("guo"), PersonId("sun")),
        SetFact(actor("lin"), FactId("stage"), "here"),
        MoreTime(actor("lin"), THE_TASK, 1800),
    ],
)
def test_what_only_an_emergency_knows_is_refused_in_one_sentence(command: AnyCommand) -> None:
    story = Owing()
    with refused("refused.duty.not_for"):
        story.does(command)
