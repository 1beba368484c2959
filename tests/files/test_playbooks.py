"""The playbooks of a folder: their normal form, and what is said about each mistake, with line and column."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import FactId, PlaybookId, RoleId, TaskId
from bot.domain.playbook import AFFECTED_HEAD, Condition, Evidence, Playbook
from bot.files.finding import Finding
from bot.files.playbooks import load_playbooks, read_folder
from bot.files.yaml_source import Shelf
from bot.text import Words

if TYPE_CHECKING:
    from tests.files.conftest import SmallWorks

Say = Callable[[Finding], str]
FIRE = PlaybookId("fire")

BLOCK = """\
id: site
title: {zh: 现场, en: Site}
phases:
  response:
    - id: call
      role: office
      zh: 打电话。
      en: Make the call.
    - id: cordon
      role: office
      zh: 封锁现场。
      en: Close off the scene.
rules:
  - when: {hurt: hurt}
    release: [search]
    level: company
"""


def playbook(works: SmallWorks) -> Playbook:
    versions, findings = load_playbooks(works.playbooks, works.settings)
    assert findings == []
    return versions[FIRE].playbook


def test_a_playbook_becomes_its_normal_form(works: SmallWorks) -> None:
    fire = playbook(works)
    call, count, search = fire.tasks
    assert (call.acknowledge_for, call.finish_for) == (timedelta(minutes=1), timedelta(minutes=5))
    assert (count.acknowledge_for, count.finish_for) == (timedelta(minutes=10), timedelta(hours=4)), "the settings' own"
    assert count.role == AFFECTED_HEAD
    assert count.after == (TaskId("call"),)
    assert count.evidence == Evidence("number", FactId("missing"), "1")
    assert (search.held, search.template) == (True, "word")
    assert fire.templates is not None
    assert fire.templates["word"].body == Words("请到东门。", "Go to East Gate.")
    assert fire.rules[0].when == (Condition(FactId("missing"), "at least", 1),)
    assert fire.rules[0].release == (TaskId("search"),)
    assert fire.report[0].choices["hurt"] == Words("有人受伤", "Somebody hurt")
    assert fire.review.within == timedelta(days=7)
    assert fire.opens == "response"


@pytest.mark.parametrize(
    ("written", "evidence"),
    [
        ("{text: required}", Evidence("text")),
        ("{photo: required}", Evidence("photo")),
        ("{file: required}", Evidence("file")),
        ("{fact: cost, number: kg}", Evidence("number", FactId("cost"), "kg")),
        (
            "{choose: {good: {zh: 好, en: Good}, bad: {zh: 坏, en: Bad}}}",
            Evidence("choice", choices={"good": Words("好", "Good"), "bad": Words("坏", "Bad")}),
        ),
    ],
)
def test_evidence_has_five_kinds(works: SmallWorks, written: str, evidence: Evidence) -> None:
    works.change("playbooks/fire.yaml", ("      template: word", f"      evidence: {written}"))
    assert playbook(works).tasks[2].evidence == evidence


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("at least 8", Condition(FactId("missing"), "at least", 8)),
        ("at most 2.5 or unknown", Condition(FactId("missing"), "at most", 2.5, or_unknown=True)),
        ("more than 1 1", Condition(FactId("missing"), "more than", 1)),
        ("less than -3", Condition(FactId("missing"), "less than", -3)),
        ("known", Condition(FactId("missing"), "known")),
        ("unknown", Condition(FactId("missing"), "unknown")),
        ("8", Condition(FactId("missing"), "is", "8")),
        ("true", Condition(FactId("missing"), "is", "true")),
        ("not 0 or unknown", Condition(FactId("missing"), "is not", "0", or_unknown=True)),
    ],
)
def test_rules_are_plain_comparisons(works: SmallWorks, written: str, condition: Condition) -> None:
    works.change("playbooks/fire.yaml", ("missing: at least 1", f"missing: {written}"))
    assert playbook(works).rules[0].when == (condition,)


def test_a_rule_may_wait_for_time_and_enter_a_phase(works: SmallWorks) -> None:
    works.change(
        "playbooks/fire.yaml",
        ("{missing: at least 1}", "{elapsed: at least 8 h, missing: unknown}"),
        ("release: [search]", "release: [search]\n    enter: recovery\n    level: company"),
    )
    (rule,) = playbook(works).rules
    assert (rule.elapsed, rule.enter, rule.level) == (timedelta(hours=8), "recovery", "company")
    assert rule.when == (Condition(FactId("missing"), "unknown"),)


def test_a_block_comes_first_and_the_playbook_replaces_its_tasks(works: SmallWorks) -> None:
    works.write("playbooks/blocks/site.yaml", BLOCK)
    works.change("playbooks/fire.yaml", ("tile: fire", "tile: fire\ninclude: [site]"))
    fire = playbook(works)
    assert [task.id for task in fire.tasks] == ["call", "cordon", "count", "search"]
    assert fire.tasks[0].text.en == "Call 119."
    assert [len(rule.when) for rule in fire.rules] == [1, 1]
    assert fire.rules[0].level == "company"


def test_comments_and_layout_do_not_change_the_hash_but_words_and_order_do(works: SmallWorks) -> None:
    def digest() -> str:
        return load_playbooks(works.playbooks, works.settings)[0][FIRE].digest

    before = digest()
    works.change("playbooks/fire.yaml", ("tile: fire", "tile: fire   # where it stands"))
    assert digest() == before
    none, hurt = "      none: {zh: 没有, en: Nobody}\n", "      hurt: {zh: 有人受伤, en: Somebody hurt}\n"
    works.change("playbooks/fire.yaml", (none + hurt, hurt + none))
    turned = digest()
    assert turned != before
    works.change("playbooks/fire.yaml", ("Call 119.", "Ring 119."))
    assert digest() not in (before, turned)


def test_the_version_knows_who_saved_it_and_when(works: SmallWorks) -> None:
    os.utime(works.playbooks / "fire.yaml", (1_767_600_000, 1_767_600_000))
    version = load_playbooks(works.playbooks, works.settings)[0][FIRE]
    assert version.saved_at == "2026-01-05T08:00:00+00:00"
    assert version.author == (works.playbooks / "fire.yaml").owner()


def test_a_file_of_nobody_known_is_by_its_number(works: SmallWorks, monkeypatch: pytest.MonkeyPatch) -> None:
    def owner(_path: Path) -> str:
        raise KeyError

    monkeypatch.setattr(Path, "owner", owner)
    version = load_playbooks(works.playbooks, works.settings)[0][FIRE]
    assert version.author == str((works.playbooks / "fire.yaml").stat().st_uid)


MISTAKES = {
    "unknown key": (
        ("commander: manager", "comander: manager"),
        "fire.yaml:6:1: There is no key `comander` here. Did you mean `commander`?",
    ),
    "unknown key of a task": (
        ("      finish: 5 min", "      finnish: 5 min"),
        "fire.yaml:28:7: There is no key `finnish` here. Did you mean `finish`?",
    ),
    "missing key": (("owner: office\n", ""), "fire.yaml:1:1: `owner` is missing. Add it."),
    "review missing": (
        ("review: {by: office, within: 7 d, approve: manager}\n", ""),
        "fire.yaml:1:1: `review` is missing. Add it.",
    ),
    "missing translation": (("  en: Fire\n", ""), "fire.yaml:2:1: The English text is missing. Add `en`."),
    "missing translation of a task": (
        ("      zh: 拨119。\n", ""),
        "fire.yaml:23:7: The Chinese text is missing. Add `zh`.",
    ),
    "translation left empty": (("  en: Fire\n", "  en:\n"), "fire.yaml:4:3: The English text is missing. Add `en`."),
    "nothing behind a key": (
        ("owner: office", "owner:"),
        "fire.yaml:5:1: Nothing stands here. Fill it in, or take the key out.",
    ),
    "comma in a flow text": (
        ("{zh: 没有, en: Nobody}", "{zh: 没有, en: Nobody, thank you}"),
        (
            'fire.yaml:19:34: There is a comma in the text, so it needs quotes: none: {zh: "没有", en: '
            '"Nobody, thank you"}'
        ),
    ),
    "no space behind any colon": (
        ("title:\n  zh: 火灾\n  en: Fire", "title:\n  zh:火灾\n  en:Fire"),
        "fire.yaml:3:3: A colon wants a space behind it: zh: 火灾",
    ),
    "full-width colon everywhere": (
        ("title:\n  zh: 火灾\n  en: Fire", "title:\n  zh：火灾\n  en：Fire"),
        "fire.yaml:3:3: This is a full-width colon. Write a plain colon and a space: zh: 火灾",
    ),
    "no space behind any dash": (
        ("first_call: [office]", "first_call:\n  -office\n  -manager"),
        "fire.yaml:10:3: A dash wants a space behind it: - office",
    ),
    "unknown phase": (
        ("  response:", "  respons:"),
        "fire.yaml:22:3: There is no key `respons` here. Did you mean `response`?",
    ),
    "unknown tile": (("tile: fire", "tile: fir"), "fire.yaml:8:7: `fir` cannot stand here. Did you mean `fire`?"),
    "yes is a word": (("held: true", "held: yes"), "fire.yaml:40:13: Write `true` or `false` here, not `yes`."),
    "true is no text": (
        ("      en: Call 119.", "      en: true"),
        'fire.yaml:26:11: A text is wanted here. Put `true` in quotes: `"true"`',
    ),
    "a number is no text": (
        ("      zh: 拨119。", "      zh: 119"),
        'fire.yaml:25:11: A text is wanted here. Put `119` in quotes: `"119"`',
    ),
    "unquoted 1:30": (
        ("acknowledge: 1 min", "acknowledge: 1:30"),
        (
            "fire.yaml:27:20: `1:30` is not a length of time. Write a number and a unit, as in: `30 s` "
            "`5 min` `8 h` `2 d`."
        ),
    ),
    "bare number for a time": (
        ("acknowledge: 1 min", "acknowledge: 1"),
        "fire.yaml:27:20: `1` is not a length of time. Write a number and a unit, as in: `30 s` `5 min` `8 h` `2 d`.",
    ),
    "unknown role": (
        ("    - id: call\n      role: office", "    - id: call\n      role: ofice"),
        "fire.yaml:24:13: There is no role `ofice`. Did you mean `office`?",
    ),
    "unknown owner": (
        ("owner: office", "owner: affected_head"),
        "fire.yaml:5:8: There is no role `affected_head`. There are: `manager` `office`.",
    ),
    "unknown first call": (
        ("first_call: [office]", "first_call: [office, managr]"),
        "fire.yaml:9:22: There is no role `managr`. Did you mean `manager`?",
    ),
    "empty first call": (
        ("first_call: [office]", "first_call: []"),
        "fire.yaml:9:13: At least one entry is needed here.",
    ),
    "unknown approver": (
        ("approve: manager", "approve: boss"),
        "fire.yaml:45:44: There is no role `boss`. There are: `manager` `office` `affected_head`.",
    ),
    "unknown contact": (
        ("contacts: [fire]", "contacts: [fires]"),
        "fire.yaml:29:18: There is no contact `fires`. Did you mean `fire`?",
    ),
    "unknown template": (
        ("template: word", "template: words"),
        "fire.yaml:41:17: There is no template `words`. Did you mean `word`?",
    ),
    "unknown level": (
        ("level: company", "level: compny"),
        "fire.yaml:7:8: There is no response level `compny`. Did you mean `company`?",
    ),
    "unknown level of a rule": (
        ("release: [search]", "release: [search]\n    level: red"),
        "fire.yaml:45:12: There is no response level `red`. There are: `company`.",
    ),
    "unknown department": (
        ("review:", "all_clear: [offices]\nreview:"),
        "fire.yaml:45:13: There is no department `offices`. Did you mean `office`?",
    ),
    "unknown fact": (
        ("missing: at least 1", "mising: at least 1"),
        "fire.yaml:43:12: No question and no evidence gives the fact `mising`. Did you mean `missing`?",
    ),
    "unknown choice": (
        ("{missing: at least 1}", "{hurt: wounded}"),
        "fire.yaml:43:18: The fact `hurt` has no choice `wounded`. There are: `none` `hurt`.",
    ),
    "choice is no number": (
        ("{missing: at least 1}", "{hurt: at least 1}"),
        (
            "fire.yaml:43:18: The fact `hurt` is no number, so it cannot be more or less. Name a "
            "choice, or ask for a number."
        ),
    ),
    "comparison by a sign": (
        ("at least 1", "'>= 8'"),
        "fire.yaml:43:21: Comparisons are written in words. Instead of `>= 8` write, for example, `at least 8`.",
    ),
    "comparison without a number": (
        ("at least 1", "at least many"),
        "fire.yaml:43:21: `at least many` needs a number, as in `at least 8`.",
    ),
    "comparison in another unit": (
        ("at least 1", "at least 8 h"),
        (
            "fire.yaml:43:21: The unit in `at least 8 h` is not the fact's unit, `1`. Use the same "
            "unit, or write the number alone."
        ),
    ),
    "elapsed without at least": (
        ("missing: at least 1", "elapsed: 8 h"),
        "fire.yaml:43:21: `8 h` is not a time since the event began. Write, for example, `at least 8 h`.",
    ),
    "elapsed without a unit": (
        ("missing: at least 1", "elapsed: at least 8"),
        "fire.yaml:43:21: `8` is not a length of time. Write a number and a unit, as in: `30 s` `5 min` `8 h` `2 d`.",
    ),
    "rule without a result": (
        ("    release: [search]\n", ""),
        "fire.yaml:43:5: The rule has no result. Write one of: `release` `enter` `level`.",
    ),
    "rule without a condition": (
        ("{missing: at least 1}", "{}"),
        "fire.yaml:43:11: At least one entry is needed here.",
    ),
    "rule that releases nothing known": (
        ("release: [search]", "release: [serch]"),
        "fire.yaml:44:15: There is no task `serch`. Did you mean `search`?",
    ),
    "after nothing known": (
        ("after: [call]", "after: [cal]"),
        "fire.yaml:34:15: There is no task `cal`. Did you mean `call`?",
    ),
    "after itself": (
        ("after: [call]", "after: [count]"),
        "fire.yaml:34:14: These tasks wait for one another and none can begin: count → count. Take out one `after`.",
    ),
    "a circle": (
        ("      contacts: [fire]", "      after: [count]"),
        (
            "fire.yaml:29:14: These tasks wait for one another and none can begin: call → count → call. "
            "Take out one `after`."
        ),
    ),
    "after a later phase": (
        (
            "    - id: search",
            (
                "    - id: late\n      role: office\n      zh: 晚。\n      en: Late.\n      after: [mend]\n"
                "  recovery:\n    - id: mend\n      role: office\n      zh: 修。\n      en: Mend.\n    - id: search"
            ),
        ),
        (
            "fire.yaml:40:15: Task `late` waits for `mend`, a task of a later phase, so it never comes. "
            "Let it wait for a task of the same or an earlier phase."
        ),
    ),
    "held for ever": (
        ("release: [search]", "level: company"),
        "fire.yaml:40:13: Task `search` is held and no rule releases it. Add a rule that does, or take `held` out.",
    ),
    "a phase never entered": (
        ("phases:\n", "phases:\n  warning:\n    - id: watch\n      role: office\n      zh: 守望。\n      en: Watch.\n"),
        (
            "fire.yaml:22:3: The event never enters phase `warning`, so its tasks never come. "
            "Write `opens: warning`, or move the tasks to another phase."
        ),
    ),
    "a phase entered again": (
        ("release: [search]", "release: [search]\n    enter: response"),
        (
            "fire.yaml:45:12: The event opens in phase `response` or later, so this rule does nothing. "
            "Name a later phase, or take it out."
        ),
    ),
    "deadlines out of order": (
        ("acknowledge: 1 min", "acknowledge: 10 min"),
        (
            "fire.yaml:27:20: Task `call` has more time to be acknowledged than to be finished. "
            "Make `acknowledge` shorter or `finish` longer."
        ),
    ),
    "finish before the settings' acknowledge": (
        ("      after: [call]", "      after: [call]\n      finish: 1 min"),
        (
            "fire.yaml:35:15: Task `count` has more time to be acknowledged than to be finished. "
            "Make `acknowledge` shorter or `finish` longer."
        ),
    ),
    "duplicate task": (
        ("id: count", "id: call"),
        "fire.yaml:30:11: The id `call` is used already in line 23. Choose another.",
    ),
    "bad id": (
        ("id: count", "id: Count heads"),
        (
            "fire.yaml:30:11: `Count heads` cannot be an id. Use small letters, digits, `-` and `_`, as "
            "in `tell-customers`."
        ),
    ),
    "unknown key of a choice": (
        ("{zh: 没有, en: Nobody}", "{zh: 没有, en: Nobody, fr: Personne}"),
        "fire.yaml:19:34: There is no key `fr` here. There are: `zh` `en`.",
    ),
    "a unit that is none": (
        ("number: 1", "number: kilogrammes each"),
        "fire.yaml:35:41: `kilogrammes each` cannot stand here. See the description of the form.",
    ),
    "a task of the house": (
        ("id: count", "id: review"),
        "fire.yaml:30:11: The task `review` is made from `review:` and is not written. Choose another id.",
    ),
    "bad clause": (
        ("tile: fire", "tile: fire\ncovers: [G8, X1]"),
        "fire.yaml:9:14: `X1` is no clause. Write a letter and a number, as in `G8`.",
    ),
    "two kinds of evidence": (
        ("{fact: missing, number: 1}", "{fact: missing, number: 1, photo: required}"),
        "fire.yaml:35:17: Evidence is exactly one of: `number` `choose` `text` `photo` `file`.",
    ),
    "a question with two answers": (
        ("  - fact: hurt\n", "  - fact: hurt\n    number: 1\n"),
        "fire.yaml:14:5: A question has one kind of answer, `choose` or `number`. Take one of them out.",
    ),
    "a photo is no fact": (
        ("      template: word", "      evidence: {fact: proof, photo: required}"),
        "fire.yaml:41:24: A photo or a file cannot become the fact `proof`. Take `fact` out.",
    ),
    "a fact of two units": (
        ("      template: word", "      evidence: {fact: missing, number: h}"),
        "fire.yaml:41:41: The fact `missing` has the unit `1` elsewhere. Use the same.",
    ),
    "a fact of two kinds": (
        ("      template: word", "      evidence: {fact: hurt, number: 1}"),
        "fire.yaml:41:24: Fact `hurt` is a number in one place and not in another. Ask it alike everywhere.",
    ),
    "no such block": (
        ("tile: fire", "tile: fire\ninclude: [sight]"),
        "fire.yaml:9:11: There is no block `sight`. There are none yet.",
    ),
    "a list for a text": (
        ("owner: office", "owner: [office]"),
        "fire.yaml:5:8: One text is wanted here, without keys or a list.",
    ),
    "a text for a list": (
        ("first_call: [office]", "first_call: office"),
        "fire.yaml:9:13: A list is wanted here, as in `[office, technical]`, not `office`.",
    ),
    "no tasks": (
        ("phases:\n", "phases: {}\nkept:\n"),
        "fire.yaml:22:1: There is no key `kept` here.",
    ),
}


@pytest.mark.parametrize(("change", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_at_its_place(works: SmallWorks, say: Say, change: tuple[str, str], said: str) -> None:
    works.change("playbooks/fire.yaml", change)
    versions, findings = load_playbooks(works.playbooks, works.settings)
    told = [say(finding).removeprefix("playbooks/") for finding in findings]
    assert any(sentence.startswith(said) for sentence in told), told
    assert FIRE not in versions


WARNINGS = {
    "a rule for a task that is not held": (
        ("      held: true\n", ""),
        (
            "fire.yaml:43:15: Warning: A rule releases task `search`, which begins without it. If it is "
            "to wait, write `held: true`."
        ),
    ),
    "a long text": (
        ("Call 119.", "Call 119. " + "Wait. " * 30),
        "fire.yaml:26:11: Warning: The text has 189 characters, too many for a phone. Shorten it to 160 at most.",
    ),
    "a long Chinese text": (
        ("拨119。", "请" * 71),
        "fire.yaml:25:11: Warning: The text has 71 characters, too many for a phone. Shorten it to 70 at most.",
    ),
    "many tasks at once": (
        (
            "    - id: count",
            "".join(f"    - {{id: more-{n}, role: office, zh: 做, en: Do.}}\n" for n in range(6)) + "    - id: count",
        ),
        (
            "fire.yaml:35:12: Warning: Department `office` gets more than 6 tasks at once in this phase. "
            "Let some come later with `after`."
        ),
    ),
    "many questions": (
        ("report:\n", "report:\n" + "".join(f"  - {{fact: f{n}, ask: {{zh: 问, en: Ask}}}}\n" for n in range(3))),
        (
            "fire.yaml:17:5: Warning: Somebody who reports an emergency answers 3 questions at most. "
            "Make this one the evidence of a task."
        ),
    ),
}


@pytest.mark.parametrize(("change", "said"), WARNINGS.values(), ids=WARNINGS.keys())
def test_a_warning_does_not_keep_a_playbook_from_being_used(
    works: SmallWorks, say: Say, change: tuple[str, str], said: str
) -> None:
    works.change("playbooks/fire.yaml", change)
    versions, findings = load_playbooks(works.playbooks, works.settings)
    assert [say(finding).removeprefix("playbooks/") for finding in findings] == [said]
    assert FIRE in versions


def test_a_playbook_without_tasks(works: SmallWorks, say: Say) -> None:
    words = (works.playbooks / "fire.yaml").read_text(encoding="utf-8")
    head, rest = words.split("phases:")
    works.write("playbooks/fire.yaml", head + "review:" + rest.split("review:")[1])
    (finding,) = load_playbooks(works.playbooks, works.settings)[1]
    assert say(finding) == "playbooks/fire.yaml:1:1: The playbook has no tasks. Write one at least."


def test_mistakes_in_a_block_are_told_at_the_block_and_only_once(works: SmallWorks, say: Say) -> None:
    works.write(
        "playbooks/blocks/site.yaml",
        BLOCK.replace("      role: office\n      zh: 封", "      role: offic\n      zh: 封"),
    )
    works.change("playbooks/fire.yaml", ("tile: fire", "tile: fire\ninclude: [site]"))
    flood = (works.playbooks / "fire.yaml").read_text(encoding="utf-8").replace("id: fire", "id: flood")
    works.write("playbooks/flood.yaml", flood)
    versions, findings = load_playbooks(works.playbooks, works.settings)
    assert [say(finding) for finding in findings] == [
        "playbooks/blocks/site.yaml:10:13: There is no role `offic`. Did you mean `office`?"
    ]
    assert not versions


def test_a_block_that_cannot_be_read_keeps_its_playbooks_out(works: SmallWorks, say: Say) -> None:
    works.write("playbooks/blocks/site.yaml", BLOCK.replace("id: site", "id:site"))
    works.change("playbooks/fire.yaml", ("tile: fire", "tile: fire\ninclude: [site]"))
    versions, findings = load_playbooks(works.playbooks, works.settings)
    assert [say(finding) for finding in findings] == [
        "playbooks/blocks/site.yaml:1:3: A colon wants a space behind it: id: site"
    ]
    assert not versions


def test_blocks_may_not_share_a_task_nor_be_taken_in_twice(works: SmallWorks, say: Say) -> None:
    works.write("playbooks/blocks/site.yaml", BLOCK)
    works.write("playbooks/blocks/more.yaml", BLOCK.replace("id: site", "id: more"))
    works.change("playbooks/fire.yaml", ("tile: fire", "tile: fire\ninclude: [site, more, site]"))
    told = [say(finding) for finding in load_playbooks(works.playbooks, works.settings)[1]]
    assert told == [
        "playbooks/blocks/more.yaml:9:11: Task `cordon` stands in two of the blocks. Rename one of them.",
        "playbooks/fire.yaml:9:23: Block `site` is included twice. Take one of them out.",
    ]


def test_ids_of_blocks_and_templates_are_taken_once(works: SmallWorks, say: Say) -> None:
    works.write("playbooks/blocks/site.yaml", BLOCK)
    works.write("playbooks/blocks/twin.yaml", BLOCK)
    template = "- id: word\n  title: {zh: 一, en: One}\n  body: {zh: 一, en: One}\n"
    works.write("playbooks/templates.yaml", template * 2)
    assert [say(finding) for finding in load_playbooks(works.playbooks, works.settings)[1]] == [
        "playbooks/blocks/twin.yaml:1:5: The id `site` is taken already. Choose another.",
        "playbooks/templates.yaml:4:7: The id `word` is taken already. Choose another.",
    ]


def test_two_playbooks_cannot_have_one_id_nor_one_alias(works: SmallWorks, say: Say) -> None:
    works.change("playbooks/fire.yaml", ("tile: fire", "tile: fire\naliases: [Smoke]"))
    words = (works.playbooks / "fire.yaml").read_text(encoding="utf-8")
    works.write("playbooks/flood.yaml", words)
    works.write("playbooks/smoke.yaml", words.replace("id: fire", "id: smoke").replace("Smoke", "smoke"))
    versions, findings = load_playbooks(works.playbooks, works.settings)
    assert [say(finding) for finding in findings] == [
        "playbooks/flood.yaml:1:5: The id `fire` belongs to playbooks/fire.yaml already. Choose another.",
        (
            'playbooks/smoke.yaml:9:11: Warning: The alias "smoke" belongs to playbook `fire` already. '
            "Write it in one playbook only."
        ),
    ]
    assert list(versions) == ["fire", "smoke"]


def test_empty_missing_and_unreadable_files(works: SmallWorks, say: Say) -> None:
    works.write("playbooks/empty.yaml", "# only a comment\n")
    (works.playbooks / "folder.yaml").mkdir()
    assert [say(finding) for finding in load_playbooks(works.playbooks, works.settings)[1]] == [
        "playbooks/empty.yaml:1:1: The file is empty. Fill it, or delete it.",
        "playbooks/folder.yaml:1:1: The file cannot be read. Check who may read it.",
    ]
    assert say(load_playbooks(works.folder / "none", works.settings)[1][0]).endswith(
        "There is no such folder. Check the path."
    )
    (works.folder / "bare").mkdir()
    told = say(load_playbooks(works.folder / "bare", works.settings)[1][0])
    assert told.endswith("There are no playbooks in this folder. Check the path.")


def test_without_a_configuration_the_form_alone_is_checked(works: SmallWorks, say: Say) -> None:
    works.change("playbooks/fire.yaml", ("role: office", "role: nobody"), ("id: count", "id: call"))
    read = read_folder(works.playbooks, None, Shelf())
    assert [say(finding)[:26] for finding in read.all_findings()] == ["playbooks/fire.yaml:30:11:"]
    assert read.versions() == {}
    assert RoleId("nobody") not in works.settings.company.roles
