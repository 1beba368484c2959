"""The first entries of an event: it opens, somebody leads, what was reported is known, tasks are asked for."""

from __future__ import annotations

from datetime import datetime

from bot.domain.command_chain import confirm, is_holder, pass_command
from bot.domain.commands import Open
from bot.domain.course import Course
from bot.domain.entries import Draft
from bot.domain.entries_command import AbsenceMarked, CommandPassed
from bot.domain.entries_course import ElapsedRule, Opened
from bot.domain.event import Event
from bot.domain.facts import placed, reported_fact
from bot.domain.fold import opened
from bot.domain.ids import DepartmentId, FactId, PersonId
from bot.domain.parties import DepartmentRef
from bot.domain.people import command_chain, departments_of, member, place_words, role_of
from bot.domain.playbook import PLACE, FactValue, Playbook
from bot.domain.release import settle
from bot.domain.setting import Setting
from bot.text import Words, same


def decide_open(command: Open, setting: Setting, now: datetime) -> tuple[Draft, ...]:
    """Open an event. It is never refused: in doubt an event opens at once."""
    payload = _opened(command, setting, now)
    course = Course(opened(payload, command.by, now), setting, now, [Draft(payload, command.by)])
    if command.starting is not None:
        course.add(command.starting, command.by)
    if command.duty is not None:
        course.add(command.duty, command.by)
    for person, until in _away(command, course.event, setting, now):
        course.add(AbsenceMarked(person, member(setting.company, person).name, until))
    if command.duty is None:
        pass_command(course, "opened")
    else:
        _supervised(course)
    if is_holder(course.event, command.by.person):
        confirm(course, command.by)
    for fact, value in _reported(command):
        course.add(placed(setting.company, reported_fact(setting.playbook, fact, value)), command.by)
    settle(course, "opened")
    return tuple(course.drafts)


def _supervised(course: Course) -> None:
    """A duty is nobody's emergency: whoever agrees to a postponement hears of what stays undone, and is not called."""
    first = next((each for each in course.event.chain if not course.absent(each.person)), None)
    course.add(CommandPassed(first, "opened"))


def _opened(command: Open, setting: Setting, now: datetime) -> Opened:
    company, plan = setting.company, setting.playbook
    place = place_words(company, command.place)
    level = company.levels.get(plan.level)
    return Opened(
        event=command.event,
        event_kind=command.event_kind,
        playbook=plan.id,
        playbook_digest=setting.digest,
        playbook_author=setting.author,
        playbook_saved_at=setting.saved_at,
        title=plan.title,
        place=place,
        level=plan.level,
        level_name=same(plan.level) if level is None else level.name,
        phase=plan.opens,
        reporter=command.by.name or _name_of(command, setting),
        how=command.how,
        company=company.name,
        began_at=min(command.began_at, now),
        chain=command_chain(company, plan),
        departments=tuple(
            DepartmentRef(department, company.departments[department].name)
            for department in _departments(command, setting, place)
        ),
        clear_from=tuple(department for department in plan.all_clear if department in company.departments),
        commander_answers_for=setting.commander_answers_for,
        clock_speed=command.clock_speed if command.event_kind == "drill" else 1.0,
        confirmed=command.confirmed or command.starting is not None,
        remind_at=setting.remind_at,
        overdue_again=setting.overdue_again if command.duty is None else command.duty.grace,
        elapsed_rules=_elapsed(plan),
    )


def _departments(command: Open, setting: Setting, place: Words) -> tuple[DepartmentId, ...]:
    if command.duty is None:
        return departments_of(setting.company, setting.playbook, place)
    owner = role_of(setting.company, setting.playbook.owner, place)
    return (owner.department,)


def _name_of(command: Open, setting: Setting) -> Words:
    return same("") if command.by.person is None else member(setting.company, command.by.person).name


def _elapsed(plan: Playbook) -> tuple[ElapsedRule, ...]:
    return tuple(
        ElapsedRule(index, rule.elapsed.total_seconds(), rule.when)
        for index, rule in enumerate(plan.rules)
        if rule.elapsed is not None
    )


def _away(command: Open, event: Event, setting: Setting, now: datetime) -> tuple[tuple[PersonId, datetime | None], ...]:
    called = {each.person for each in event.chain}
    called.update(person for role in setting.company.roles.values() for person in role.holders)
    played = () if command.starting is None else command.starting.played_absent
    absent = {**dict(command.absent), **{each.person: None for each in played}}
    return tuple(
        (person, until) for person, until in absent.items() if person in called and (until is None or until > now)
    )


def _reported(command: Open) -> tuple[tuple[FactId, FactValue], ...]:
    place: FactValue = command.place.strip()
    facts = {PLACE: place, **dict(command.facts)}
    return tuple((fact, value) for fact, value in facts.items() if value != "")
