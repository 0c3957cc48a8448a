"""From claims to a person: only what the mapping names, and only where it is what it should be."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.claims import Claimed, ClaimsError, ClaimsMapping, claimed, followed
from domain.directory import Grant, Person, Role

CREATE = ClaimsMapping.model_validate(
    {
        "provision": "create",
        "username": "preferred_username",
        "full_name": "name",
        "email": "email",
        "unit": {"claim": "department", "map": {"Phòng Nội vụ": "NV", "Hoà Bình": "P-A"}},
        "roles": [
            {"when": {"claim": "groups", "has": "lãnh-đạo"}, "role": "leader", "unit": "UBQ"},
            {"when": {"claim": ["realm_access", "roles"], "has": "officer"}, "role": "officer"},
            {"when": {"claim": "groups", "has": "officer"}, "role": "officer"},
        ],
    }
)
PLAIN: dict[str, Any] = {
    "preferred_username": "tp-nv",
    "name": "Đồng chí A",
    "email": "a@quan.example",
    "department": "Phòng Nội vụ",
}


def of(**changes: Any) -> Claimed:
    return claimed(CREATE, PLAIN | changes)


def test_claims_make_a_person() -> None:
    assert of(groups=["lãnh-đạo"]) == Claimed(
        username="tp-nv",
        full_name="Đồng chí A",
        email="a@quan.example",
        unit="NV",
        roles=(Grant(role=Role.LEADER, unit="UBQ"),),
    )


def test_without_creating_only_the_username_counts() -> None:
    assert claimed(ClaimsMapping(), {"preferred_username": "tp-nv", "groups": ["admin"]}) == Claimed(username="tp-nv")


@pytest.mark.parametrize(
    "department",
    ["Phòng Nội vụ", "PHÒNG NỘI VỤ", "Phong noi vu", "Pho\u0300ng  No\u0323\u0302i vu\u0323", ["x", "Phòng Nội vụ"]],
)
def test_units_are_matched_as_people_write_them(department: object) -> None:
    assert of(department=department).unit == "NV"


def test_the_place_of_the_tone_makes_no_difference() -> None:
    assert of(department="Hòa Bình").unit == "P-A"


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ("lãnh-đạo", ["leader"]),
        (["la\u0303nh-đa\u0323o"], ["leader"]),
        (["lanh-dao", "LÃNH-ĐẠO", "lãnh-đạo "], []),
        ("lãnh-đạo,officer", []),
        ({"lãnh-đạo": True}, []),
        ([["lãnh-đạo"]], []),
        (True, []),
        (None, []),
    ],
)
def test_roles_are_matched_to_the_letter(groups: object, roles: list[str]) -> None:
    assert [grant.role for grant in of(groups=groups).roles] == roles


def test_a_role_stands_once_and_over_the_persons_own_unit_unless_another_is_named() -> None:
    found = of(groups=["officer"], realm_access={"roles": ["officer"]})
    assert found.roles == (Grant(role=Role.OFFICER, unit="NV"),)


@pytest.mark.parametrize("access", [None, [], "officer", {"roles": {"officer": 1}}, {"role": ["officer"]}])
def test_a_path_that_leads_nowhere_gives_nothing(access: object) -> None:
    assert of(realm_access=access).roles == ()


def test_a_name_with_dots_is_one_name() -> None:
    mapping = ClaimsMapping.model_validate({"username": "https://sso.example/user.name"})
    assert claimed(mapping, {"https://sso.example/user.name": "tp-nv"}).username == "tp-nv"


@pytest.mark.parametrize("username", ["\u212aiem-tra", "ｋiem-tra", "kiem\u200b-tra", "kiem-tra\n", "Kiểm-tra", ""])
def test_a_name_that_only_looks_like_another_is_refused(username: str) -> None:
    lowered = ClaimsMapping.model_validate({"username": {"claim": "upn", "lowercase": True}})
    with pytest.raises(ClaimsError, match="upn"):
        claimed(lowered, {"upn": username})


@pytest.mark.parametrize("upn", ["a@quan.example.evil", "a@evil", "a", "a@QUAN.EXAMPL\u212a", "@", "a@b@quan.example"])
def test_only_the_domain_that_is_named_is_cut_off(upn: str) -> None:
    mapping = ClaimsMapping.model_validate({"username": {"claim": "upn", "domain": "quan.example"}})
    with pytest.raises(ClaimsError):
        claimed(mapping, {"upn": upn})
    assert claimed(mapping, {"upn": "a@Quan.Example"}).username == "a"


def test_an_address_that_nobody_vouches_for_is_left_out() -> None:
    assert of(email_verified=False).email is None
    assert of(email_verified="false").email is None
    assert of(email_verified=True).email == "a@quan.example"
    assert of(email="không").email is None


def test_what_is_lacking_is_worth_asking_for() -> None:
    whole = PLAIN | {"groups": [], "realm_access": {"roles": []}}
    assert not CREATE.lacks(whole)
    for name in whole:
        assert CREATE.lacks({key: value for key, value in whole.items() if key != name})
    assert not ClaimsMapping().lacks({"preferred_username": "x"})


def test_what_claims_do_not_speak_of_stays() -> None:
    held = Person(
        username="tp-nv",
        full_name="Tên cũ",
        unit="TNMT",
        email="cu@quan.example",
        roles=(Grant(role=Role.ADMIN, unit="UBQ"), Grant(role=Role.OFFICER, unit="TNMT")),
    )
    person = followed(CREATE, of(email=None, groups=["lãnh-đạo"]), held)
    assert (person.full_name, person.unit, person.email) == ("Đồng chí A", "NV", "cu@quan.example")
    assert person.roles == (Grant(role=Role.LEADER, unit="UBQ"), Grant(role=Role.ADMIN, unit="UBQ"))


def test_nobody_is_made_an_administrator_without_a_condition() -> None:
    with pytest.raises(ValidationError, match="admin"):
        ClaimsMapping.model_validate({"roles": [{"role": "admin", "unit": "UBQ"}]})
