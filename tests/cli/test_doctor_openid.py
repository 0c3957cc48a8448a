"""`dondoc doctor` and the start of the API on a provider: what is missing is named, and nothing secret shown."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from embedded.temporal import free_port
from tests.support.command_line import dondoc
from tests.support.openid_provider import OpenIDProvider, provider_served


@pytest.fixture
async def provider(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenIDProvider]:
    """A provider that is configured."""
    async with provider_served() as served:
        monkeypatch.setenv("DONDOC_OIDC_ISSUER", served.issuer)
        monkeypatch.setenv("DONDOC_OIDC_CLIENT_ID", "dondoc")
        monkeypatch.setenv("DONDOC_OIDC_CLIENT_SECRET", "geheim")
        monkeypatch.setenv("DONDOC_PUBLIC_URL", "https://nhiemvu.example")
        yield served


async def looked(code: int) -> dict[str, Any]:
    told = await asyncio.to_thread(dondoc, "doctor", "--json")
    assert told.code == code, told.out
    assert "geheim" not in told.out
    found: dict[str, Any] = next(finding for finding in told.json if finding["what"] == "OpenID")
    return found


async def test_without_a_provider_people_sign_in_by_password(nothing_configured: Path) -> None:
    found = await looked(0)
    assert (found["state"], found["advice"]) == ("off", "DONDOC_OIDC_ISSUER")


async def test_a_provider_that_answers_is_shown(nothing_configured: Path, provider: OpenIDProvider) -> None:
    found = await looked(0)
    assert found["state"] == "ok"
    for part in (provider.issuer, "1 khóa", "known_only", "https://nhiemvu.example/sign-in/openid/callback"):
        assert part in found["detail"]


async def test_what_is_wrong_with_it_is_named(
    nothing_configured: Path, provider: OpenIDProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("roles: []\nusernme: x\n", encoding="utf-8")
    monkeypatch.setenv("DONDOC_OIDC_MAPPING", str(mapping))
    assert "line 2: usernme" in (await looked(3))["detail"]
    monkeypatch.delenv("DONDOC_OIDC_MAPPING")
    provider.published = []
    assert "holds no key" in (await looked(3))["detail"]
    monkeypatch.delenv("DONDOC_PUBLIC_URL")
    found = await looked(3)
    assert "DONDOC_PUBLIC_URL" in found["detail"]
    assert "DONDOC_OIDC_" in found["advice"]
    monkeypatch.setenv("DONDOC_PUBLIC_URL", "https://nhiemvu.example")
    monkeypatch.setenv("DONDOC_OIDC_ISSUER", f"http://127.0.0.1:{free_port()}")
    assert (await looked(3))["state"] == "bad"


def test_the_api_does_not_start_with_half_of_it(on_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_OIDC_ISSUER", "https://sso.example")
    dondoc("api").ended(2, "DONDOC_OIDC_CLIENT_ID", "dondoc doctor")
