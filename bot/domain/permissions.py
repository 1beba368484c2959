"""Who may do what: one table, standing × action × state of the event, asked by chat, web and CLI (rule 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.company import Company
from bot.domain.event import Event, EventStatus, Task
from bot.domain.ids import DepartmentId, PersonId

Standing = Literal[
    "stranger",
    "employee",
    "reporter",
    "member",
    "head",
    "chain",
    "commander",
    "organiser",
    "safety",
    "approver",
    "admin",
    "auditor",
    "house",
]
"""What somebody is to an event; "house" is the bot itself. "organiser" and "safety" are a drill's, "approver" a
duty's; without a drill, "organiser" is whoever holds the role that may start it."""

Action = Literal[
    "task.acknowledge", "task.start", "task.done", "task.cannot", "task.more_time", "task.evidence", "task.give",
    "task.see", "answer.withdraw", "fact.set", "level.raise", "level.lower", "phase.enter", "command.take",
    "command.hand_over", "command.on_site", "person.absent", "person.back", "standdown.ask", "standdown.clear",
    "standdown.unclear", "standdown.confirm", "standdown.override", "event.report", "event.confirm",
    "event.false_alarm", "event.merge", "merge.undo", "event.close", "event.read", "record.note", "record.keep",
    "record.read", "record.export", "contacts.read", "people.invite", "people.import", "playbook.reload",
    "room.assign", "data.destroy", "drill.read", "drill.start", "drill.pause", "drill.inject", "drill.end",
    "drill.real", "drill.answer", "drill.said", "duty.read", "duty.postpone", "duty.decide", "calendar.feed",
    "calendar.renew",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may, and while the event stands where; `during` None: always, also without an event."""

    who: frozenset[Standing]
    during: frozenset[EventStatus] | None = None


def _who(*standings: Standing) -> frozenset[Standing]:
    return frozenset(standings)


RUNNING: frozenset[EventStatus] = frozenset({"open", "standing_down"})
STOOD_DOWN: frozenset[EventStatus] = frozenset({"stood_down"})
LIVE: frozenset[EventStatus] = RUNNING | STOOD_DOWN
MERGED: frozenset[EventStatus] = frozenset({"merged"})

LEADERS = _who("chain", "commander")
OWNERS = LEADERS | _who("member")
INVOLVED = OWNERS | _who("head")
STAFF = INVOLVED | _who("employee", "reporter", "admin")
EVERYBODY = STAFF | _who("stranger", "house")
COMMANDER = _who("commander")
ADMIN = _who("admin")
ORGANISERS = _who("organiser")
CONTROL = ORGANISERS | _who("safety")

TABLE: Mapping[Action, Permission] = {
    "task.acknowledge": Permission(OWNERS, LIVE),
    "task.start": Permission(OWNERS, LIVE),
    "task.done": Permission(OWNERS, LIVE),
    "task.cannot": Permission(OWNERS, LIVE),
    "task.more_time": Permission(OWNERS, LIVE),
    "task.evidence": Permission(OWNERS, LIVE),
    "task.give": Permission(INVOLVED, LIVE),
    "task.see": Permission(STAFF, LIVE),
    "answer.withdraw": Permission(STAFF, LIVE),
    "fact.set": Permission(INVOLVED, LIVE),
    "level.raise": Permission(LEADERS | _who("head"), RUNNING),
    "level.lower": Permission(COMMANDER, RUNNING),
    "phase.enter": Permission(LEADERS, RUNNING),
    "command.take": Permission(LEADERS, LIVE),
    "command.hand_over": Permission(LEADERS, LIVE),
    "command.on_site": Permission(STAFF, RUNNING),
    "person.absent": Permission(LEADERS | _who("head", "house"), LIVE),
    "person.back": Permission(LEADERS | _who("head", "house"), LIVE),
    "standdown.ask": Permission(COMMANDER, RUNNING),
    "standdown.clear": Permission(INVOLVED, RUNNING),
    "standdown.unclear": Permission(INVOLVED, RUNNING),
    "standdown.confirm": Permission(COMMANDER, RUNNING),
    "standdown.override": Permission(COMMANDER, RUNNING),
    "event.report": Permission(EVERYBODY | _who("auditor")),
    "event.confirm": Permission(STAFF - _who("reporter"), LIVE),
    "event.false_alarm": Permission(LEADERS, RUNNING),
    "event.merge": Permission(INVOLVED | _who("reporter"), RUNNING),
    "merge.undo": Permission(INVOLVED, MERGED),
    "event.close": Permission(LEADERS | _who("organiser"), STOOD_DOWN),
    "event.read": Permission(STAFF | _who("auditor")),
    "record.note": Permission(STAFF),
    "record.keep": Permission(EVERYBODY | _who("auditor")),
    "record.read": Permission(INVOLVED | _who("reporter", "admin", "auditor")),
    "record.export": Permission(LEADERS | _who("head", "admin", "auditor")),
    "contacts.read": Permission(STAFF | _who("auditor")),
    "people.invite": Permission(ADMIN),
    "people.import": Permission(ADMIN),
    "playbook.reload": Permission(ADMIN),
    "room.assign": Permission(INVOLVED),
    "data.destroy": Permission(ADMIN),
    "drill.read": Permission(STAFF | _who("auditor")),
    "drill.start": Permission(ORGANISERS),
    "drill.pause": Permission(CONTROL, LIVE),
    "drill.inject": Permission(ORGANISERS, LIVE),
    "drill.end": Permission(CONTROL, LIVE),
    "drill.real": Permission(EVERYBODY | _who("auditor")),
    "drill.answer": Permission(STAFF, LIVE),
    "drill.said": Permission(STAFF),
    "duty.read": Permission(STAFF | _who("auditor")),
    "duty.postpone": Permission(OWNERS, LIVE),
    "duty.decide": Permission(_who("approver", "house"), LIVE),
    "calendar.feed": Permission(STAFF | _who("auditor")),
    "calendar.renew": Permission(ADMIN),
}


def may(standing: Standing, action: Action, status: EventStatus | None = None) -> bool:
    """Whether somebody of this standing may do this while the event stands so (None: no event yet)."""
    permission = TABLE[action]
    in_time = permission.during is None or status in permission.during
    return in_time and standing in permission.who


def allowed(standings: frozenset[Standing], action: Action, status: EventStatus | None = None) -> bool:
    """Whether any of somebody's standings may do this."""
    return any(may(standing, action, status) for standing in standings)


def standings(
    event: Event | None,
    person: PersonId | None,
    company: Company,
    *,
    task: Task | None = None,
    department: DepartmentId | None = None,
) -> frozenset[Standing]:
    """What a person is to the company and to the event.

    "member" is a holder or stand-in: of the task's role where one is given, else of a role of the
    department where one is given, else of any role. "head" likewise of the department, or of any.
    An auditor only reads, whatever else they are.
    """
    known = None if person is None else company.people.get(person)
    if known is None:
        return frozenset({"stranger"})
    if known.access == "auditor":
        return frozenset({"auditor"})
    return frozenset(_standings(event, known.id, company, task, department))


def _standings(
    event: Event | None, person: PersonId, company: Company, task: Task | None, department: DepartmentId | None
) -> Iterator[Standing]:
    yield "employee"
    if company.people[person].access == "admin":
        yield "admin"
    if is_member(person, company, task, department):
        yield "member"
    if is_head(person, company, department if task is None else task.department):
        yield "head"
    if event is not None:
        if event.reported_by == person:
            yield "reporter"
        if event.command.holder is not None and event.command.holder.person == person:
            yield "commander"
        if person in event.command.silent or any(member.person == person for member in event.chain):
            yield "chain"
        yield from _of_drill_or_duty(event, person)


def _of_drill_or_duty(event: Event, person: PersonId) -> Iterator[Standing]:
    if event.drill is not None and event.drill.organiser.person == person:
        yield "organiser"
    if event.drill is not None and event.drill.safety is not None and event.drill.safety.person == person:
        yield "safety"
    if event.duty is not None and any(member.person == person for member in event.duty.approvers):
        yield "approver"


def is_member(person: PersonId, company: Company, task: Task | None, department: DepartmentId | None) -> bool:
    """Whether a person holds or stands in for the task's role (or a role of the department, or any role)."""
    roles = company.roles_of(person)
    if task is not None:
        return any(role.id == task.role for role in roles) or any(member.person == person for member in task.chain)
    return any(department is None or role.department == department for role in roles)


def is_head(person: PersonId, company: Company, department: DepartmentId | None) -> bool:
    """Whether a person holds or stands in for the role that leads the department (or any department)."""
    heads = {each.head for each in company.departments.values() if department is None or each.id == department}
    return any(role.id in heads for role in company.roles_of(person))
