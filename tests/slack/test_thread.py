"""The whole way: a command comes in, a form opens, the card goes out, a press changes it."""

from __future__ import annotations

from tests.slack.plant import Plant


async def test_fire_is_reported_and_answered_on_slack(plant: Plant) -> None:
    zhang, sun = plant.person("zhang", locale="zh-CN"), plant.person("sun")
    slack = plant.slack
    async with plant.at_work():
        await plant.knows(sun)

        await zhang.commands("/report", "fire Workshop 3", plant.production)
        card = await plant.card_in(plant.production)
        assert "【紧急】" in card.text
        assert "EMERGENCY" in card.text
        told = await plant.until(lambda: zhang.ephemerals or None)
        assert "已报告" in told[0].text

        await sun.presses(card, "收到 Got it")
        await plant.until(lambda: "Sun Li" in card.text or None)
        await slack.quiet()
    assert slack.notified == []


async def test_command_alone_opens_the_form_and_its_answers_open_the_event(plant: Plant) -> None:
    zhang = plant.person("zhang")
    async with plant.at_work():
        await plant.knows(zhang)
        await zhang.commands("/report", "", plant.production)
        first = await plant.window(zhang)

        await zhang.submits(first, {"tile": "fire"})
        second = await plant.until(lambda: next((v for v in plant.slack.stack(zhang.id) if v is not first), None))
        assert "Where?" in second.text

        stays = await zhang.submits(second, {"f-injured": "nobody"} if "f-injured" in str(second.blocks) else {})
        assert stays.acked
        await plant.slack.quiet()


async def test_details_may_come_later(plant: Plant) -> None:
    zhang = plant.person("zhang")
    async with plant.at_work():
        await plant.knows(zhang)
        await zhang.commands("/report", "", plant.production)
        first = await plant.window(zhang)
        await zhang.submits(first, {"tile": "fire"})
        second = await plant.until(lambda: next((v for v in plant.slack.stack(zhang.id) if v is not first), None))

        await zhang.presses(second, "Send now, details later")
        await plant.until(lambda: "Reported" in second.text or None)
        card = await plant.card_in(plant.production)
        assert "EV-2026-0001" in card.text
        await plant.slack.quiet()


async def test_home_tab_shows_my_tasks_and_the_red_button(plant: Plant) -> None:
    zhang = plant.person("zhang", locale="zh-CN")
    async with plant.at_work():
        await plant.knows(zhang)
        await zhang.opens_home()
        home = await plant.until(lambda: plant.slack.homes.get(zhang.id))
        await zhang.presses(home, "报险情")
        window = await plant.window(zhang)
        assert "报险情" in window.title
        await plant.slack.quiet()
