"""People at their phones: what they tap, what they see, and what others see at the same time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.chat.card import Button, Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.ids import EventId, RoomId
from bot.store.work import Work
from bot.text import same, text
from tests.web.browser.conftest import Look
from tests.web.town import Town, Visit, report, update

pytestmark = [pytest.mark.browser, pytest.mark.uncounted]

SMALL_TARGETS = """
() => Array.from(document.querySelectorAll("a, button, summary, input:not([type=hidden]), textarea, .tile, .option"))
  .filter((element) => element.offsetParent !== null && !element.closest(".lines, .words, .switch, .skip-to"))
  .filter((element) => !element.matches(".switch, .skip-to, input[type=radio], input[type=file]"))
  .map((element) => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)
"""
TOO_SMALL_TEXT = """
() => Array.from(document.querySelectorAll("body *"))
  .filter((element) => element.offsetParent !== null && Array.from(element.childNodes).some(
    (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
  .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 16)
  .map((element) => element.outerHTML.slice(0, 90))
"""
LOW_CONTRAST = """
() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([red, green, blue]) => [red, green, blue].map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      const [red, green, blue, opacity = 1] = channels(style.backgroundColor);
      if (style.backgroundImage !== "none" && !each.matches(".day")) return null;
      if (opacity > 0.99) return [red, green, blue];
    }
    return [255, 255, 255];
  };
  return Array.from(document.querySelectorAll("body *"))
    .filter((element) => element.offsetParent !== null && Array.from(element.childNodes).some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
    .map((element) => [element, ground(element)])
    .filter(([, below]) => below)
    .map(([element, below]) => {
      const [high, low] = [light(channels(getComputedStyle(element).color)), light(below)].sort((a, b) => b - a);
      return [(high + 0.05) / (low + 0.05), element.outerHTML.slice(0, 90)];
    })
    .filter(([ratio]) => ratio < 4.5)
    .map(([ratio, html]) => `${ratio.toFixed(2)} ${html}`);
}
"""


async def reports(page: Page) -> None:
    """The red button, a tile, send now."""
    await page.click("#report")
    await page.click("#sheet .tile[value=fire]")
    await page.click("#sheet .skip")
    await expect(page.locator("#private .card").first).to_contain_text("119")


async def test_once_the_questions_are_open_two_taps_raise_an_alarm(look: Look, town: Town) -> None:
    xu = await look("xu")
    await xu.click("#report")
    await xu.click("#sheet .tile[value=fire]")
    await xu.click("#sheet .skip")
    await expect(xu.locator("#private .card")).to_contain_text("【紧急】")
    await expect(xu.locator("#sheet")).to_be_hidden()
    await expect(xu.locator(".banner")).to_contain_text("火灾")
    assert len(await town.app.store.events()) == 1


async def test_a_press_changes_the_card_before_another_s_eyes(look: Look, visit: Visit, town: Town) -> None:
    await report(await visit("xu"))
    await town.quiet()
    zhang = await look("zhang", path="/room/production")
    chen = await look("chen", path="/room/production", language="en")
    card = chen.locator("#log .card").first
    await expect(card.locator(".lines .waiting").first).to_be_visible()
    await zhang.locator("#log .card").first.get_by_role("button", name="收到", exact=True).click()
    await expect(card.locator(".lines .acknowledged").first).to_contain_text("Zhang Wei")
    await expect(zhang.locator("#toast")).to_contain_text("撤回")
    await zhang.locator("#toast .press button").click()
    await expect(card.locator(".lines .waiting").first).to_be_visible()


async def test_a_double_tap_counts_once_and_keeps_the_undo(look: Look, visit: Visit, town: Town) -> None:
    await report(await visit("xu"))
    await town.quiet()
    lin = await look("lin", path="/room/purchasing")
    await lin.locator("#log .card").first.get_by_role("button", name="收到", exact=True).dblclick(delay=40)
    await expect(lin.locator("#toast")).to_contain_text("撤回")
    await expect(lin.locator("#log .card .lines .acknowledged")).to_have_count(1)
    await town.quiet()
    written = [entry.payload.kind for entry in await town.app.store.entries(EventId("EV-2026-0001"))]
    assert written.count("task.answered") == 1


async def test_a_double_tap_on_send_reports_once(look: Look, town: Town) -> None:
    xu = await look("xu")
    await xu.click("#report")
    await xu.click("#sheet .tile[value=fire]")
    await xu.locator("#sheet .skip").dblclick(delay=40)
    await expect(xu.locator("#private .card").first).to_contain_text("119")
    await town.quiet()
    assert len(await town.app.store.events()) == 1


async def test_a_refusal_of_a_form_is_read_in_front_of_it(look: Look, visit: Visit, town: Town) -> None:
    await report(await visit("xu"))
    await town.quiet()
    song = await look("song", path="/room/office")
    card = song.locator("#log .card").first
    await card.get_by_role("button", name="完成", exact=True).click()
    await song.locator("#sheet .option").last.click()
    await expect(song.locator("#sheet .said-no")).to_contain_text("赵敏")
    chen = await look("chen", path="/room/EV-2026-0001")
    await chen.fill("#say textarea", "/fact")
    await chen.click("#say .send")
    await chen.locator("#sheet label.option", has_text="报实到人数").click()
    await chen.fill("#sheet input[name=f-value], #sheet textarea[name=f-value]", "-5")
    await chen.locator("#sheet .primary").click()
    await expect(chen.locator("#sheet .said-no")).to_contain_text("数字")


async def test_a_refusal_goes_when_something_else_is_answered(look: Look) -> None:
    xu = await look("xu", path="/room/production")
    await xu.fill("#say textarea", "/qqqqqq")
    await xu.click("#say .send")
    await expect(xu.locator("#toast")).to_contain_text("qqqqqq")
    await xu.fill("#say textarea", "/help")
    await xu.click("#say .send")
    await expect(xu.locator("#private .card")).to_be_visible()
    await expect(xu.locator("#toast")).to_be_hidden()


async def test_what_is_said_without_a_connection_is_sent_once_when_it_is_back(
    look: Look, town: Town, complaints: list[str]
) -> None:
    xu = await look("xu", path="/room/production")
    zhang = await look("zhang", path="/room/production")
    await xu.context.set_offline(True)
    await xu.fill("#say textarea", "西门进不来车")
    await xu.click("#say .send")
    await expect(xu.locator("#gone")).to_contain_text("1")
    await expect(xu.locator("#waiting")).to_contain_text("西门进不来车")
    await xu.context.set_offline(False)
    await xu.reload()
    await expect(zhang.locator("#log")).to_contain_text("西门进不来车")
    await expect(xu.locator("#log .mine")).to_have_count(1)
    await expect(xu.locator("#gone")).to_be_hidden()
    await town.quiet()
    assert (await zhang.locator("#log").inner_text()).count("西门进不来车") == 1
    complaints.clear()


async def test_without_a_connection_the_red_button_gives_the_telephone_numbers(
    look: Look, complaints: list[str]
) -> None:
    xu = await look("xu")
    await xu.context.set_offline(True)
    await xu.click("#report")
    await expect(xu.locator("#offline-report")).to_contain_text("119")
    await xu.fill("#offline-report input", "火灾 3号车间")
    await xu.click("#offline-report .primary")
    await xu.context.set_offline(False)
    await expect(xu.locator(".banner")).to_contain_text("3号车间", timeout=20_000)
    complaints.clear()


async def test_a_script_that_somebody_types_is_only_words(look: Look, visit: Visit) -> None:
    xu = await visit("xu")
    zhang = await look("zhang", path="/room/production")
    nasty = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    await xu.sends("/say", words=nasty, room="production", update=update())
    await expect(zhang.locator("#log .words")).to_contain_text("<script>")
    await zhang.reload()
    await expect(zhang.locator("#log .words")).to_contain_text("onerror")
    assert "taken" not in await zhang.title()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_pages_fit_their_screen_and_their_thumbs(
    look: Look, visit: Visit, town: Town, language: str, width: int
) -> None:
    event = await report(await visit("xu"))
    zhang = await visit("zhang")
    long = "一" * 60 + "https://example.invalid/" + "x" * 200
    await zhang.sends("/say", words=long, room="production", update=update())
    await town.quiet()
    page = await look("zhang", language=language, width=width, dark=width == 390)
    for path in ("/", "/room/production", "/room/@zhang", f"/event/{event}"):
        await page.goto(f"{town.address}/as/zhang{path}")
        await fits(page, width)
    await page.click("#report")
    await page.locator("#sheet .tile").first.wait_for()
    await fits(page, width)
    await page.click("#sheet .tile[value=fire]")
    await page.locator("#sheet .skip").wait_for()
    await fits(page, width)
    await page.goto(town.address)
    await fits(page, width)


async def fits(page: Page, width: int) -> None:
    """No sideways scrolling, targets of 44 px, text of 16 px, contrast of 4.5 to 1."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.evaluate(SMALL_TARGETS) == []
    assert await page.evaluate(TOO_SMALL_TEXT) == []
    assert await page.evaluate(LOW_CONTRAST) == []


async def test_without_script_people_report_answer_and_talk(look: Look, town: Town) -> None:
    xu = await look("xu", script=False)
    await xu.click("#report")
    await xu.click(".tile[value=fire]")
    await xu.click(".skip")
    await expect(xu.locator("#private .card")).to_contain_text("119")
    await town.quiet()
    zhang = await look("zhang", script=False, path="/room/production")
    await zhang.locator("#log .card").first.get_by_role("button", name="收到", exact=True).click()
    await expect(zhang.locator("#log .acknowledged").first).to_be_visible()
    await zhang.fill("#say textarea", "全员已撤到A集合点")
    await zhang.click("#say .send")
    await expect(zhang.locator("#log")).to_contain_text("全员已撤到A集合点")


async def test_a_dangerous_press_is_asked_about_first(look: Look, visit: Visit, town: Town) -> None:
    event = await report(await visit("xu"))
    await town.quiet()
    chen = await look("chen", path=f"/event/{event}", width=1280)
    await chen.locator("#panel summary.danger", has_text="响应终止").first.click()
    await expect(chen.locator("#sure")).to_contain_text(event)
    await chen.click("#sure .no")
    await expect(chen.locator("#sure")).to_be_hidden()
    assert (await town.app.store.event(event)).status == "open"  # type: ignore[arg-type]
    await chen.locator("#panel summary.danger", has_text="响应终止").first.click()
    await chen.click("#sure .yes")
    await expect(chen.locator("#panel .card")).to_contain_text("安全确认")


async def test_the_language_switch_turns_the_whole_page(look: Look) -> None:
    xu = await look("xu")
    await xu.get_by_role("button", name="English").click()
    await expect(xu.locator("#report")).to_contain_text("Report an emergency")
    await expect(xu.locator("html")).to_have_attribute("lang", "en")
    await xu.get_by_role("button", name="中文").click()
    await expect(xu.locator("#report")).to_contain_text("报险情")


async def test_everything_can_be_done_from_the_keyboard(look: Look, town: Town) -> None:
    xu = await look("xu", width=1280)
    await xu.focus("#report")
    await xu.keyboard.press("Enter")
    await xu.locator("#sheet .tile[value=fire]").focus()
    await xu.keyboard.press("Enter")
    await xu.locator("#sheet .skip").focus()
    await xu.keyboard.press("Enter")
    await expect(xu.locator("#private .card")).to_contain_text("119")
    assert await xu.evaluate("document.activeElement.classList.contains('only-you')")
    await xu.focus("#rooms a[data-room=production]")
    await xu.keyboard.press("Enter")
    await xu.focus("#say textarea")
    await xu.keyboard.type("键盘也行")
    await xu.keyboard.press("Enter")
    await expect(xu.locator("#log .mine")).to_contain_text("键盘也行")
    await xu.keyboard.press("Tab")
    outline = await xu.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


async def test_a_photo_follows_the_words_and_loses_its_position(look: Look, town: Town, photo: bytes) -> None:
    zhang = await look("zhang", path="/room/production")
    await zhang.fill("#say textarea", "泄漏点在这里")
    picture = {"name": "leak.jpg", "mimeType": "image/jpeg", "buffer": photo}
    await zhang.set_input_files("#say input[type=file]", [picture])  # type: ignore[list-item]
    await expect(zhang.locator("#photo-ready img")).to_be_visible()
    await zhang.click("#say .send")
    await expect(zhang.locator("#log .photo img")).to_be_visible()
    said = zhang.locator("#log .mine")
    await expect(said.first).to_contain_text("泄漏点在这里")
    await expect(said).to_have_count(2)


async def test_no_photo_is_told_at_once(look: Look) -> None:
    zhang = await look("zhang", path="/room/production")
    wrong = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"}
    await zhang.set_input_files("#say input[type=file]", [wrong])  # type: ignore[list-item]
    await expect(zhang.locator("#toast")).to_contain_text("不是照片")


async def test_words_are_seen_that_were_sent_beside_an_answer_for_oneself_alone(look: Look) -> None:
    xu = await look("xu", path="/room/production")
    await reports(xu)
    await xu.fill("#say textarea", "里面还有三个人")
    await xu.click("#say .send")
    await expect(xu.locator("#log .words", has_text="里面还有三个人")).to_be_in_viewport()


async def test_a_draft_survives_a_reload(look: Look) -> None:
    zhang = await look("zhang", path="/room/production")
    await zhang.fill("#say textarea", "写到一半")
    await zhang.reload()
    await expect(zhang.locator("#say textarea")).to_have_value("写到一半")


async def test_replies_stand_under_their_card(look: Look, visit: Visit, town: Town) -> None:
    await report(await visit("xu"))
    await town.quiet()
    zhang = await look("zhang", path="/room/production")
    await zhang.locator("#log .card").first.locator("xpath=..").locator("[data-reply]").click()
    await zhang.fill("#say textarea", "人都齐了")
    await zhang.click("#say .send")
    await expect(zhang.locator("#log > .carded > .thread")).to_contain_text("人都齐了")
    await zhang.reload()
    await expect(zhang.locator("#log > .carded > .thread")).to_contain_text("人都齐了")


async def test_the_record_is_a_page_without_complaints_that_fits_a_phone(look: Look, visit: Visit, town: Town) -> None:
    event = await report(await visit("xu"))
    await town.quiet()
    for width in (320, 1280):
        chen = await look("chen", path=f"/record/{event}", width=width)
        await expect(chen.locator("h1")).to_contain_text("应急计划实施记录")
        assert await chen.evaluate("document.documentElement.scrollWidth") <= width
        await chen.click("text=英文")
        await expect(chen.locator("h1")).to_contain_text("Implementation record")


async def test_where_several_tasks_are_open_one_tap_says_which(look: Look, visit: Visit, town: Town) -> None:
    await report(await visit("xu"))
    await town.quiet()
    zhang = await look("zhang", path="/room/production")
    await zhang.locator("#log .card").first.get_by_role("button", name="完成", exact=True).click()
    await zhang.locator("#sheet button.option, #sheet button.tile").first.click()
    await expect(zhang.locator("#log .card .lines .done, #sheet input, #sheet textarea").first).to_be_attached()


@pytest.mark.parametrize("script", [True, False])
async def test_a_photo_that_a_card_brings_is_seen_on_a_phone_and_enlarged_by_a_tap(
    look: Look, town: Town, *, script: bool
) -> None:
    picture = await asyncio.to_thread(Path("playbooks/drills/smoke-in-warehouse.png").read_bytes)
    file = await town.app.store.files.keep(picture, "image/png", "smoke-in-warehouse.png")
    drill = EventId("DR-2026-0001")
    handled = Button("drill.answer", text("drill.answer"), drill, target="1", style="primary")
    card = Card("drill", "alarm", same("烟压到头顶"), drill, buttons=(handled,), files=(file,))

    room = RoomId("@ma")

    async def said(post: Post, work: Work) -> None:
        work.send(Outgoing(post, Priority.CARD))

    for number in range(8):
        await town.app.store.write(partial(said, Post(f"before-{number}", room, replace(card, files=()))))
    await town.app.store.write(partial(said, Post("news", room, card)))
    await town.quiet()
    ma = await look("ma", path="/room/@ma", script=script)
    photo = ma.locator("#log .card.drill .photo img")
    if script:
        await expect(photo).to_be_in_viewport(ratio=1)
        await expect(ma.locator("#log .card.drill").last.get_by_role("button", name="已处理")).to_be_in_viewport(
            ratio=1
        )
    await photo.scroll_into_view_if_needed()
    await expect(photo).to_have_attribute("alt", "附图：烟压到头顶")
    assert await photo.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    assert await ma.evaluate("document.documentElement.scrollWidth") <= 390
    for complaint in (SMALL_TARGETS, TOO_SMALL_TEXT, LOW_CONTRAST):
        assert await ma.evaluate(complaint) == []
    await photo.tap()
    await ma.wait_for_url("**/file/**")
    assert await ma.locator("img").evaluate("(image) => image.getBoundingClientRect().width") <= 390
