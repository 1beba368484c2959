"""What would go wrong with a playbook in an event: names that lead nowhere, times out of order, crowded cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.config import Settings
from bot.domain.playbook import AFFECTED_HEAD
from bot.domain.review import REVIEW, REVIEW_APPROVE
from bot.files.course import check_course
from bot.files.draft import Draft, PlacedTask, Shared
from bot.files.facts import Facts, check_facts
from bot.files.finding import Finding, hint
from bot.text import Text, text

OPEN_AT_ONCE = 6
"""Lines of a card (`cards.md`): more fold away and are not seen."""
OWN_TASKS = (REVIEW, REVIEW_APPROVE)
"""Made from `review:` after the event."""
MOST_QUESTIONS = 3
"""What a frightened person answers."""
ZH_LENGTH, EN_LENGTH = 70, 160
"""Characters of what may become an SMS."""


def check_draft(draft: Draft, facts: Facts, shared: Shared, settings: Settings) -> Iterator[Finding]:
    """Every finding about one playbook and the parts of blocks it takes in."""
    yield from draft.findings
    yield from _names(draft, settings)
    for task in draft.tasks:
        yield from _task(task, shared, settings)
    yield from check_course(draft)
    yield from check_facts(draft, facts)
    yield from _levels(draft, settings)
    yield from _crowded(draft, settings)
    if not draft.tasks:
        yield draft.playbook.finding(text("check.no_tasks"), "phases")
    for number, _ in enumerate(draft.playbook.form.report[MOST_QUESTIONS:], MOST_QUESTIONS):
        yield draft.playbook.warning(text("check.many_questions", most=MOST_QUESTIONS), "report", number)


def _names(draft: Draft, settings: Settings) -> Iterator[Finding]:
    form, place = draft.playbook.form, draft.playbook
    company = settings.company
    for key, role in (("owner", form.owner), ("commander", form.commander)):
        if wrong := _role(role, settings, affected=False):
            yield place.finding(wrong, key)
    for number, role in enumerate(form.first_call):
        if wrong := _role(role, settings):
            yield place.finding(wrong, "first_call", number)
    for key, role in (("by", form.review.by), ("approve", form.review.approve)):
        if wrong := _role(role, settings):
            yield place.finding(wrong, "review", key)
    for number, department in enumerate(form.all_clear):
        if department not in company.departments:
            sentence = text("check.no_department", id=department, hint=hint(department, list(company.departments)))
            yield place.finding(sentence, "all_clear", number)


def _role(role: str, settings: Settings, *, affected: bool = True) -> Text | None:
    known = [*settings.company.roles, *([AFFECTED_HEAD] if affected else [])]
    return None if role in known else text("check.no_role", id=role, hint=hint(role, known))


def _levels(draft: Draft, settings: Settings) -> Iterator[Finding]:
    known = list(settings.company.levels)
    if draft.playbook.form.level not in known:
        level = draft.playbook.form.level
        yield draft.playbook.finding(text("check.no_level", id=level, hint=hint(level, known)), "level")
    for rule in draft.rules:
        if rule.form.level is not None and rule.form.level not in known:
            yield rule.finding(text("check.no_level", id=rule.form.level, hint=hint(rule.form.level, known)), "level")


def _task(task: PlacedTask, shared: Shared, settings: Settings) -> Iterator[Finding]:
    form = task.form
    if wrong := _role(form.role, settings):
        yield task.finding(wrong, "role")
    if form.id in OWN_TASKS:
        yield task.finding(text("check.own_task", task=form.id), "id")
    for number, contact in enumerate(form.contacts):
        known = list(settings.company.contacts)
        if contact not in known:
            yield task.finding(text("check.no_contact", id=contact, hint=hint(contact, known)), "contacts", number)
    if form.template is not None and form.template not in shared.templates:
        sentence = text("check.no_template", id=form.template, hint=hint(form.template, list(shared.templates)))
        yield task.finding(sentence, "template")
    acknowledge = settings.event.default_acknowledge if form.acknowledge is None else form.acknowledge
    finish = settings.event.default_finish if form.finish is None else form.finish
    if acknowledge > finish:
        yield task.finding(text("check.deadline_order", task=form.id), "acknowledge" if form.acknowledge else "finish")
    if len(form.zh) > ZH_LENGTH:
        yield task.warning(text("check.long_text", length=len(form.zh), most=ZH_LENGTH), "zh")
    if len(form.en) > EN_LENGTH:
        yield task.warning(text("check.long_text", length=len(form.en), most=EN_LENGTH), "en")


def _crowded(draft: Draft, settings: Settings) -> Iterator[Finding]:
    """Tasks of one phase that a department gets in one stroke."""
    roles = settings.company.roles
    count: Counter[tuple[str, str]] = Counter()
    for task in draft.tasks:
        role = next((role for role in roles.values() if role.id == task.form.role), None)
        if role is None or task.form.held or task.form.after:
            continue
        count[task.phase, role.department] += 1
        if count[task.phase, role.department] == OPEN_AT_ONCE + 1:
            sentence = text("check.many_tasks", department=role.department, most=OPEN_AT_ONCE)
            yield task.warning(sentence, "id")
