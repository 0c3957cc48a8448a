"""Pages that only a form leads to, under axe: previews, a verdict, what came of many, and secrets that are shown once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from domain.instants import local
from tests.api.browser.conftest import Glance
from tests.api.browser.scene import Scene
from tests.api.browser.test_every_page import DESK, judged_at_both_widths

Asked = Callable[[Page, Scene], Awaitable[None]]
"""Opens a page, fills in its form and waits for the answer."""


async def _policy(page: Page, scene: Scene) -> None:
    await page.goto("/office/policies/thuong/change")
    await page.get_by_role("button", name="Xem trước ảnh hưởng").click()
    await expect(page.get_by_role("heading", name="Xem trước")).to_be_visible()


async def _swap(page: Page, scene: Scene) -> None:
    day = local(datetime.now(UTC)).date() + timedelta(days=14)
    await page.goto("/office/calendar/new")
    await page.get_by_label("Ngày nghỉ").fill(f"{day + timedelta(days=(2 - day.weekday()) % 7):%Y-%m-%d}")
    await page.get_by_label("Số quyết định").fill("99/QĐ-UBND")
    await page.get_by_role("button", name="Xem trước ảnh hưởng").click()
    await expect(page.get_by_role("heading", name="Xem trước")).to_be_visible()


async def _verdict(page: Page, scene: Scene) -> None:
    await page.goto("/audit/verify")
    await page.get_by_role("button", name="Kiểm chứng ngay").click(timeout=60_000)
    await expect(page.get_by_role("button", name="Kiểm chứng lại")).to_be_visible()


async def _many(page: Page, scene: Scene) -> None:
    await page.goto(f"/directives/bulk?command=comment&directives={scene.numbers['fresh']}&directives=2020-0001")
    await page.get_by_label("Ý kiến").fill("Đề nghị báo cáo")
    await page.get_by_role("button", name="(2)").click()
    await expect(page.get_by_text("1 nhiệm vụ đã được ghi nhận.")).to_be_visible()


def _secret(address: str, button: str, **typed: str) -> Asked:
    """A secret is asked for on the page at `address`, with what is typed into the inputs of these ids."""

    async def asked(page: Page, scene: Scene) -> None:
        await page.goto(address)
        for name, text in typed.items():
            await page.locator(f"#{name}").fill(text)
        await page.get_by_role("button", name=button).click()
        await expect(page.locator(".told code")).to_be_visible()

    return asked


_ANSWERS: dict[str, tuple[str, Asked]] = {
    "policy-preview": ("quan-tri", _policy),
    "calendar-preview": ("cv-theo-doi", _swap),
    "verdict": ("kiem-tra", _verdict),
    "bulk-done": ("cv-theo-doi", _many),
    "token-shown": ("tp-nv", _secret("/account", "Tạo mã", label="Máy đọc báo cáo")),
    "calendar-address-shown": ("tp-nv", _secret("/account", "Tạo địa chỉ lịch")),
    "password-shown": ("quan-tri", _secret("/office/people/cv-tnmt", "Đặt mật khẩu dùng một lần")),
    "webhook-secret-shown": (
        "quan-tri",
        _secret("/office/webhooks", "Thêm và xem khoá", url="https://tong-hop.example/nhan"),
    ),
}


@pytest.mark.parametrize("name", _ANSWERS)
async def test_answer(glance: Glance, scene: Scene, name: str) -> None:
    who, asked = _ANSWERS[name]
    page = await glance(who)
    await page.set_viewport_size(DESK)
    await asked(page, scene)
    await judged_at_both_widths(page, name)
