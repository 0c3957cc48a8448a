"""What goes wrong in front of a browser: a lost stream, a double click, going back, somebody faster, a script as text."""

import asyncio

from playwright.async_api import expect

from storage.sessions import end_sessions_of
from tests.api.browser.conftest import Look
from tests.support.office import Office


def _at(directive: dict[str, str]) -> str:
    return f"/directives/{directive['code'].replace('/', '-')}"


async def test_a_lost_connection_is_told_and_made_up_for(look: Look, shared: Office) -> None:
    issued = await shared.issue(title="Mất mạng giữa chừng")
    page = await look("chu-tich", console=False)
    await page.route("**/live?*", lambda route: route.abort())
    await page.goto(_at(issued))
    foot = page.locator("[data-connection]")
    await expect(foot).to_have_text("Mất kết nối, đang thử lại…")
    await page.route("**/directives/*", lambda route: route.abort())
    await shared.do("tp-nv", "acknowledge", issued)
    await page.unroute_all()
    await expect(foot).to_have_text("Đang cập nhật trực tiếp", timeout=10_000)
    await expect(page.locator("main .pill")).to_have_text("Đang thực hiện")


async def test_the_end_of_a_session_is_told_and_nothing_is_asked_any_more(look: Look, shared: Office) -> None:
    issued = await shared.issue(title="Hết phiên khi đang xem")
    page = await look("pct", console=False)
    await page.goto(_at(issued))
    await expect(page.locator("[data-connection]")).to_have_text("Đang cập nhật trực tiếp")
    await end_sessions_of(shared.pool, "pct")
    await asyncio.sleep(1.1)  # so long a session that was just used is remembered
    await shared.do("tp-nv", "acknowledge", issued)
    await expect(page.locator("[data-connection]")).to_contain_text("Phiên làm việc đã hết")
    await expect(page.locator("main .pill")).to_have_text("Chưa thực hiện")


async def test_what_is_open_or_focused_survives_a_change(look: Look, shared: Office) -> None:
    issued = await shared.issue(title="Đang mở thì có thay đổi")
    page = await look("chu-tich")
    await page.goto(_at(issued))
    await page.get_by_text("Việc khác").click()
    await shared.do("tp-nv", "acknowledge", issued)
    await expect(page.locator("main .pill")).to_have_text("Đang thực hiện")
    await expect(page.get_by_role("link", name="Thu hồi nhiệm vụ")).to_be_visible()
    await shared.do("tp-nv", "report-completion", issued, result="Xong")
    accept = page.get_by_role("button", name="Xác nhận hoàn thành")
    await accept.focus()
    await shared.do("tp-nv", "comment", issued, text="Kèm phụ lục")
    await expect(page.get_by_text("Kèm phụ lục")).to_be_visible()
    await expect(accept).to_be_focused()


async def test_what_comes_for_the_first_time_shows_without_reloading(look: Look, shared: Office) -> None:
    issued = await shared.issue(title="Giao lại lần đầu", coordinating_units=["P-A"])
    page = await look("chu-tich")
    await page.goto(_at(issued))
    assert await page.get_by_label("Xem lại sau sự kiện").count() == 0
    done = await shared.do("chu-tich", "delegate", issued, units=["P-A"])
    assert done.status_code == 200, done.text
    await expect(page.get_by_role("heading", name="Nhiệm vụ giao lại")).to_be_visible()
    await expect(page.get_by_label("Xem lại sau sự kiện")).to_have_attribute("max", "2")
    await page.get_by_label("Xem lại sau sự kiện").press("Home")
    await expect(page.get_by_text("Đang xem lại bản ghi.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Việc bạn có thể làm")).to_have_count(0)
    await expect(page.get_by_role("heading", name="Nhiệm vụ giao lại")).to_have_count(0)


async def test_a_double_click_does_it_once(look: Look, shared: Office) -> None:
    issued = await shared.issue(title="Bấm đúp chuột")
    page = await look("tp-nv")
    await page.goto(_at(issued))
    await page.get_by_label("Ý kiến").fill("Chỉ một lần")
    await page.get_by_role("button", name="Gửi ý kiến").dblclick()
    await expect(page.get_by_text("Đã ghi nhận:")).to_be_visible()
    assert await shared.types(issued) == ["DirectiveIssued", "Commented"]


async def test_after_going_back_a_form_is_a_new_one(look: Look, shared: Office) -> None:
    issued = await shared.issue(title="Bấm quay lại")
    page = await look("tp-nv")
    await page.goto(f"{_at(issued)}/do/report-progress")
    await page.get_by_label("Tiến độ (%)").fill("10")
    await page.get_by_role("button", name="Gửi báo cáo").click()
    await expect(page.get_by_text("Đã ghi nhận:")).to_be_visible()
    await page.go_back()
    await page.get_by_label("Tiến độ (%)").fill("20")
    await page.get_by_role("button", name="Gửi báo cáo").click()
    await expect(page.get_by_text("Đã ghi nhận:")).to_be_visible()
    assert (await shared.show(issued))["progress_percent"] == 20
    assert await shared.types(issued) == ["DirectiveIssued", "ProgressReported", "ProgressReported"]


async def test_who_was_slower_sees_what_changed_and_keeps_the_words(look: Look, shared: Office) -> None:
    issued = await shared.issue(title="Hai lãnh đạo một nhiệm vụ")
    page = await look("chu-tich")
    await page.goto(f"{_at(issued)}/do/withdraw")
    await page.get_by_label("Lý do", exact=False).first.fill("Đã giao nơi khác")
    await shared.do("pct", "change-deadline", issued, deadline={"working_days": 30}, reason="Cần thêm thời gian")
    await page.get_by_role("button", name="Thu hồi").click()
    await expect(page.get_by_text("Nhiệm vụ đã thay đổi từ khi bạn mở trang này.")).to_be_visible()
    await expect(page.get_by_text("Cần thêm thời gian")).to_be_visible()
    await expect(page.get_by_label("Lý do", exact=False).first).to_have_value("Đã giao nơi khác")
    await page.get_by_role("button", name="Thu hồi").click()
    await expect(page.locator("main .pill")).to_have_text("Đã thu hồi")


async def test_a_script_in_a_text_stays_a_text(look: Look, shared: Office) -> None:
    script = "<img src=x onerror=\"document.title='bị chiếm'\"><script>alert(1)</script>"
    issued = await shared.issue(title=f"Tên {script}", content=script, expected_result=script)
    await shared.do("tp-nv", "comment", issued, text=f"Ý kiến {script}")
    page = await look("chu-tich")
    for address in (_at(issued), "/directives", "/", f"{_at(issued)}/do/withdraw", "/notices"):
        await page.goto(address)
        assert "bị chiếm" not in (await page.title()).replace(script, "")
        assert await page.locator("img[src=x]").count() == 0


async def test_words_that_are_being_typed_survive_a_change(look: Look, shared: Office) -> None:
    issued = await shared.issue(title="Đang gõ thì có thay đổi")
    page = await look("chu-tich")
    await page.goto(_at(issued))
    await page.get_by_label("Ý kiến").fill("Tôi đang viết dở")
    await shared.do("tp-nv", "acknowledge", issued)
    await expect(page.locator("main .pill")).to_have_text("Đang thực hiện")
    await expect(page.get_by_label("Ý kiến")).to_have_value("Tôi đang viết dở")


async def test_the_keyboard_suffices(look: Look, shared: Office) -> None:
    await shared.issue(title="Chỉ dùng bàn phím")
    page = await look("chu-tich")
    await page.goto("/")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("chi dung ban phim")
    await page.keyboard.press("Enter")
    row = page.get_by_role("link", name="Chỉ dùng bàn phím")
    await expect(row).to_be_visible()
    number = page.locator("tbody th a").first
    await number.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Chỉ dùng bàn phím")).to_be_visible()
