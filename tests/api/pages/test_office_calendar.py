"""Decisions on the calendar by pages: what they move is seen before they are entered, and is what then happens."""

from datetime import UTC, date, datetime, timedelta

import httpx

from domain.calendar import WorkCalendar
from domain.directory import Role
from domain.instants import local
from domain.registries import CalendarDecided, Registry, RegistryEvent
from storage.registries import history
from tests.api.pages.conftest import browser
from tests.api.pages.reading import Form, Page
from tests.support.eventually import eventually
from tests.support.office import Office

NEW, REVERT = "/office/calendar/new", "/office/calendar/revert"


def weekday_ahead(working_days: int) -> date:
    return WorkCalendar().shift(local(datetime.now(UTC)).date(), working_days)


def weekend_day_after(day: date) -> date:
    while WorkCalendar().is_working_day(day) or day.weekday() < 5:
        day += timedelta(days=1)
    return day


def sent(form: Form, **more: str) -> dict[str, str | list[str]]:
    return {**form.fields, **more}


async def events(office: Office) -> list[RegistryEvent]:
    return [event for _, event in await history(office.pool, Registry.CALENDAR)]


async def test_a_swap_is_seen_entered_and_taken_back(running_office: Office) -> None:
    off = weekday_ahead(3)
    work = weekend_day_after(weekday_ahead(8))
    swap = {"days.0.off": f"{off}", "days.0.work": f"{work}", "number": "15/QĐ-UBND", "reason": "Hoán đổi thử"}
    near = await running_office.issue(deadline={"working_days": 5}, title="Hạn gần")
    far = await running_office.issue(deadline={"working_days": 60}, title="Hạn xa")
    async with await browser(running_office, "cv-theo-doi") as office:
        await _refused(office, swap)
        preview = Page((await office.post(NEW, data={**swap, "look": "yes"})).text)
        assert await events(running_office) == []
        words = " ".join(preview.words.split())
        assert "Nhiệm vụ đang mở2 Thời hạn thay đổi1 Chỉ mốc nhắc thay đổi0" in words
        assert (near["code"] in words, far["code"] in words) == (True, False)
        due = weekday_ahead(6)
        assert f"→ {'T' if due.weekday() < 6 else ''}{due.weekday() + 2}, {due:%d/%m/%Y}" in words

        # From the preview one may go back with what was typed; another's decision meanwhile has to be seen first.
        back = Page((await office.post(NEW, data=sent(preview.form(NEW), edit="yes"))).text)
        assert back.form(NEW).fields["days.0.off"] == [f"{off}"]
        stale = {**sent(preview.form(NEW), confirm="yes"), "revision": "1"}
        again = await office.post(NEW, data=stale)
        assert (again.status_code, "Lịch vừa thay đổi" in again.text) == (200, True)
        assert await events(running_office) == []

        entered = await office.post(NEW, data=sent(preview.form(NEW), confirm="yes"))
        assert entered.headers["location"] == f"/office/calendar?year={off.year}&done=entered"
        repeated = await office.post(NEW, data=sent(preview.form(NEW), confirm="yes"))
        assert repeated.headers["location"] == f"/office/calendar?year={off.year}&done=known"
        [event] = await events(running_office)
        assert isinstance(event.data, CalendarDecided)
        assert (event.data.decision_number, event.data.reason) == ("15/QĐ-UBND", "Hoán đổi thử")
        assert (event.actor.user, event.actor.role, event.actor.over) == ("cv-theo-doi", Role.OFFICE, "UBQ")

        async def has_moved() -> bool:
            return bool((await running_office.show(near))["due_at"] != near["due_at"])

        await eventually(has_moved)
        assert (await running_office.show(far))["due_at"] == far["due_at"]

        await _taken_back(running_office, office, near)
    assert len(await events(running_office)) == 2


async def _refused(office: httpx.AsyncClient, swap: dict[str, str]) -> None:
    """Rows come without scripts, and what cannot be stands beside its field."""
    more = Page((await office.post(NEW, data={**swap, "more": "yes"})).text)
    assert {"days.1.off", "days.1.work"} <= more.form(NEW).names
    assert more.form(NEW).fields["number"] == ["15/QĐ-UBND"]
    for changes, place in (
        ({"number": " "}, "number-fault"),
        ({"days.0.off": "", "days.0.work": ""}, "days-fault"),
        ({"days.0.off": "2026-02-30"}, "days-0-off-fault"),
        ({"days.0.off": swap["days.0.work"], "days.0.work": ""}, "days-0-off-fault"),
        ({"days.0.off": swap["days.0.work"]}, "days-0-off-fault"),
        ({"days.1.work": "2099-01-04"}, "days-1-work-fault"),
        ({"decided_on": "hôm qua"}, "decided_on-fault"),
    ):
        answer = await office.post(NEW, data={**swap, **changes, "look": "yes"})
        assert (answer.status_code, place in Page(answer.text).ids) == (422, True), changes
    known = await office.post(NEW, data={**swap, "number": "bảng kèm chương trình 2026.1", "look": "yes"})
    assert (known.status_code, "number-fault" in Page(known.text).ids) == (422, True)


async def _taken_back(running_office: Office, office: httpx.AsyncClient, near: dict[str, str]) -> None:
    listed = Page((await office.get("/office/calendar")).text)
    [address] = [link for link in listed.links if link.startswith(REVERT) and "15" in link]
    form = Page((await office.get(address)).text).form(REVERT)
    assert form.fields["taken"] == ["15/QĐ-UBND"]
    unknown = await office.post(REVERT, data={"taken": "không có", "number": "16/QĐ-UBND", "look": "yes"})
    assert (unknown.status_code, "Không có quyết định" in unknown.text) == (422, True)
    preview = Page((await office.post(REVERT, data=sent(form, number="16/QĐ-UBND", look="yes"))).text)
    assert "Thời hạn thay đổi1" in " ".join(preview.words.split())
    done = await office.post(REVERT, data=sent(preview.form(REVERT), confirm="yes"))
    assert done.status_code == 303

    async def is_back() -> bool:
        return bool((await running_office.show(near))["due_at"] == near["due_at"])

    await eventually(is_back)
    after = Page((await office.get("/office/calendar")).text)
    assert "đã bãi bỏ" in after.words
    assert not [link for link in after.links if link.startswith(REVERT) and "15" in link]
