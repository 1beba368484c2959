"""The whole way: a command comes in, a form opens, the card goes out, a press changes it."""

from __future__ import annotations

from tests.slack.plant import Plant


async def test_fire_is_reported_and_answered_on_slack(plant: Plant) -> None:
    zhang, sun = plant.person("zhang", locale="zh-CN"), plant.person("sun")
    slack = plant.slack
    async with plant.at_work():
        await plant.until(lambda: plant.store.links.person("slack", sun.id))

        await zhang.commands("/report", "fire Workshop 3", plant.production)
        card = await plant.until(lambda: next(iter(slack.messages(plant.production)), None))
        assert "【紧急】" in card.text
        assert "EMERGENCY" in card.text
        assert zhang.ephemerals

        await sun.presses(card, "收到 Got it")
        await plant.until(lambda: "Sun Li" in card.text)
        await slack.quiet()
    assert slack.notified == []


async def test_command_alone_opens_the_form(plant: Plant) -> None:
    zhang = plant.person("zhang")
    slack = plant.slack
    async with plant.at_work():
        await plant.until(lambda: plant.store.links.person("slack", zhang.id))
        await zhang.commands("/report", "", plant.production)
        first = await plant.until(lambda: slack.stack(zhang.id) and zhang.view)

        await zhang.submits(first, {"tile": "fire"})
        await slack.quiet()
        second = await plant.until(lambda: slack.stack(zhang.id) and zhang.view)
        assert "Where?" in second.text
        await slack.quiet()
