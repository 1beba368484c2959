"""Who leads: silence, absence, taking back, handing over, on site; levels and phases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.commands import (
    ChangeLevel,
    ComeBack,
    DirectsOnSite,
    EnterPhase,
    GoAbsent,
    HandOver,
    Record,
    TakeCommand,
)
from bot.domain.entries_command import CommandPassed, Returned
from bot.domain.entries_talk import Noted
from bot.domain.entries_tasks import Escalated
from bot.domain.ids import LevelId, PersonId, RoleId
from bot.domain.parties import SYSTEM
from bot.domain.playbook import Phase
from bot.text import same
from tests.domain.plant import (
    COMPANY,
    HOUR,
    MINUTE,
    NOW,
    PLAYBOOK,
    SETTING,
    STRANGER,
    Story,
    actor,
    kinds,
    only,
    refused,
    with_playbook,
)


def test_the_first_press_of_any_kind_is_an_answer(story: Story) -> None:
    story.answers("chen", "acknowledge", "repair")
    assert story.event.command.answer_at is None
    story.passes(HOUR)
    assert story.leads == "chen"


def test_a_press_that_changes_nothing_else_is_an_answer_too(story: Story) -> None:
    story.answers("sun", "acknowledge", "repair")
    said = story.answers("chen", "acknowledge", "repair")
    assert only(CommandPassed, said).why == "confirmed"
    assert story.answers("chen", "acknowledge", "repair") == []


def test_words_in_the_room_are_no_answer(story: Story) -> None:
    story.does(Record(actor("chen"), Noted(same("陈立"), "on my way")))
    assert story.event.command.answer_at is not None


def test_the_holder_confirms_that_they_lead(story: Story) -> None:
    said = story.does(TakeCommand(actor("chen")))
    assert only(CommandPassed, said).why == "confirmed"
    assert story.event.command.since == NOW
    assert story.does(TakeCommand(actor("chen"))) == []


def test_acting_command_is_taken_back_with_one_press(story: Story) -> None:
    story.passes(4 * MINUTE)
    assert (story.leads, story.event.command.acting) == ("guo", True)
    story.does(TakeCommand(actor("guo")))
    assert (story.leads, story.event.command.acting, story.event.command.silent) == ("guo", True, ("chen",))
    assert only(CommandPassed, story.does(TakeCommand(actor("chen")))).why == "taken_back"
    assert (story.leads, story.event.command.acting, story.event.command.silent) == ("chen", False, ())


def test_nobody_lower_takes_command(story: Story) -> None:
    with refused("refused.command_is_higher"):
        story.does(TakeCommand(actor("guo")))
    with refused("refused.leaders_only"):
        story.does(TakeCommand(actor("wang")))


def test_when_nobody_commands_anybody_of_the_chain_may() -> None:
    story = Story()
    story.opens(absent=[(person, None) for person in ("chen", "guo", "lin", "sun")])
    with refused("refused.nobody_commands"):
        story.does(ChangeLevel(actor("lin"), LevelId("team"), "small"))
    said = story.does(TakeCommand(actor("lin")))
    assert kinds(said) == ["person.back", "command.passed"]
    assert only(CommandPassed, said).why == "confirmed"
    assert story.leads == "lin"


def test_absence_passes_command_and_tasks_at_once(story: Story) -> None:
    said = story.does(GoAbsent(actor("chen"), PersonId("chen"), NOW + HOUR))
    assert only(CommandPassed, said).why == "absent"
    assert (story.leads, story.event.command.acting) == ("guo", False)
    said = story.does(GoAbsent(actor("guo"), PersonId("lin"), None))
    assert [(each.why, each.to[0].person) for each in said if isinstance(each, Escalated)] == [
        ("absent", "wei"),
        ("absent", "wei"),
    ]
    assert story.does(GoAbsent(actor("guo"), PersonId("lin"), None)) == []


def test_an_absent_person_who_answered_keeps_the_task(story: Story) -> None:
    story.answers("lin", "start", "evacuate")
    said = story.does(GoAbsent(SYSTEM, PersonId("lin"), None))
    assert [each.task for each in said if isinstance(each, Escalated)] == ["warn"]


def test_absence_of_the_acting_passes_on_as_acting(story: Story) -> None:
    story.passes(4 * MINUTE)
    story.does(GoAbsent(actor("guo"), PersonId("guo"), None))
    assert (story.leads, story.event.command.acting, story.event.command.silent) == ("lin", True, ("chen",))


def test_who_may_mark_absence(story: Story) -> None:
    with refused("refused.not_allowed"):
        story.does(GoAbsent(actor("wang"), PersonId("chen"), None))
    with refused("refused.stranger"):
        story.does(GoAbsent(STRANGER, PersonId("chen"), None))
    with refused("refused.no_person"):
        story.does(GoAbsent(actor("chen"), PersonId("nobody"), None))
    with refused("refused.until_is_past"):
        story.does(GoAbsent(actor("chen"), PersonId("chen"), NOW))
    story.does(GoAbsent(actor("wang"), PersonId("wang"), None))


def test_coming_back_never_takes_command(story: Story) -> None:
    story.does(GoAbsent(actor("chen"), PersonId("chen"), None))
    assert only(Returned, story.does(ComeBack(actor("chen"), PersonId("chen")))).person == "chen"
    assert story.leads == "guo"
    assert story.does(ComeBack(actor("chen"), PersonId("chen"))) == []
    assert only(CommandPassed, story.does(TakeCommand(actor("chen")))).why == "taken_back"


def test_the_general_manager_takes_command_wherever_another_is_called_first() -> None:
    """G1."""
    story = Story(setting=with_playbook(commander=RoleId("factory_manager"), opens="warning"))
    story.opens(stage="warned")
    assert [each.person for each in story.event.chain] == ["guo", "chen", "lin", "sun"]
    assert story.leads == "guo"
    story.does(EnterPhase(actor("chen"), "response"))
    assert only(CommandPassed, story.does(TakeCommand(actor("chen")))).why == "taken_back"
    assert story.leads == "chen"
    with refused("refused.command_is_higher"):
        story.does(TakeCommand(actor("guo")))
    with refused("refused.commander_only"):
        story.does(HandOver(actor("guo"), PersonId("guo")))


def test_without_a_general_manager_the_chain_alone_decides() -> None:
    roles = {role: each for role, each in COMPANY.roles.items() if role != "general_manager"}
    setting = replace(SETTING, company=replace(COMPANY, roles=roles))
    story = Story(setting=replace(setting, playbook=replace(PLAYBOOK, commander=RoleId("factory_manager"))))
    story.opens()
    assert [each.person for each in story.event.chain] == ["guo", "lin", "sun"]
    with refused("refused.command_is_higher"):
        story.does(TakeCommand(actor("lin")))
    story.does(HandOver(actor("guo"), PersonId("sun")))
    story.does(TakeCommand(actor("lin")))
    assert story.leads == "lin"


def test_handing_over(story: Story) -> None:
    with refused("refused.commander_only"):
        story.does(HandOver(actor("lin"), PersonId("lin")))
    with refused("refused.no_person"):
        story.does(HandOver(actor("chen"), PersonId("nobody")))
    said = story.does(HandOver(actor("chen"), PersonId("lin")))
    assert only(CommandPassed, said).why == "handed_over"
    assert story.event.command.answer_at == NOW + 3 * MINUTE
    assert story.does(HandOver(actor("chen"), PersonId("lin"))) == []
    story.does(HandOver(actor("guo"), PersonId("guo")))
    assert story.leads == "guo"
    story.does(GoAbsent(actor("lin"), PersonId("lin"), None))
    with refused("refused.person_absent"):
        story.does(HandOver(actor("guo"), PersonId("lin")))


def test_command_handed_to_somebody_outside_the_chain_comes_back_through_silence(story: Story) -> None:
    story.does(HandOver(actor("chen"), PersonId("tang")))
    story.passes(4 * MINUTE)
    assert story.leads == "chen"
    said = story.does(TakeCommand(actor("tang")))
    assert only(CommandPassed, said).why == "taken_back"


def test_anyone_present_says_who_directs_on_site(story: Story) -> None:
    story.passes(4 * MINUTE)
    with refused("refused.not_in_chain"):
        story.does(DirectsOnSite(actor("wang"), PersonId("tang")))
    story.does(DirectsOnSite(actor("wang"), PersonId("chen")))
    assert (story.leads, story.event.command.why, story.event.command.acting) == ("chen", "directs_on_site", False)
    assert story.event.command.answer_at is None
    assert story.does(DirectsOnSite(actor("wang"), PersonId("chen"))) == []


def test_levels_are_raised_freely_and_lowered_with_a_reason(story: Story) -> None:
    with refused("refused.no_level"):
        story.does(ChangeLevel(actor("chen"), LevelId("odd")))
    with refused("refused.commander_only"):
        story.does(ChangeLevel(actor("guo"), LevelId("team"), "small"))
    with refused("refused.level_reason"):
        story.does(ChangeLevel(actor("chen"), LevelId("team")))
    story.does(ChangeLevel(actor("chen"), LevelId("team"), "small"))
    assert story.does(ChangeLevel(actor("chen"), LevelId("team"), "small")) == []
    story.does(ChangeLevel(actor("tang"), LevelId("company")))
    assert story.event.level == "company"
    with refused("refused.not_allowed"):
        story.does(ChangeLevel(actor("wang"), LevelId("company")))


def test_phases_move_forward_only() -> None:
    story = Story()
    story.opens(stage="warned")
    with refused("refused.leaders_only"):
        story.does(EnterPhase(actor("tang"), "response"))
    story.does(EnterPhase(actor("chen"), "response"))
    assert "evacuate" in story.event.tasks
    assert story.does(EnterPhase(actor("chen"), "response")) == []
    refusals: tuple[tuple[Phase, str], ...] = (
        ("warning", "refused.phase_back"),
        ("review", "refused.review_after_stand_down"),
    )
    for phase, key in refusals:
        with refused(key):
            story.does(EnterPhase(actor("chen"), phase))


@pytest.mark.parametrize("person", ["chen", "guo", "lin"])
def test_a_task_of_an_earlier_phase_still_hands_on(person: str) -> None:
    story = Story()
    story.opens()
    story.does(EnterPhase(actor(person), "recovery"))
    story.answers("lin", "done", "evacuate")
    assert "clear" in story.event.tasks
    assert "restart" in story.event.tasks
