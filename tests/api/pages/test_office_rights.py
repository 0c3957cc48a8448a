"""The office's pages: who sees which, and that nobody else changes anything there."""

import pytest

from api.pages.language import COOKIE as LANGUAGE
from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page

LOOKING = (
    "/office",
    "/office/units",
    "/office/people",
    "/office/calendar",
    "/office/policies",
    "/office/policies/thuong",
)
CALENDAR = ("/office/calendar/new", "/office/calendar/revert?number=1")
ADMINISTRATORS = ("/office/people/new", "/office/people/tp-nv", "/office/policies/thuong/change")
SENDING = (
    *("/office/people/new", "/office/people/tp-nv", "/office/people/tp-nv/active", "/office/people/tp-nv/password"),
    *("/office/people/tp-nv/sessions/end", "/office/people/tp-nv/tokens", "/office/people/tp-nv/tokens/revoke"),
    *("/office/calendar/new", "/office/calendar/revert", "/office/policies/thuong/change"),
)
MAY_SEE = {
    "quan-tri": (*LOOKING, *CALENDAR, *ADMINISTRATORS),
    "cv-theo-doi": (*LOOKING, *CALENDAR),
    "chu-tich": (),
    "tp-nv": (),
    "cv-nv": (),
    "kiem-tra": (),
}
MAY_SEND = {"quan-tri": SENDING, "cv-theo-doi": ("/office/calendar/new", "/office/calendar/revert")}


@pytest.mark.parametrize("username", MAY_SEE)
async def test_pages_are_open_to_whom_they_are_for(browse: Browse, username: str) -> None:
    client = await browse(username)
    found = {path: (await client.get(path)).status_code for path in MAY_SEE["quan-tri"]}
    assert found == {path: 200 if path in MAY_SEE[username] else 403 for path in found}
    assert ("/office" in Page((await client.get("/")).text).links) is bool(MAY_SEE[username])


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("username", ["cv-theo-doi", "chu-tich", "tp-nv", "kiem-tra"])
async def test_what_others_send_is_refused(browse: Browse, username: str) -> None:
    client = await browse(username)
    found = {path: (await client.post(path, data={"x": "y"})).status_code for path in SENDING}
    assert found == {path: 422 if path in MAY_SEND.get(username, ()) else 403 for path in found}


async def test_only_what_one_may_do_is_linked(browse: Browse) -> None:
    office, admin = await browse("cv-theo-doi"), await browse("quan-tri")
    for path, only_admins in (
        ("/office/people", "/office/people/new"),
        ("/office/people", "/office/people/tp-nv"),
        ("/office/policies/thuong", "/office/policies/thuong/change"),
    ):
        assert only_admins in Page((await admin.get(path)).text).links
        assert only_admins not in Page((await office.get(path)).text).links
    assert "/office/calendar/new" in Page((await office.get("/office/calendar")).text).links


async def test_what_is_not_there_is_not_found(browse: Browse) -> None:
    admin = await browse("quan-tri")
    for path in ("/office/people/khong-co", "/office/policies/khong-co", "/office/policies/khong-co/change"):
        assert (await admin.get(path)).status_code == 404
    assert (await admin.get("/office/calendar?year=1999")).status_code == 422


async def test_units_and_people_are_found_without_accents(browse: Browse) -> None:
    office = await browse("cv-theo-doi")
    units = Page((await office.get("/office/units?q=phong noi")).text)
    assert ("Phòng Nội vụ" in units.words, "Phường A" in units.words) == (True, False)
    assert "Ủy ban nhân dân quận" in units.words  # above what was found
    people = Page((await office.get("/office/people?q=DONG CHI cv&unit=NV")).text)
    assert ("cv-nv" in people.words, "tp-nv" in people.words, "cv-tnmt" in people.words) == (True, False, False)
    assert "Chuyên viên" in people.words
    assert "Không có ai khớp" in Page((await office.get("/office/people?q=zzz")).text).words


async def test_the_calendar_tells_days_by_words(browse: Browse) -> None:
    page = Page((await (await browse("cv-theo-doi")).get("/office/calendar?year=2026")).text)
    words = " ".join(page.words.split())
    assert "nghỉ hoán đổi với 10/01/2026" in words
    assert "10L: đi làm, làm bù cho 02/01/2026" in words
    assert "bảng kèm chương trình 2026.1" in words
    assert "còn hiệu lực" in words


@pytest.mark.parametrize(
    ("path", "english", "vietnamese"),
    [
        ("/office", "Mails that failed", "Thư không gửi được"),
        ("/office/units", "The tree of units", "Cây đơn vị"),
        ("/office/people", "Unit (with those below)", "Đơn vị (cả trực thuộc)"),
        ("/office/people/tp-nv", "Set a one-time password", "Đặt mật khẩu dùng một lần"),
        ("/office/calendar", "Unlike the plain week", "Khác với tuần thường"),
        ("/office/calendar/new", "See what it does", "Xem trước ảnh hưởng"),
        ("/office/policies", "3 working days before the deadline, at 08:00", "trước hạn 3 ngày làm việc"),
        ("/office/policies/thuong/change", "The policy (YAML)", "Nội dung (YAML)"),
    ],
)
async def test_both_languages_are_spoken(browse: Browse, path: str, english: str, vietnamese: str) -> None:
    client = await browse("quan-tri")
    told = Page((await client.get(path)).text).words
    client.cookies.set(LANGUAGE, "en")
    told_in_english = Page((await client.get(path)).text).words
    assert (vietnamese in told, english in told) == (True, False)
    assert (vietnamese in told_in_english, english in told_in_english) == (False, True)
