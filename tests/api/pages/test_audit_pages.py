"""The auditor's pages: who may open them, what they show, what they refuse, and that a bundle from them holds."""

import asyncio
import base64
import re
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from api.pages.audit import checkpoints as checkpoint_pages
from api.pages.audit import reads as read_pages
from api.pages.language import COOKIE as LANGUAGE
from audit.log.checkpoint import Checkpoint
from audit.log.keys import KeyFolder
from audit.log.ledger import make_checkpoint
from audit.log.note import VerifyingKey
from audit.log.signing import signing_key
from audit.log.tree import check_inclusion
from domain.event_values import SYSTEM
from domain.instants import local
from settings import Settings
from storage.log import StoredCheckpoint, put_contradiction
from storage.log_keys import adopted_keys
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reconciliation import keep_difference
from tests.api.pages.conftest import Browse, Sign, browser, dashed, opened
from tests.api.pages.reading import Page
from tests.audit.superuser import as_superuser
from tests.domain.happenings import acknowledged
from tests.storage.commits import after, begun
from tests.support.office import Office, api_served

PAGES = ("/audit", "/audit/state", "/audit/verify", "/audit/checkpoints", "/audit/bundle", "/audit/reads")
ALLOWED: dict[str, set[str]] = {
    "kiem-tra": {*PAGES},
    "quan-tri": {*PAGES},
    "chu-tich": {"/audit/state", "/audit/checkpoints"},
    "cv-theo-doi": {"/audit/checkpoints"},
    "tp-nv": {"/audit/checkpoints"},
    "cv-nv": {"/audit/checkpoints"},
}


@pytest.mark.parametrize("who", ALLOWED)
async def test_each_page_is_open_to_whom_the_api_answers(
    shared: Office, browse: Browse, signed: StoredCheckpoint, who: str
) -> None:
    client = await browse(who)
    for address in PAGES:
        answer = await client.get(address)
        assert answer.status_code == (200 if address in ALLOWED[who] else 403), address
    for address in ("/", "/audit/checkpoints"):
        links = {*Page((await client.get(address)).text).links}
        assert links & {*PAGES} <= ALLOWED[who], "a link to what is not open leads to a refusal"
    if "/audit" not in ALLOWED[who]:
        for address in ("/audit/verify", "/audit/bundle"):
            assert (await client.post(address, data={"kind": "days"})).status_code == 403
    assert (await client.get(f"/audit/checkpoints/{signed.size}")).status_code == 200


async def test_an_auditor_of_a_unit_sees_no_page_that_tells_of_all(
    browse: Browse, signed: StoredCheckpoint, ward_auditor: str
) -> None:
    desk = await opened(browse, "/audit", by=ward_auditor)
    assert {"/audit/state", "/audit/bundle", "/audit/reads"} <= {*desk.links}
    assert "/audit/verify" not in desk.links
    await opened(browse, "/audit/verify", by=ward_auditor, status=403)
    form = (await opened(browse, "/audit/bundle", by=ward_auditor)).form("/audit/bundle")
    assert "first_day" not in form.names
    answer = await (await browse(ward_auditor)).post(
        "/audit/bundle", data={"kind": "days", "first_day": "2026-01-01", "last_day": "2026-12-31"}
    )
    assert answer.status_code == 422


async def test_without_a_session_one_is_led_to_the_sign_in_and_without_an_origin_nothing_is_done(
    shared: Office, browse: Browse, signed: StoredCheckpoint, late: dict[str, str]
) -> None:
    async with httpx.AsyncClient(base_url=shared.url, headers={"Accept": "text/html"}) as nobody:
        for address in (*PAGES, f"/proof/{dashed(late)}", f"/audit/checkpoints/{signed.size}"):
            answer = await nobody.get(address)
            assert (answer.status_code, answer.headers["location"].startswith("/sign-in")) == (303, True)
    auditor = await browse("kiem-tra")
    for address in ("/audit/verify", "/audit/bundle", f"/proof/{dashed(late)}/bundle"):
        for origin in ("https://elsewhere.example", "null"):
            answer = await auditor.post(address, data={"kind": "numbers"}, headers={"Origin": origin})
            assert answer.status_code == 403
            assert "foreign_origin" in answer.text


async def test_the_desk_tells_how_far_the_record_is_signed_and_what_contradicts_it(
    shared: Office, browse: Browse, signed: StoredCheckpoint
) -> None:
    directive = await shared.issue()
    await keep_difference(shared.pool, (UUID(directive["id"]), "answer_lost", "run", 7, 12, "mất một lời", "one lost"))
    await put_contradiction(shared.pool, signed.size, "nơi giữ ngoài", "gốc khác")
    desk = await opened(browse, "/audit")
    assert base64.b64encode(signed.root).decode() in desk.words
    assert "vừa xong" in desk.words
    assert "mất một lời" in desk.words
    assert "nơi giữ ngoài" in desk.words
    assert f"/directives/{dashed(directive)}" in desk.links
    assert f"/audit/checkpoints/{signed.size}" in desk.links
    assert desk.form("/directives").names == {"q"}
    head = await shared.pool.fetchval("select position from log_head")
    behind = desk.words.split("Chưa ký")[1].split("sự kiện ghi")[0].strip()
    assert behind == str(head - signed.size)
    assert behind != "0"
    (await browse("kiem-tra")).cookies.set(LANGUAGE, "en")
    assert "just now" in (await opened(browse, "/audit")).words


async def test_the_button_verifies_one_at_a_time_and_shows_the_verdict(
    browse: Browse, signed: StoredCheckpoint
) -> None:
    assert (await opened(browse, "/audit/verify")).form("/audit/verify").method == "post"
    client = await browse("kiem-tra")
    two = await asyncio.gather(*(client.post("/audit/verify", data={}) for _ in range(2)))
    done, busy = sorted(two, key=lambda answer: answer.status_code)
    assert (done.status_code, busy.status_code) == (200, 429)
    verdict = Page(done.text).words
    assert "ĐẠT: bản ghi nguyên vẹn." in verdict
    assert "Đồng chí kiem-tra" in verdict
    assert verdict.count("Đạt") == 5, "four parts hold beside the tree; of witnesses and time stamps nothing is said"
    assert "Điều biên bản này không chứng minh" in verdict
    reads = await opened(browse, "/audit/reads", {"user": "kiem-tra"})
    assert "verify" in reads.words


async def test_a_record_that_was_altered_is_told_everywhere(settings: Settings, pool: Pool, database_url: str) -> None:
    directive = begun()
    await PostgresEventStore(pool).append([directive])
    with tempfile.TemporaryDirectory() as folder:
        key = await signing_key(pool, KeyFolder(Path(folder)), SYSTEM)
    first = await make_checkpoint(pool, key)
    await PostgresEventStore(pool).append([after(directive, acknowledged())])
    second = await make_checkpoint(pool, key)
    altered = "canonical = convert_to(replace(convert_from(canonical, 'UTF8'), 'Rà soát', 'Bỏ qua'), 'UTF8')"
    await as_superuser(
        database_url,
        f"update events set {altered} where global_position = 1",  # noqa: S608 - our own words
        f"update checkpoints set root = sha256('x') where size = {first.size}",  # noqa: S608 - as above
    )
    async with api_served(settings) as url:
        client = await browser(Office(url, pool), "kiem-tra")
        verdict = Page((await client.post("/audit/verify", data={})).text).words
        assert "KHÔNG ĐẠT" in verdict
        assert "đầu tiên tại vị trí 1." in verdict
        assert "chuỗi byte không khớp mã băm" in verdict
        reference = directive.state.code.replace("/", "-")
        proof = Page((await client.get(f"/proof/{reference}")).text).words
        assert proof.count("KHÔNG khớp với gốc đã ký") == 1, "the other event is what it was"
        between = await client.get(f"/audit/checkpoints?from={first.size}&to={second.size}")
        assert "KHÔNG khớp: bản ghi sau không nối tiếp" in Page(between.text).words
        refused = await client.post(f"/proof/{reference}/bundle", data={})
        assert refused.status_code == 500
        assert "record_altered" in refused.text
        await client.aclose()


async def test_checkpoints_are_listed_and_one_is_proven_to_go_on_from_another(
    shared: Office, browse: Browse, signed: StoredCheckpoint, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shared.issue()
    later = await sign()
    page = await opened(browse, "/audit/checkpoints", by="cv-nv")
    sizes = [int(link.rpartition("/")[2]) for link in page.links if link.startswith("/audit/checkpoints/")]
    assert sizes[:2] == [later.size, signed.size]
    keys = [VerifyingKey.parse(one.key) for one in await adopted_keys(shared.pool)]
    note = await (await browse("cv-nv")).get(f"/audit/checkpoints/{signed.size}")
    assert note.headers["content-type"].startswith("text/plain")
    assert Checkpoint.open(note.text, keys).head.root == signed.root
    proven = await opened(browse, "/audit/checkpoints", {"from": signed.size, "to": later.size})
    assert "Đã kiểm: đúng." in proven.words
    assert base64.b64encode(signed.root).decode() in proven.words
    for params, field in (
        ({"from": later.size + 1, "to": later.size}, "from"),
        ({"from": "x", "to": later.size}, "from"),
        ({"from": signed.size}, "to"),
        ({"from": later.size, "to": signed.size}, "to"),
    ):
        assert f"{field}-fault" in (await opened(browse, "/audit/checkpoints", params, status=422)).ids
    await opened(browse, f"/audit/checkpoints/{later.size + 1}", status=404)
    await opened(browse, f"/audit/checkpoints/{2**70}", status=404)
    monkeypatch.setattr(checkpoint_pages, "_A_PAGE", 1)
    first = await opened(browse, "/audit/checkpoints")
    (older,) = (link for link in first.links if "before=" in link)
    assert f"/audit/checkpoints/{signed.size}" in (await opened(browse, older)).links


async def test_each_event_of_a_directive_is_proven_to_whoever_may_see_it(
    shared: Office, browse: Browse, sign: Sign
) -> None:
    directive = await shared.issue()
    last = await sign()
    await shared.do("tp-nv", "acknowledge", directive)
    page = await opened(browse, f"/proof/{dashed(directive)}", by="cv-nv")
    assert "Sự kiện này có trong nhật ký đã ký lúc" in page.words
    assert page.words.count("Chưa có điểm kiểm nào bao gồm sự kiện này") == 1
    events = (await (await shared.as_("cv-nv")).get(f"/directives/{directive['id']}/events")).json()["items"]
    path = re.findall(r"[0-9a-f]{64}", page.words)
    second, first, *steps = path
    assert [second, first] == [events[1]["leaf_hash"], events[0]["leaf_hash"]]
    index = events[0]["global_position"] - 1
    check_inclusion(bytes.fromhex(first), index, last.size, [bytes.fromhex(one) for one in steps], last.root)
    for stranger, status in (("ct-b", 404), ("cv-tnmt", 200)):
        await opened(browse, f"/proof/{dashed(directive)}", by=stranger, status=status)
    await opened(browse, "/proof/1999-0001", status=404)
    noted = await opened(browse, "/audit/reads", {"user": "cv-nv", "directive": directive["code"]})
    assert "Xem lịch sử" in noted.words
    assert "Trang web" in noted.words


async def test_reads_are_found_by_reader_directive_and_day(
    shared: Office, browse: Browse, monkeypatch: pytest.MonkeyPatch, ward_auditor: str
) -> None:
    directive = await shared.issue(lead_unit="NV", coordinating_units=[])
    for who in ("chu-tich", "tp-nv", "cv-nv"):
        await shared.show(directive, by=who)
    of_directive = {"directive": directive["code"]}
    page = await opened(browse, "/audit/reads", of_directive)
    assert all(f"Đồng chí {who}" in page.words for who in ("chu-tich", "tp-nv", "cv-nv"))
    only = await opened(browse, "/audit/reads", {"user": "tp-nv", **of_directive})
    assert [link for link in only.links if "user=" in link] == ["/audit/reads?user=tp-nv"]
    today = local(datetime.now(UTC)).date()
    for days, found in (({"from": today, "to": today}, True), ({"to": today - timedelta(days=1)}, False)):
        shown = await opened(browse, "/audit/reads", {"user": "tp-nv", **of_directive, **days})
        assert ("Không có lượt xem nào" not in shown.words) == found
    for asked, field in (
        ({"directive": "1999/0001"}, "directive"),
        ({"from": "x"}, "from"),
        ({"to": "9999-12-31"}, "to"),
    ):
        assert f"{field}-fault" in (await opened(browse, "/audit/reads", asked, status=422)).ids
    assert "directive-fault" in (await opened(browse, "/audit/reads", of_directive, by=ward_auditor, status=422)).ids
    await opened(browse, "/audit/reads", {"user": "a\0b"}, status=422)
    monkeypatch.setattr(read_pages, "_A_PAGE", 2)
    first = await opened(browse, "/audit/reads", of_directive)
    (older,) = (link for link in first.links if "before=" in link)
    assert "Đồng chí chu-tich" in (await opened(browse, older)).words


async def test_nothing_is_shown_that_cannot_be_noted(settings: Settings, pool: Pool, database_url: str) -> None:
    directive = begun()
    await PostgresEventStore(pool).append([directive])
    with tempfile.TemporaryDirectory() as folder:
        await make_checkpoint(pool, await signing_key(pool, KeyFolder(Path(folder)), SYSTEM))
    await as_superuser(database_url, "revoke insert (reader) on reads from dondoc_program")
    async with api_served(settings) as url:
        client = await browser(Office(url, pool), "kiem-tra")
        reference = directive.state.code.replace("/", "-")
        for address in (*PAGES, "/audit/state?day=2026-03-02", "/audit/checkpoints/1", f"/proof/{reference}"):
            answer = await client.get(address)
            assert (answer.status_code, "read_not_noted" in answer.text) == (503, True), address
        for address in ("/audit/verify", "/audit/bundle", f"/proof/{reference}/bundle"):
            asked = {"kind": "numbers", "numbers": directive.state.code}
            assert (await client.post(address, data=asked)).status_code == 503, address
        await client.aclose()
