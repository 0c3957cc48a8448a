"""Who may come in by the provider: people of the directory, or whoever the office's mapping makes a person of."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from api.signing.cookies import COOKIE as SESSION
from domain.registries import Registry
from tests.api.pages.reading import Page
from tests.api.signing.openid.conftest import OpenWay, Way
from tests.support.openid_provider import OpenIDProvider

CREATE = """
provision: create
username: preferred_username
full_name: name
email: email
unit: {claim: department, map: {"Phòng Nội vụ": NV, "Phòng Tài nguyên và Môi trường": TNMT}}
roles:
  - {when: {claim: groups, has: dondoc-chuyen-vien}, role: officer}
  - {when: {claim: groups, has: dondoc-leaders}, role: leader, unit: UBQ}
  - {when: {claim: [realm_access, roles], has: dondoc-truong-phong}, role: unit_head}
"""


def account(username: str, **changes: Any) -> dict[str, Any]:
    told = {
        "sub": f"id-{username}",
        "preferred_username": username,
        "name": "Nguyễn Thị Mới",
        "email": f"{username}@quan.example",
        "email_verified": True,
        "department": "Phòng Nội vụ",
        "groups": ["dondoc-chuyen-vien", "khac"],
    }
    return {name: value for name, value in (told | changes).items() if value is not None}


async def me(way: Way) -> dict[str, Any]:
    """Sign in; who that is."""
    browser, came = await way.signed_in()
    assert came.status_code == 303, came.text
    found: dict[str, Any] = (await browser.get("/api/v1/me")).json()
    return found


async def told(way: Way, status: int = 403) -> str:
    """Try to sign in; what the page says."""
    sessions = await way.sessions()
    browser, came = await way.signed_in()
    assert came.status_code == status, came.text
    assert SESSION not in browser.cookies
    assert await way.sessions() == sessions
    return " ".join(Page(came.text).words.split())


async def entered(way: Way, username: str) -> list[dict[str, Any]]:
    """What the record says happened to somebody, with the actor of each."""
    rows = await way.pool.fetch(
        "select canonical from events where stream_id = $1 order by global_position", Registry.DIRECTORY.stream_id
    )
    bodies = [json.loads(row["canonical"]) for row in rows]
    return [body for body in bodies if body["data"].get("username") == username]


# Known people only


async def test_who_is_not_in_the_directory_is_told_so(way: Way) -> None:
    way.provider.account = account("nguoi-la")
    assert "Tài khoản nguoi-la chưa có trong danh bạ" in await told(way)
    assert await entered(way, "nguoi-la") == []


async def test_a_username_that_differs_in_capitals_is_another(way: Way) -> None:
    way.provider.account = account("TP-NV")
    assert "chưa có trong danh bạ" in await told(way)


async def test_who_is_inactive_stays_outside(way: Way) -> None:
    await way.pool.execute("update users set active = false where username = 'cv-tnmt'")
    way.house.services.reference.forget()
    way.provider.account = account("cv-tnmt")
    assert "đã ngừng hoạt động" in await told(way)


@pytest.mark.parametrize("username", [None, "", " ", 7, ["tp-nv"], "tp nv", "tp-nv ", "tp-nv\x00", "x" * 65])
async def test_a_username_that_is_none_is_told(way: Way, username: object) -> None:
    way.provider.account = account("x", preferred_username=username)
    assert "preferred_username" in await told(way)


async def test_nothing_of_the_directory_follows_where_only_known_people_sign_in(way: Way) -> None:
    way.provider.account = account("pct", groups=["admins"])
    before = (await way.house.services.reference.current()).version
    found = await me(way)
    assert [role["role"] for role in found["roles"]] == ["leader"]
    assert (await way.house.services.reference.current()).version == before


async def test_the_domain_is_cut_off_and_no_other_is_let_in(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way("username: {claim: upn, domain: quan.example, lowercase: true}")
    provider.account = {"sub": "1", "upn": "TP-NV@Quan.Example"}
    assert (await me(way))["username"] == "tp-nv"
    for other in ("tp-nv@khac.example", "tp-nv", "tp-nv@quan.example@khac.example", "tp-nv@quan.example.khac"):
        provider.account = {"sub": "1", "upn": other}
        assert "không thuộc tên miền quan.example" in await told(way)


async def test_what_the_token_leaves_out_is_asked_for(way: Way) -> None:
    way.provider.account = {"sub": "1"}
    way.provider.userinfo = {"preferred_username": "tp-nv"}
    assert (await me(way))["username"] == "tp-nv"
    way.provider.userinfo = {"preferred_username": "tp-nv", "sub": "another"}
    assert "không hợp lệ" in await told(way, 401)
    assert way.provider.hits["userinfo"] == 2


async def test_what_the_token_says_outweighs_what_is_asked_for(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(CREATE)
    provider.account = account("moi-0", email=None, name=None)
    provider.userinfo = {"name": "Tên Ở Đó", "preferred_username": "quan-tri", "groups": ["dondoc-leaders"]}
    found = await me(way)
    assert (found["username"], found["full_name"]) == ("moi-0", "Tên Ở Đó")
    assert [role["role"] for role in found["roles"]] == ["officer"]


async def test_userinfo_on_another_host_is_not_asked(way: Way) -> None:
    way.provider.account = {"sub": "1"}
    way.provider.configuration = {"userinfo_endpoint": "https://graph.example/userinfo"}
    assert "preferred_username" in await told(way)


# People as the claims say


async def test_who_comes_for_the_first_time_is_entered(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(CREATE)
    provider.account = account("moi-1")
    found = await me(way)
    assert (found["full_name"], found["unit"], found["email"]) == ("Nguyễn Thị Mới", "NV", "moi-1@quan.example")
    assert [(role["role"], role["unit"]) for role in found["roles"]] == [("officer", "NV")]
    (event,) = await entered(way, "moi-1")
    assert event["type"] == "PersonRegistered"
    assert (event["actor"]["user"], event["actor"]["name"]) == ("openid", provider.issuer)
    await me(way)
    assert len(await entered(way, "moi-1")) == 1, "nothing has changed, so nothing is written"


async def test_roles_unit_and_name_follow_the_claims(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(CREATE)
    provider.account = account("moi-2")
    await me(way)
    provider.account = account(
        "moi-2",
        name="Nguyễn Thị Mới (trưởng phòng)",
        department="phòng  tài nguyên và môi trường",
        groups="dondoc-leaders",
        realm_access={"roles": ["dondoc-truong-phong"]},
        email="khac@quan.example",
    )
    found = await me(way)
    assert (found["full_name"], found["unit"]) == ("Nguyễn Thị Mới (trưởng phòng)", "TNMT")
    assert found["email"] == "khac@quan.example"
    assert {(role["role"], role["unit"]) for role in found["roles"]} == {("leader", "UBQ"), ("unit_head", "TNMT")}
    types = [event["type"] for event in await entered(way, "moi-2")]
    assert types == ["PersonRegistered", "PersonMoved", "PersonRenamed"]
    provider.account = account("moi-2", groups=[])
    assert "chưa được giao vai trò nào" in await told(way)
    held = (await way.house.services.reference.current()).directory.people["moi-2"]
    assert held.roles == (), "taken back before anybody is turned away"


async def test_roles_that_the_mapping_does_not_name_are_not_its_business(
    open_way: OpenWay, provider: OpenIDProvider
) -> None:
    way = open_way(CREATE)
    provider.account = account("quan-tri", name="Đồng chí quan-tri")
    found = await me(way)
    assert {(role["role"], role["unit"]) for role in found["roles"]} == {("officer", "NV"), ("admin", "UBQ")}


@pytest.mark.parametrize("groups", [["admin"], ["dondoc-admin"], "admin", ["admin@UBQ"], {"admin": True}])
async def test_nobody_becomes_an_administrator_by_a_claim_that_the_mapping_does_not_name(
    open_way: OpenWay, provider: OpenIDProvider, groups: object
) -> None:
    way = open_way(CREATE)
    claims = {"roles": ["admin"], "role": "admin", "realm_access": {"roles": ["admin", "dondoc-truong-phong"]}}
    provider.account = account("moi-3", groups=groups, **claims)
    assert [role["role"] for role in (await me(way))["roles"]] == ["unit_head"]


async def test_the_mapping_may_name_one(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(CREATE + "  - {when: {claim: groups, has: dondoc-quan-tri}, role: admin, unit: UBQ}\n")
    provider.account = account("moi-4", groups=["dondoc-quan-tri"])
    assert [(role["role"], role["unit"]) for role in (await me(way))["roles"]] == [("admin", "UBQ")]


async def test_who_has_no_role_is_not_entered(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(CREATE)
    for groups in ([], None, ["DONDOC-LEADERS"], ["dondoc-leaders "], "dondoc-leaders,dondoc-chuyen-vien", 1):
        provider.account = account("moi-5", groups=groups)
        assert "chưa được giao vai trò nào" in await told(way)
    assert await entered(way, "moi-5") == []


async def test_who_was_deactivated_is_not_brought_back_by_claims(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(CREATE)
    provider.account = account("moi-6")
    await me(way)
    await way.pool.execute("update users set active = false where username = 'moi-6'")
    way.house.services.reference.forget()
    assert "đã ngừng hoạt động" in await told(way)
    assert len(await entered(way, "moi-6")) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"department": "Phòng Lạ"}, "department là “Phòng Lạ”, không có trong bảng đơn vị"),
        ({"department": None}, "department là “—”"),
        ({"name": None}, "thiếu name"),
        ({"name": "a\nb"}, "name không dùng được"),
        ({"name": "\u202eabc"}, "name không dùng được"),
    ],
)
async def test_claims_that_make_no_person_are_told(
    open_way: OpenWay, provider: OpenIDProvider, changes: dict[str, object], reason: str
) -> None:
    way = open_way(CREATE)
    provider.account = account("moi-7", **changes)
    assert reason in await told(way)
    assert await entered(way, "moi-7") == []


async def test_a_unit_that_the_directory_lacks_is_told(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(CREATE.replace("NV,", "KHONG-CO,"))
    provider.account = account("moi-8")
    assert "KHONG-CO" in await told(way)


async def test_an_address_that_the_provider_does_not_vouch_for_is_left_out(
    open_way: OpenWay, provider: OpenIDProvider
) -> None:
    way = open_way(CREATE)
    provider.account = account("moi-9", email_verified=False)
    assert (await me(way))["email"] is None
    provider.account = account("moi-9")
    assert (await me(way))["email"] == "moi-9@quan.example"
    provider.account = account("moi-9", email="không phải địa chỉ")
    assert (await me(way))["email"] == "moi-9@quan.example"


async def test_the_first_sign_in_twice_at_once_enters_one_person(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(CREATE)
    provider.account = account("moi-10")
    came = await asyncio.gather(*(way.signed_in() for _ in range(3)))
    assert [answer.status_code for _, answer in came] == [303, 303, 303]
    assert [event["type"] for event in await entered(way, "moi-10")] == ["PersonRegistered"]


@pytest.mark.parametrize("name", ["keycloak", "entra"])
async def test_the_examples_of_the_deployment_do_what_they_say(
    open_way: OpenWay, provider: OpenIDProvider, repo: Path, name: str
) -> None:
    way = open_way((repo / "deploy" / "openid" / f"{name}.example.yaml").read_text(encoding="utf-8"))
    if name == "keycloak":
        provider.account = account("kc-1", groups=["/dondoc/chuyen-vien"])
    else:
        provider.account = account("x", upn="ms-1@quanmau.gov.vn", groups=None, roles=["ChuyenVien"], department="NV")
    found = await me(way)
    assert found["username"] == ("kc-1" if name == "keycloak" else "ms-1")
    assert [(role["role"], role["unit"]) for role in found["roles"]] == [("officer", "NV")]
