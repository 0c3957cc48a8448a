"""What is configured of the provider: all or nothing, and every mistake told with its place before anybody is served."""

from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.signing.openid.mapping import MappingUnusable, mapping_in
from api.signing.openid.setup import SetupUnusable, setup_of
from domain.claims import ClaimsMapping, Provision
from settings import Settings

WHOLE: dict[str, Any] = {
    "oidc_issuer": "https://sso.example/realms/quan",
    "oidc_client_id": "dondoc",
    "public_url": "https://nhiemvu.example",
}


def test_nothing_is_configured_by_default() -> None:
    assert setup_of(Settings()) is None
    assert setup_of(Settings(oidc_name="Cổng quận", public_url="https://nhiemvu.example")) is None


def test_an_empty_value_is_none() -> None:
    empty = {"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret": "", "oidc_name": "", "oidc_mapping": ""}
    assert setup_of(Settings.model_validate(empty)) is None


def test_issuer_name_and_address_are_enough() -> None:
    setup = setup_of(Settings(**WHOLE))
    assert setup is not None
    assert setup.redirect_uri == "https://nhiemvu.example/sign-in/openid/callback"
    assert setup.mapping == ClaimsMapping()
    assert setup.mapping.provision is Provision.KNOWN_ONLY


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"oidc_issuer": None}, "DONDOC_OIDC_ISSUER"),
        ({"oidc_client_id": None}, "DONDOC_OIDC_CLIENT_ID"),
        ({"public_url": None}, "DONDOC_PUBLIC_URL"),
        ({"oidc_issuer": None, "oidc_client_id": None, "oidc_client_secret": "x"}, "DONDOC_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": None, "oidc_client_id": None, "oidc_mapping": Path("x")}, "DONDOC_OIDC_MAPPING"),
        ({"oidc_mapping": Path("/khong/co.yaml")}, "DONDOC_OIDC_MAPPING"),
        *(
            ({"oidc_issuer": issuer}, "DONDOC_OIDC_ISSUER")
            for issuer in (
                "sso.example",
                "http://sso.example/realms/quan",
                "https://sso.example/?a=b",
                "https://sso.example/#x",
                "https://user@sso.example",
                "https://sso.example:x",
                "https://",
                "ftp://sso.example",
                "https://sso.example/ quan",
            )
        ),
    ],
)
def test_half_of_it_is_refused_at_start(changes: dict[str, Any], named: str) -> None:
    settings = Settings(**(WHOLE | changes))
    with pytest.raises(SetupUnusable, match=named):
        create_app(settings)


def test_the_secret_is_not_shown() -> None:
    settings = Settings(**WHOLE, oidc_client_secret="geheim")
    assert "geheim" not in repr(settings)
    assert "geheim" not in repr(setup_of(settings))


BAD = {
    "usernme: x": (1, "usernme"),
    "provision: all": (1, "provision"),
    "provision: create\nusername: x": (1, "full_name, unit, roles"),
    "roles:\n  - {role: leader}\n  - {role: king}": (3, "roles.1.role"),
    "roles:\n  - role: leader\n    when:\n      claim: groups\n      hass: x": (5, "roles.0.when.hass"),
    "roles:\n  - role: leader\n    when:\n      claim: groups": (3, "roles.0.when.has"),
    "roles:\n  - {role: admin, unit: UBQ}": (2, "admin"),
    "username: {claim: upn, domain: a b}": (1, "username.domain"),
    "username: []": (1, "username.claim"),
    "username: 7": (1, "username"),
    "unit:\n  claim: department\n  map:\n    Phòng A: NV\n    Phòng B: phòng b": (5, "Phòng B"),
    "unit:\n  claim: department\n  map:\n    Phòng A: NV\n    phong a: TNMT": (1, "accents"),
    "email: x\nemail: y": (2, "email"),
    "unit:\n  claim: d\n  map:\n    A: NV\n    B: NV\n    A: TNMT": (6, "A"),
    "roles: {role: leader}": (1, "roles"),
    "[]": (1, ""),
    "": (1, ""),
    "roles: [": (2, "roles"),
}


@pytest.mark.parametrize("text", BAD)
def test_a_mistake_in_the_mapping_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(text, encoding="utf-8")
    line, named = BAD[text]
    with pytest.raises(MappingUnusable) as raised:
        mapping_in(file)
    told = str(raised.value)
    assert str(file) in told
    assert named in told
    assert f"line {line}" in told or "roles: [" in text, told


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text("roles:\n  - {role: king}\n  - {role: queen}\n", encoding="utf-8")
    with pytest.raises(MappingUnusable) as raised:
        mapping_in(file)
    assert [line.split(": ")[1] for line in str(raised.value).splitlines()] == ["roles.0.role", "roles.1.role"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: " + b"x" * 2_000_000, b"a: " + b"[" * 600])
def test_a_file_that_is_no_mapping_at_all_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_bytes(content)
    with pytest.raises(MappingUnusable):
        mapping_in(file)


@pytest.mark.parametrize("name", ["keycloak", "entra"])
def test_the_examples_of_the_deployment_are_mappings(repo: Path, name: str) -> None:
    found = mapping_in(repo / "deploy" / "openid" / f"{name}.example.yaml")
    assert found.provision is Provision.CREATE
    assert len(found.roles) == 4
