"""The rules of the house: what a command makes of an event, as entries with all that follows from them."""

from __future__ import annotations

from datetime import datetime

from bot.domain.absence import come_back, go_absent
from bot.domain.answers import answer, give, more_time, withdraw
from bot.domain.command_chain import confirm, directs_on_site, hand_over, is_holder, take_command
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
from bot.domain.commands_duty import DecidePostpone, EndDuty, NoteDrill, Postpone
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown, TakeAllClear
from bot.domain.commands_tasks import Answer, GiveEvidence, GiveTo, MoreTime, Withdraw
from bot.domain.course import Course
from bot.domain.decide_open import decide_open
from bot.domain.drilling import after_endex, decide_drill
from bot.domain.dues import due
from bot.domain.duties import decide_duty
from bot.domain.entries import Draft
from bot.domain.event import Event
from bot.domain.evidence import give_evidence
from bot.domain.injects import acted_on
from bot.domain.levels import change_level, confirm_report, enter_phase, set_fact
from bot.domain.merging import merge_into, offer_merge, record, take_merged, undo_merge
from bot.domain.rooms import lose_room, regain_room
from bot.domain.setting import Setting
from bot.domain.standdown import ask_stand_down, call_false, close, give_all_clear, stand_down, take_all_clear

__all__ = ["decide", "decide_open"]


def decide(event: Event, command: AnyCommand, setting: Setting, now: datetime) -> tuple[Draft, ...]:
    """The entries a command calls for; none where it changes nothing (a second press, a stale timer).

    Raises Refused with a sentence for the person where the rules say no.
    """
    course = Course(event, setting, now)
    if not after_endex(course, command):
        return ()
    _decide(course, command)
    acted_on(course)
    _press_counts(course, command)
    return tuple(course.drafts)


def _press_counts(course: Course, command: AnyCommand) -> None:
    """Any press by the one who leads is an answer, also one that changes nothing else (G1)."""
    if (
        course.drafts
        or course.event.over
        or (course.event.drill is not None and course.event.drill.ended_at is not None)
        or isinstance(command, Due | Record | OfferMerge | LoseRoom | RegainRoom | NoteDrill | EndDuty)
    ):
        return
    if is_holder(course.event, command.by.person) and course.event.command.answer_at is not None:
        confirm(course, command.by)


def _decide(course: Course, command: AnyCommand) -> None:
    match command:
        case Answer():
            answer(course, command)
        case GiveEvidence():
            give_evidence(course, command)
        case MoreTime():
            more_time(course, command)
        case GiveTo():
            give(course, command)
        case Withdraw():
            withdraw(course, command)
        case SetFact():
            set_fact(course, command)
        case ChangeLevel():
            change_level(course, command)
        case EnterPhase():
            enter_phase(course, command)
        case ConfirmReport():
            confirm_report(course, command)
        case Due():
            due(course, command)
        case Record():
            record(course, command)
        case LoseRoom():
            lose_room(course, command)
        case RegainRoom():
            regain_room(course, command)
        case TakeCommand() | HandOver() | DirectsOnSite() | GoAbsent() | ComeBack():
            _who_is_there(course, command)
        case AskStandDown() | GiveAllClear() | TakeAllClear() | StandDown() | CallFalse() | Close():
            _the_end(course, command)
        case OfferMerge() | MergeInto() | TakeMerged() | UndoMerge():
            _merging(course, command)
        case PauseDrill() | ResumeDrill() | NextInject() | AnswerInject() | EndDrill() | AnswerHotWash():
            decide_drill(course, command)
        case Postpone() | DecidePostpone() | NoteDrill() | EndDuty():
            decide_duty(course, command)


def _who_is_there(course: Course, command: TakeCommand | HandOver | DirectsOnSite | GoAbsent | ComeBack) -> None:
    match command:
        case TakeCommand():
            take_command(course, command)
        case HandOver():
            hand_over(course, command)
        case DirectsOnSite():
            directs_on_site(course, command)
        case GoAbsent():
            go_absent(course, command)
        case ComeBack():
            come_back(course, command)


def _the_end(
    course: Course, command: AskStandDown | GiveAllClear | TakeAllClear | StandDown | CallFalse | Close
) -> None:
    match command:
        case AskStandDown():
            ask_stand_down(course, command)
        case GiveAllClear():
            give_all_clear(course, command)
        case TakeAllClear():
            take_all_clear(course, command)
        case StandDown():
            stand_down(course, command)
        case CallFalse():
            call_false(course, command)
        case Close():
            close(course, command)


def _merging(course: Course, command: OfferMerge | MergeInto | TakeMerged | UndoMerge) -> None:
    match command:
        case OfferMerge():
            offer_merge(course, command)
        case MergeInto():
            merge_into(course, command)
        case TakeMerged():
            take_merged(course, command)
        case UndoMerge():
            undo_merge(course, command)
