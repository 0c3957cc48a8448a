"""Policies changed on pages: seen with what they mean for open directives, then adopted by an administrator."""

from domain.directory import Role
from domain.policy import Policy
from domain.policy_document import fields_in
from domain.registries import PolicyAdopted, Registry, RegistryEvent
from storage.reference import load_reference
from storage.registries import history
from tests.api.pages.conftest import browser
from tests.api.pages.reading import Page
from tests.support.office import Office

ABOUT, CHANGE = "/office/policies/thuong", "/office/policies/thuong/change"


async def events(office: Office) -> list[RegistryEvent]:
    return [event for _, event in await history(office.pool, Registry.POLICIES)]


async def test_a_version_is_seen_and_adopted(running_office: Office) -> None:
    open_one = await running_office.issue(deadline={"working_days": 9})
    urgent = await running_office.issue(deadline={"working_days": 9}, urgency="khan")
    async with await browser(running_office, "quan-tri") as admin:
        text = Page((await admin.get(CHANGE)).text).form(CHANGE).fields["document"][0].strip("\n")
        held = (await load_reference(running_office.pool)).policies["thuong"]
        assert Policy.model_validate(fields_in(text)) == held.model_copy(update={"version": 2})

        for bad, told in (
            (text.replace("version: 2", "version: 7"), "Phải là 2"),
            (text.replace("version: 2", "version: 1").replace("working_days: 3}", "working_days: 4}", 1), "Phải là 2"),
            (text.replace("code: thuong", "code: khan"), "mã không đổi"),
            (text.replace("level: 2", "level: 1"), "cấp của escalations phải tăng dần"),
            (text + "\nthem: 1", "Không được biết đến"),
            ("version: [", "Không phải YAML hợp lệ ở dòng 1"),
            (text.replace("sources: []", "sources: [petition, petition]"), "nêu hai lần"),
        ):
            refused = await admin.post(CHANGE, data={"document": bad, "look": "yes"})
            page = Page(refused.text)
            assert (refused.status_code, told in page.words) == (422, True), told
            assert page.form(CHANGE).fields["document"][0].strip("\n") == bad.strip("\n")

        changed = text.replace("working_days: 3}", "working_days: 4}", 1)
        preview = Page((await admin.post(CHANGE, data={"document": changed, "look": "yes"})).text)
        words = " ".join(preview.words.split())
        assert "reminders.1.span.working_days34" in words
        assert "giữ nguyên phiên bản cũ" in words
        assert "Đang mở theo thuong@11" in words  # one is open under thuong@1
        assert "Sẽ khác, nếu thời hạn được quyết định lại1" in words
        assert (open_one["code"] in words, urgent["code"] in words) == (True, False)
        assert await events(running_office) == []
        back = await admin.post(CHANGE, data={"document": changed, "edit": "yes"})
        assert Page(back.text).form(CHANGE).fields["document"][0].strip("\n") == changed.strip("\n")

        adopted = {"document": preview.form(CHANGE).fields["document"][0], "confirm": "yes"}
        assert (await admin.post(CHANGE, data=adopted)).headers["location"] == f"{ABOUT}?done=adopted"
        assert (await admin.post(CHANGE, data=adopted)).headers["location"] == f"{ABOUT}?done=known"
        [event] = await events(running_office)
        assert isinstance(event.data, PolicyAdopted)
        assert (event.data.policy, event.actor.user, event.actor.role) == ("thuong@2", "quan-tri", Role.ADMIN)
        shown = Page((await admin.get(ABOUT)).text)
        assert "trước hạn 4 ngày làm việc, lúc 08:00" in shown.words
        assert "Đồng chí quan-tri" in shown.words
        # What the preview says of open directives is so.
        assert (await running_office.show(open_one))["policy_version"] == "thuong@1"
        assert (await running_office.issue(deadline={"working_days": 9}))["policy_version"] == "thuong@2"
