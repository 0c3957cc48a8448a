"""Every form in a browser with scripts switched off: what is pressed is done."""

from playwright.async_api import Page, expect

from tests.api.browser.conftest import Look
from tests.support.office import Office


async def test_every_form_of_the_course(look: Look, shared: Office) -> None:
    leader = await look("chu-tich", java_script_enabled=False)
    head = await look("tp-nv", java_script_enabled=False)
    await leader.goto("/issue")
    await leader.get_by_role("button", name="Thêm nhiệm vụ cùng văn bản").click()
    await leader.get_by_role("button", name="Bỏ nhiệm vụ cuối").click()
    await leader.get_by_label("Rõ người: đơn vị chủ trì").select_option("NV")
    await leader.get_by_label("Rõ việc: tên nhiệm vụ").fill("Làm không cần tập lệnh")
    await leader.get_by_label("Rõ việc: nội dung").fill("Mọi biểu mẫu đều gửi được.")
    await leader.get_by_label("Đến hết ngày", exact=True).check()
    await leader.get_by_label("Ngày", exact=True).fill("2027-03-31")
    await leader.get_by_role("button", name="Xem thử thời hạn").click()
    await expect(leader.get_by_text("Thời hạn: T4, 31/03/2027")).to_be_visible()
    await expect(leader.locator(".gate .is-done:visible")).to_have_count(3)
    await leader.get_by_label("Rõ kết quả: kết quả cần đạt").fill("Báo cáo")
    await leader.get_by_role("button", name="Giao nhiệm vụ").click()
    await expect(leader.get_by_role("heading", name="Làm không cần tập lệnh")).to_be_visible()
    at = leader.url.partition("?")[0]

    await _do(head, at, "Tiếp nhận")
    await _ask(head, at, "Phân công chuyên viên", {"Chuyên viên": "cv-nv"}, "Phân công")
    await _ask(head, at, "Báo cáo tiến độ", {"Tiến độ (%)": "30", "Đề xuất, kiến nghị": "Thêm người"}, "Gửi báo cáo")
    await head.goto(f"{at}/do/request-extension")
    await head.get_by_label("Số ngày làm việc", exact=True).last.fill("120")
    await head.get_by_label("Lý do", exact=False).last.fill("Chờ số liệu")
    await head.get_by_role("button", name="Gửi đề nghị").click()
    await _do(leader, at, "Đồng ý gia hạn")
    await _ask(leader, at, "Tạm hoãn", {"Nguyên nhân": "funding", "Lý do": "Chờ cấp vốn"}, "Tạm hoãn")
    await _do(leader, at, "Tiếp tục")
    await head.goto(f"{at}/do/attach")
    file = {"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    await head.get_by_label("Chọn tệp").set_input_files(file)  # type: ignore[arg-type]  # a dict of the same fields
    await head.get_by_role("button", name="Đính kèm").click()
    await expect(head.get_by_role("link", name="bien-ban.pdf")).to_be_visible()
    await head.get_by_label("Ý kiến").fill("Đã gửi biên bản")
    await head.get_by_role("button", name="Gửi ý kiến").click()
    await _ask(head, at, "Báo cáo hoàn thành", {"Kết quả đạt được": "Xong"}, "Báo cáo hoàn thành")
    await _ask(leader, at, "Yêu cầu thực hiện lại", {"Chưa đạt ở điểm nào": "Thiếu phụ lục"}, "Yêu cầu thực hiện lại")
    await _ask(head, at, "Báo cáo hoàn thành", {"Kết quả đạt được": "Đã bổ sung"}, "Báo cáo hoàn thành")
    await _do(leader, at, "Xác nhận hoàn thành")
    await expect(leader.locator("main .pill")).to_have_text("Đã hoàn thành")

    await leader.get_by_label("Xem lại sau sự kiện").fill("1")
    await leader.get_by_role("button", name="Xem", exact=True).click()
    await expect(leader.locator("main .pill")).to_have_text("Chưa thực hiện")


async def test_the_frame(look: Look) -> None:
    page = await look("tp-nv", java_script_enabled=False)
    await page.goto("/")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="What needs me now")).to_be_visible()
    await page.get_by_role("button", name="Tiếng Việt").click()
    await page.get_by_role("searchbox", name="Tìm nhiệm vụ").fill("khong co gi ca")
    await page.get_by_role("button", name="Tìm", exact=True).click()
    await expect(page.get_by_text("Không có nhiệm vụ nào khớp.")).to_be_visible()
    await page.get_by_role("button", name="Đăng xuất").click()
    await expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


async def _do(page: Page, at: str, button: str) -> None:
    """Press a button that stands on the directive's page itself, or on the form behind its link."""
    await page.goto(at)
    link = page.get_by_role("link", name=button, exact=True)
    if await link.count():
        await link.click()
    await page.get_by_role("button", name=button, exact=True).click()
    await expect(page.get_by_text("Đã ghi nhận:")).to_be_visible()


async def _ask(page: Page, at: str, link: str, fields: dict[str, str], button: str) -> None:
    await page.goto(at)
    await page.get_by_text("Việc khác").click()
    await page.get_by_role("link", name=link, exact=True).first.click()
    for label, value in fields.items():
        field = page.get_by_label(label).first
        if await field.evaluate("one => one.tagName") == "SELECT":
            await field.select_option(value)
        else:
            await field.fill(value)
    await page.get_by_role("button", name=button, exact=True).click()
    await expect(page.get_by_text("Đã ghi nhận:")).to_be_visible()
