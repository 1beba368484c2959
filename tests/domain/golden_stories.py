"""The stories whose records are kept for good: `python -m tests.domain.golden_stories` writes those that are missing.

A record of a release is never written again: what was true of it then must be true of it with any later code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.domain.commands import (
    ChangeLevel,
    ComeBack,
    ConfirmReport,
    DirectsOnSite,
    GoAbsent,
    HandOver,
    LoseRoom,
    MergeInto,
    OfferMerge,
    Open,
    Record,
    RegainRoom,
    SetFact,
    TakeCommand,
    TakeMerged,
    UndoMerge,
)
from bot.domain.commands_drill import AnswerHotWash, AnswerInject
from bot.domain.commands_duty import DecidePostpone, EndDuty, NoteDrill, Postpone
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown, TakeAllClear
from bot.domain.commands_tasks import GiveEvidence, GiveTo, MoreTime, Withdraw
from bot.domain.decide import decide_open
from bot.domain.duty import Duty, Every, Schedule
from bot.domain.duty_plan import plan_of
from bot.domain.entries import Payload
from bot.domain.entries_duty import DutyOpened
from bot.domain.entries_house import Destroyed, HouseNote
from bot.domain.entries_talk import Deleted, Edited, FileKept, MessageFailed, MessageSent, Noted, Said
from bot.domain.event import Event
from bot.domain.ids import (
    DepartmentId,
    DrillId,
    DutyId,
    EventId,
    FactId,
    FileId,
    LevelId,
    PersonId,
    RoleId,
    RoomId,
    TaskId,
)
from bot.domain.measures import Measures
from bot.domain.parties import SYSTEM
from bot.domain.people import members
from bot.domain.proof import public, sign, to_json
from bot.domain.record import destroy
from bot.domain.timers import timers
from bot.text import Words, same
from tests.domain.drills import DRILL, drilled, ends, halts, inject, next_one, pauses
from tests.domain.plant import COMPANY, EVENT, HOUR, MINUTE, SETTING, STRANGER, Story, actor

GOLDEN = Path(__file__).parent / "golden"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = EventId("EV-2026-0006")
ROOM, ROOM_NAME = RoomId("office"), Words("办公室", "Office")
FILE = FileId("ab" * 32)
DUTY = Duty(
    id=DutyId("outage-drill"),
    kind="drill",
    title=Words("停电演练", "Outage drill"),
    task=Words("组织停电演练", "Hold the outage drill"),
    schedule=Schedule(Every(6, "month", datetime(2026, 3, 19, 14, 0)), "Asia/Shanghai"),  # noqa: DTZ001  wall time
    owner=RoleId("office"),
    approve=RoleId("general_manager"),
    covers=("G13",),
    drill=DrillId("outage-drill"),
)


def opening() -> Story:
    """A stranger reports a warning in a drill; it is confirmed, then it is here."""
    story = Story()
    story.opens(
        STRANGER, stage="warned", confirmed=False, kind="drill", clock_speed=60.0, absent=[("lin", story.now + HOUR)]
    )
    story.does(ConfirmReport(actor("wei")))
    story.does(SetFact(actor("wei"), FactId("stage"), "here"))
    story.does(SetFact(actor("wei"), FactId("repair_hours"), 30))
    story.passes(2 * HOUR)
    return story


def tasks() -> Story:
    """Every answer, every evidence, silence and lateness."""
    story = Story()
    story.opens()
    story.answers("lin", "acknowledge")
    story.answers("wang", "acknowledge")
    story.answers("wei", "start", "evacuate")
    story.answers("wei", "done", "evacuate")
    story.does(Withdraw(actor("wei"), story.task("evacuate").answers[-1].sequence))
    story.does(MoreTime(actor("lin"), TaskId("evacuate"), 1800))
    story.answers("sun", "cannot", "repair", reason="no parts")
    story.does(GiveTo(actor("chen"), TaskId("repair"), PersonId("he")))
    story.passes(4 * MINUTE)
    story.gives("he", "repair", 9)
    story.gives("tang", "customers", "Mr Li agrees")
    story.answers("tang", "done", "customers")
    story.does(GiveEvidence(actor("tang"), TaskId("photo"), file=FILE))
    story.passes(2 * HOUR)
    story.passes(2 * HOUR, punctual=False)
    return story


def command() -> Story:
    """Silence, acting, taking back, handing over, absence, on site."""
    story = Story()
    story.opens()
    story.passes(8 * MINUTE)
    story.does(TakeCommand(actor("chen")))
    story.does(ChangeLevel(actor("chen"), LevelId("team"), "small"))
    story.does(HandOver(actor("chen"), PersonId("guo")))
    story.does(GoAbsent(actor("guo"), PersonId("guo"), None))
    story.does(ComeBack(actor("guo"), PersonId("guo")))
    story.does(DirectsOnSite(actor("wang"), PersonId("guo")))
    return story


def merging() -> Story:
    """Offered, merged, taken out again, and another one taken in; then a false alarm."""
    story = Story()
    story.opens()
    story.does(OfferMerge(OTHER, same("Outage")))
    story.does(MergeInto(actor("wang"), OTHER, "live"))
    story.now += 10 * MINUTE
    story.does(UndoMerge(actor("chen")))
    story.does(TakeMerged(actor("tang"), OTHER, same("Tang Ning"), story.now))
    story.does(CallFalse(actor("chen"), "steam"))
    return story


def ending() -> Story:
    """All clear, taken back, given again, over a missing one; review, closing, an addendum."""
    story = Story()
    story.opens()
    for task in ("warn", "evacuate"):
        story.answers("lin", "done", task)
    story.does(AskStandDown(actor("chen")))
    story.does(GiveAllClear(actor("lin"), DepartmentId("office")))
    story.does(TakeAllClear(actor("lin"), DepartmentId("office")))
    story.does(StandDown(actor("chen"), "told by radio"))
    story.gives("lin", "review", "The pump failed.")
    story.answers("lin", "done", "review")
    story.gives("chen", "review-approve", "approve")
    story.answers("chen", "done", "review-approve")
    head = story.record[-1].hash
    story.does(Close(actor("chen"), head, sign(KEY, head), public(KEY), "the rest on paper"))
    story.does(Record(actor("lin"), Noted(same("林晓"), "An addendum."), story.now - HOUR))
    return story


def messages() -> Story:
    """What was said, edited, deleted, kept, sent, lost; and a part destroyed by law."""
    story = Story()
    story.opens()
    said: tuple[Payload, ...] = (
        Said("m1", ROOM, ROOM_NAME, same("魏敏"), DepartmentId("office"), TaskId("evacuate"), (FILE,), "Two hurt."),
        Edited("m1", same("魏敏"), "Three hurt."),
        Deleted("m1", same("魏敏")),
        FileKept(FILE, "image/jpeg", 1234, same("魏敏"), TaskId("evacuate"), "hurt.jpg"),
        MessageSent("m2", ROOM, ROOM_NAME, "web", Words("撤离", "Leave now"), story.now),
        MessageFailed("m3", ROOM, ROOM_NAME, "web", "room gone"),
        HouseNote("record.exported", {"format": "docx"}),
    )
    for payload in said:
        story.does(Record(actor("wei"), payload))
        story.now += timedelta(seconds=7)
    first = next(place for place, entry in enumerate(story.record) if isinstance(entry.payload, Said))
    story.record[first] = destroy(story.record[first])
    story.does(Record(actor("admin"), Destroyed((first + 1,), (FILE,), "应对法 85")))
    return story


def rooms() -> Story:
    """A department's room falls silent, then the next one; the command room too; one of them comes back."""
    story = Story()
    story.opens()
    office = DepartmentId("office")
    story.does(LoseRoom(ROOM, ROOM_NAME, "slack", story.now, "telegram", office))
    story.now += MINUTE
    story.does(LoseRoom(ROOM, ROOM_NAME, "telegram", story.now, "email", office, in_need=True))
    story.does(LoseRoom(ROOM, ROOM_NAME, "slack", story.now - MINUTE, "email", office, in_need=True))
    story.does(LoseRoom(RoomId(story.event.id), same(story.event.id), "slack", story.now, None))
    story.now += 10 * MINUTE
    story.does(RegainRoom("telegram", ROOM, story.now))
    return story


def drill() -> Story:
    """Halted, injects given by the clock and by hand, answered, late and missed; ENDEX, the three questions, closed."""
    story = drilled(speed=12.0, absent=["lin"], injects=(*DRILL.injects, inject(24 * HOUR)))
    story.does(TakeCommand(actor("chen")))
    story.passes(2 * MINUTE)
    story.does(AnswerInject(actor("tang"), 1, "Everybody is out."))
    halts(story, 10 * MINUTE)
    story.answers("he", "acknowledge", "repair")
    story.passes(5 * MINUTE)
    story.does(AnswerInject(actor("wei"), 3))
    story.does(Record(actor("chen"), MessageSent("m2", ROOM, ROOM_NAME, "web", Words("演练", "DRILL"), story.now)))
    story.passes(31 * MINUTE)
    next_one(story)
    ends(story, "sun")
    story.does(AnswerHotWash(actor("tang"), "the bell", "the gate was shut", ""))
    said = len(story.record)
    story.does(AnswerHotWash(actor("wei"), "", "", "two more radios"))
    story.record[said] = destroy(story.record[said])
    story.does(Record(actor("admin"), Destroyed((said + 1,), (), "个人信息保护法 47")))
    head = story.record[-1].hash
    story.does(Close(actor("wei"), head, sign(KEY, head), public(KEY)))
    return story


def halted() -> Story:
    """A drill that halts still, with an inject that waits for its answer."""
    story = drilled()
    story.passes(12 * MINUTE)
    pauses(story, "sun")
    return story


def owed() -> Story:
    """A duty that has just been announced, two weeks ahead."""
    story = Story(replace(SETTING, playbook=plan_of(DUTY, timedelta(days=14)).playbook))
    due_at = story.now + timedelta(days=14)
    opened = DutyOpened(
        duty=DUTY.id,
        duty_kind=DUTY.kind,
        due_at=due_at,
        notices=tuple(each.total_seconds() for each in DUTY.notices),
        grace=DUTY.grace.total_seconds(),
        covers=DUTY.covers,
        approvers=members(COMPANY, COMPANY.chain(DUTY.approve)),
        drill=DUTY.drill,
        hour_at=due_at - HOUR,
        hidden=True,
        window_from=due_at - timedelta(days=7),
        skipped=(story.now - timedelta(days=166),),
        late=30.0,
    )
    story.keep(decide_open(_opening(story, opened), story.setting, story.now))
    return story


def _opening(story: Story, opened: DutyOpened) -> Open:
    return Open(SYSTEM, EVENT, "duty", "", (), "calendar", story.now, confirmed=True, duty=opened)


def duty() -> Story:
    """Announced again, put off with somebody's agreement, a drill held for it: done, and nobody takes that back."""
    story = owed()
    story.passes(timedelta(days=8))
    later = story.now + timedelta(days=20)
    story.does(Postpone(actor("lin"), later, "harvest"))
    story.does(DecidePostpone(actor("chen"), agreed=False))
    story.does(Postpone(actor("lin"), later, "harvest, everybody is in the field"))
    story.does(DecidePostpone(actor("chen"), agreed=True))
    story.does(NoteDrill(EventId("DR-2026-0001"), held=False))
    story.passes(timedelta(days=20))
    story.does(NoteDrill(EventId("DR-2026-0001"), held=True))
    story.passes(HOUR)
    return story


def undone() -> Story:
    """A duty that nobody answers: the stand-in, then whoever approves is told, and the next one comes due."""
    story = owed()
    story.passes(timedelta(days=22))
    story.does(EndDuty("missed"))
    return story


STORIES: Mapping[str, Callable[[], Story]] = {
    "opening": opening,
    "tasks": tasks,
    "command": command,
    "merging": merging,
    "ending": ending,
    "messages": messages,
    "rooms": rooms,
    "drill": drill,
    "halted": halted,
    "duty": duty,
    "undone": undone,
}


def summary(event: Event) -> dict[str, object]:
    """What was true of an event, in words that stay when its fields do not."""
    leads = event.command.holder
    dark = {name: [room.since.isoformat(), room.next, room.in_need] for name, room in event.dark.items()}
    fallen: dict[str, object] = {"dark": dark} if dark else {}
    return (
        fallen
        | _planned(event)
        | {
            "sequence": event.sequence,
            "status": event.status,
            "phase": event.phase,
            "level": event.level,
            "leads": None if leads is None else [leads.person, event.command.acting, event.command.why],
            "silent": list(event.command.silent),
            "tasks": {
                task.id: [task.status, task.called, task.with_commander, task.overdue_steps, task.finish_at.isoformat()]
                for task in event.tasks.values()
            },
            "facts": {fact: value.value for fact, value in event.facts.items()},
            "absent": sorted(event.absent),
            "clear": sorted(event.clear),
            "seen": {department: [each.person for each in members] for department, members in event.seen.items()},
            "reporters": [event.reporter.en, *(each.en for each in event.also_reported)],
            "revisions": dict(event.revisions),
            "timers": sorted([timer.due_at.isoformat(), timer.step, timer.task or ""] for timer in timers(event)),
        }
    )


def _planned(event: Event) -> dict[str, object]:
    """What was true of a drill or a duty besides."""
    return {name: about for name, about in (("drill", _drill(event)), ("duty", _duty(event))) if about}


def _drill(event: Event) -> dict[str, object]:
    drill = event.drill
    if drill is None:
        return {}
    return {
        "given": {
            str(each.number): [
                each.status,
                each.late,
                each.answer_by.isoformat(),
                [member.person for member in each.to],
            ]
            for each in drill.given.values()
        },
        "halted": [drill.paused_at is not None, drill.paused_for],
        "ended": drill.why_ended,
        "asked": [each.person for each in drill.asked],
        "said": sorted(drill.said),
        "measures": None if drill.measures is None else _measures(drill.measures),
    }


def _measures(measures: Measures) -> dict[str, object]:
    times = [measures.lasted, measures.first, measures.half, measures.ninety, measures.all, measures.command_after]
    return {
        "times": times,
        "posts": [[each.role, each.asked_after, each.answered_after] for each in measures.posts],
        "tasks": [[each.task, each.acknowledged_after, each.finished_after] for each in measures.tasks],
        "injects": [[each.number, each.answered_after, each.in_time] for each in measures.injects],
        "silent": [each.person for each in measures.silent],
        "took_over": [[each.member.person, each.instead_of.person] for each in measures.took_over],
        "deliveries": [measures.deliveries, measures.deliveries_failed],
    }


def _duty(event: Event) -> dict[str, object]:
    duty = event.duty
    if duty is None:
        return {}
    return {
        "due_at": duty.due_at.isoformat(),
        "notices": list(duty.notices),
        "postponed": duty.postponed,
        "drills": [list(duty.drills), duty.held],
        "outcome": duty.outcome,
    }


def main() -> None:
    """Write the golden records that are not there yet."""
    GOLDEN.mkdir(exist_ok=True)
    for name, tell in STORIES.items():
        record = GOLDEN / f"{name}.json"
        if record.exists():
            continue
        story = tell()
        record.write_text(to_json(story.record), "utf-8")
        truth = json.dumps(summary(story.event), ensure_ascii=False, indent=1)
        record.with_suffix(".truth.json").write_text(truth + "\n", "utf-8")


if __name__ == "__main__":
    main()
