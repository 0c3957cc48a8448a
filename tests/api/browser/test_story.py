"""The whole story in real browsers: a leader issues, the unit acts, the leader sees it without reloading, an auditor replays."""

import re

from playwright.async_api import Page, expect

from tests.api.browser.conftest import Look
from tests.support.office import Office


async def test_the_whole_story(look: Look, shared: Office) -> None:
    leader, head, auditor = await look("chu-tich"), await look("tp-nv"), await look("kiem-tra")
    await head.goto("/")
    await _issue(leader)
    number = await leader.locator("main").get_attribute("data-code")
    assert number is not None
    marked = await leader.evaluate("document.body.dataset.mark = 'not reloaded'")
    assert marked == "not reloaded"

    # The unit has the new directive on its desk without reloading, and takes it on there.
    await head.get_by_role("link", name="Chỉnh trang vỉa hè phố Quán Thánh", exact=True).first.click()
    await head.get_by_role("button", name="Tiếp nhận").click()
    await expect(head.get_by_role("status").filter(has_text="Đã ghi nhận: Tiếp nhận")).to_be_visible()
    await expect(leader.locator("main .pill")).to_have_text("Đang thực hiện")
    await head.get_by_role("link", name="Báo cáo tiến độ").click()
    await head.get_by_label("Tiến độ (%)").fill("45")
    await head.get_by_label("Đã làm được").fill("Khảo sát xong hiện trạng")
    await head.get_by_role("button", name="Gửi báo cáo").click()
    await expect(leader.locator(".line").get_by_text("Khảo sát xong hiện trạng")).to_be_visible()
    await head.get_by_role("link", name="Báo cáo hoàn thành").click()
    await head.get_by_label("Kết quả đạt được").fill("Đã chỉnh trang 1,2 km vỉa hè")
    await head.get_by_role("button", name="Báo cáo hoàn thành").click()

    await leader.get_by_role("button", name="Xác nhận hoàn thành").click()
    await expect(leader.locator("main .pill")).to_have_text("Đã hoàn thành")
    await expect(head.locator("main .pill")).to_have_text("Đã hoàn thành")

    await auditor.goto(f"/directives/{number.replace('/', '-')}")
    slider = auditor.get_by_label("Xem lại sau sự kiện")
    await slider.focus()
    await slider.press("ArrowLeft")
    await expect(auditor.get_by_text("Trang này như đã đứng sau sự kiện 5/6")).to_be_visible()
    await expect(auditor.locator("main .pill")).to_have_text("Chờ xác nhận")
    await slider.press("Home")
    await expect(auditor.locator("main .pill")).to_have_text("Chưa thực hiện")
    await expect(auditor).to_have_url(re.compile("version=1$"))


async def _issue(leader: Page) -> None:
    await leader.goto("/issue")
    gate = leader.get_by_role("list", name="Bốn rõ")
    await expect(gate.locator(".is-open:visible")).to_have_count(4)
    await leader.get_by_label("Rõ người: đơn vị chủ trì").select_option("NV")
    await leader.get_by_label("Rõ việc: tên nhiệm vụ").fill("Chỉnh trang vỉa hè phố Quán Thánh")
    await leader.get_by_label("Rõ việc: nội dung").fill("Lập phương án, tổ chức thực hiện.")
    await leader.get_by_label("Số ngày làm việc").nth(1).fill("10")
    await expect(leader.get_by_text("Thời hạn:")).to_be_visible()
    await leader.get_by_label("Rõ kết quả: kết quả cần đạt").fill("Báo cáo nghiệm thu")
    await expect(gate.locator(".is-done:visible")).to_have_count(4)
    await leader.get_by_role("button", name="Giao nhiệm vụ").click()
    await expect(leader.get_by_role("heading", name="Chỉnh trang vỉa hè phố Quán Thánh")).to_be_visible()
