"""The first page: what waits for whom, and what is never on it."""

from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page
from tests.support.office import Office


async def test_each_finds_what_waits_for_them(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Chờ phòng tiếp nhận rồi báo cáo", coordinating_units=[])
    code = f"/directives/{issued['code'].replace('/', '-')}"
    head, leader, stranger = await browse("tp-nv"), await browse("chu-tich"), await browse("ct-a")
    assert code in Page((await head.get("/")).text).links
    assert code not in Page((await leader.get("/")).text).links
    await shared.do("tp-nv", "acknowledge", issued)
    await shared.do("tp-nv", "report-completion", issued, result="Xong")
    assert code in Page((await leader.get("/")).text).links
    assert "Kết quả chờ nghiệm thu" in Page((await leader.get("/")).text).words
    assert code not in Page((await head.get("/")).text).links
    await shared.do("chu-tich", "reject", issued, reason="Thiếu phụ lục")
    await shared.do("tp-nv", "claim", issued)
    assert "Phải thực hiện lại" in Page((await head.get("/")).text).words
    assert code not in Page((await stranger.get("/")).text).links


async def test_each_has_the_places_of_their_roles(browse: Browse) -> None:
    places = {
        "chu-tich": {"/issue"},
        "cv-theo-doi": {"/issue", "/office"},
        "tp-nv": set(),
        "kiem-tra": {"/audit"},
        "quan-tri": {"/audit", "/office"},
    }
    for who, extra in places.items():
        page = Page((await (await browse(who)).get("/")).text)
        assert {"/", "/directives", "/overview", "/notices", "/account"} <= set(page.links)
        assert set(page.links) & {"/issue", "/audit", "/office"} == extra, who


async def test_the_guide_goes_when_it_is_told_to(browse: Browse) -> None:
    client = await browse("cv-nv")
    assert "Bắt đầu từ đâu" in (await client.get("/")).text
    assert (await client.post("/guide/hide")).status_code == 303
    assert "Bắt đầu từ đâu" not in (await client.get("/")).text


async def test_notices_are_read_one_by_one_or_all(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Báo cho trưởng phòng", lead_unit="TNMT", coordinating_units=[])
    head = await browse("tp-tnmt")
    page = Page((await head.get("/notices")).text)
    assert "Báo cho trưởng phòng" in page.words
    notice = next(link for link in page.links if link.startswith("/notices/"))
    followed = await head.get(notice)
    assert followed.headers["location"] == f"/directives/{issued['code'].replace('/', '-')}"
    assert (await (await browse("ct-a")).get(notice)).status_code == 404
    await shared.do("chu-tich", "comment", issued, text="Nhắc thêm")
    form = Page((await head.get("/notices")).text).form("/notices/read")
    assert (await head.post("/notices/read", data=form.fields)).status_code == 303
    assert "chưa đọc" not in Page((await head.get("/notices?unread=true")).text).words.replace("Chỉ chưa đọc", "")
    for through in ("", "-1", "x", "9" * 30):
        assert (await head.post("/notices/read", data={"through": through})).status_code == 422


async def test_what_leaves_the_house_is_reached_from_the_office(browse: Browse) -> None:
    ways = {"/office/webhooks", "/office/deliveries"}
    assert ways <= set(Page((await (await browse("quan-tri")).get("/office")).text).links)
    assert ways.isdisjoint(Page((await (await browse("cv-theo-doi")).get("/office")).text).links)
    for who, status in (("quan-tri", 200), ("cv-theo-doi", 403)):
        for way in ways:
            assert (await (await browse(who)).get(way)).status_code == status
