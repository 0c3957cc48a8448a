"""Every page under axe, at the width of a desk and of a phone, with nothing in the console; screenshots for the docs on demand."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize, expect

from domain.instants import local
from tests.api.browser.conftest import Glance, Look
from tests.api.browser.scene import Scene

_TODAY = f"{local(datetime.now(UTC)):%Y-%m-%d}"

DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=780)

PAGES: tuple[tuple[str, str | None, str], ...] = (
    ("sign-in", None, "/sign-in"),
    ("desk-leader", "chu-tich", "/"),
    ("desk-unit", "tp-nv", "/"),
    ("directives", "cv-theo-doi", "/directives"),
    ("nothing-found", "cv-theo-doi", "/directives?q=khong+co+gi+nhu+vay"),
    ("overview", "chu-tich", "/overview"),
    ("directive", "tp-nv", "/directives/{working}"),
    ("directive-past", "kiem-tra", "/directives/{done}?version=2"),
    ("issue", "chu-tich", "/issue"),
    ("report-progress", "tp-nv", "/directives/{working}/do/report-progress"),
    ("request-extension", "tp-nv", "/directives/{working}/do/request-extension"),
    ("delegate", "chu-tich", "/directives/{working}/do/delegate"),
    ("bulk", "cv-theo-doi", "/directives/bulk?command=comment&directives={working}"),
    ("notices", "tp-nv", "/notices"),
    ("account", "tp-nv", "/account"),
    ("password", "tp-nv", "/account/password"),
    ("audit", "kiem-tra", "/audit"),
    ("audit-state", "kiem-tra", f"/audit/state?day={_TODAY}&compare=yes"),
    ("audit-verify", "kiem-tra", "/audit/verify"),
    ("audit-checkpoints", "kiem-tra", "/audit/checkpoints"),
    ("audit-bundle", "kiem-tra", "/audit/bundle"),
    ("audit-reads", "kiem-tra", "/audit/reads"),
    ("proof", "tp-nv", "/proof/{done}"),
    ("office", "cv-theo-doi", "/office"),
    ("office-units", "cv-theo-doi", "/office/units"),
    ("office-people", "quan-tri", "/office/people"),
    ("office-person", "quan-tri", "/office/people/tp-nv"),
    ("office-person-new", "quan-tri", "/office/people/new"),
    ("office-calendar", "cv-theo-doi", "/office/calendar"),
    ("office-calendar-new", "cv-theo-doi", "/office/calendar/new"),
    ("office-policies", "quan-tri", "/office/policies"),
    ("office-policy", "quan-tri", "/office/policies/thuong"),
    ("office-policy-change", "quan-tri", "/office/policies/thuong/change"),
    ("notifications", "tp-nv", "/account/notifications"),
    ("webhooks", "quan-tri", "/office/webhooks"),
    ("deliveries", "quan-tri", "/office/deliveries"),
    ("not-found", "tp-nv", "/khong-co-trang-nay"),
)
"""Name, who looks, address."""

_SHOWN_ON_A_PHONE = {"desk-unit", "directive", "directives", "issue"}
"""In the documents."""

_FAULTS_ALONE: dict[str, Any] = {"resultTypes": ["violations"]}
"""To describe each element that passes takes longer than to judge it."""
_RULES = _FAULTS_ALONE | {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
_BY_WIDTH = _FAULTS_ALONE | {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}
"""What a narrower window can break; all other rules say the same at any width."""


@pytest.mark.parametrize(("name", "who", "address"), PAGES, ids=[name for name, _, _ in PAGES])
async def test_page(glance: Glance, scene: Scene, name: str, who: str | None, address: str) -> None:
    page = await glance(who)
    await page.set_viewport_size(DESK)
    answer = await page.goto(address.format(**scene.numbers))
    assert answer is not None
    assert answer.status == (404 if name == "not-found" else 200)
    await judged_at_both_widths(page, name)


async def judged_at_both_widths(page: Page, name: str) -> None:
    """Hold what the page shows to axe's rules, at its width and at a phone's."""
    await _judged(page, name, _RULES)
    await page.set_viewport_size(PHONE)
    await _judged(page, f"{name}-phone", _BY_WIDTH)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], "wider than the phone"


async def _judged(page: Page, name: str, rules: dict[str, Any]) -> None:
    folder = os.environ.get("DONDOC_SCREENSHOTS")
    if folder and (not name.endswith("-phone") or name.removesuffix("-phone") in _SHOWN_ON_A_PHONE):
        Path(folder).mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=Path(folder) / f"{name}.png")
    found = await Axe().run(page, options=rules)
    assert found.violations_count == 0, found.generate_report()


async def test_forms_with_faults(look: Look, scene: Scene) -> None:
    page = await look("chu-tich")
    await page.goto("/issue")
    await page.get_by_role("button", name="Thêm nhiệm vụ cùng văn bản").click()
    await page.get_by_role("button", name="Giao 2 nhiệm vụ").click()
    await expect(page.locator("#in-tasks-1-lead_unit-fault")).to_be_visible()
    await expect(page.locator("#in-tasks-0-lead_unit")).to_be_focused()
    await _judged(page, "issue-faults", _RULES)
    await page.goto(f"/directives/{scene.numbers['working']}/do/change-deadline")
    await page.get_by_role("button", name="Điều chỉnh").click()
    await expect(page.locator("#in-deadline-fault")).to_be_visible()
    await _judged(page, "change-deadline-faults", _RULES)


async def test_english(look: Look, scene: Scene) -> None:
    page = await look("chu-tich")
    await page.goto(f"/directives/{scene.numbers['working']}")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="What you can do")).to_be_visible()
    await _judged(page, "directive-english", _RULES)
