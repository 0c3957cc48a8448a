"""Who is not signed in gets 401; what is not there 404; what is not done that way 405."""

from datetime import timedelta

import httpx
import pytest

from api.signins import SECONDS
from domain.directory import Grant, Person, Role
from storage.directory import import_people
from storage.tokens import make_token, revoke
from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import Office

SIGNED_IN_ONLY = [
    ("GET", "/directives"),
    ("POST", "/directives"),
    ("GET", "/directives/2026-0001"),
    ("GET", "/directives/2026-0001/events"),
    ("POST", "/directives/2026-0001/comment"),
    ("POST", "/directives/2026-0001/fly"),
    ("GET", "/events"),
    ("GET", "/stream"),
    ("GET", "/units"),
    ("GET", "/me"),
    ("GET", "/notifications"),
    ("POST", "/notifications/00000000-0000-4000-8000-000000000000/read"),
    ("GET", "/me/sessions"),
    ("POST", "/me/sessions/x/end"),
    ("GET", "/me/tokens"),
    ("POST", "/me/tokens"),
    ("POST", "/me/tokens/x/revoke"),
]


@pytest.mark.parametrize(("method", "path"), SIGNED_IN_ONLY)
async def test_every_address_wants_a_token(shared: Office, method: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=f"{shared.url}/api/v1") as stranger:
        answer = await stranger.request(method, path)
    refused(answer, 401, "not_signed_in")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer x", "Basic x", "dd_x", "Bearer dd_ x", "Bearer \xff"])
async def test_what_is_no_token_signs_nobody_in(shared: Office, value: str) -> None:
    async with httpx.AsyncClient(base_url=f"{shared.url}/api/v1") as stranger:
        answer = await stranger.get("/me", headers=[(b"Authorization", value.encode("latin-1"))])
    refused(answer, 401, "not_signed_in")


async def _me(shared: Office, token: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"{shared.url}/api/v1") as client:
        return await client.get("/me", headers={"Authorization": f"bearer {token}"})


async def _shut_out(shared: Office, token: str) -> None:
    """In a moment (see api.signins) the token opens nothing any more."""

    async def out() -> bool:
        refused(await _me(shared, token), 401, "not_signed_in")
        return True

    await eventually(out, seconds=SECONDS + 4)


async def test_a_token_ends_when_its_time_is_over(shared: Office) -> None:
    valid = await make_token(shared.pool, "chu-tich", "test", lasts=timedelta(minutes=5))
    over = await make_token(shared.pool, "chu-tich", "test", lasts=timedelta(seconds=-1))
    assert (await _me(shared, valid)).status_code == 200
    refused(await _me(shared, over), 401, "not_signed_in")


async def test_a_token_ends_when_it_is_revoked(shared: Office) -> None:
    token = await make_token(shared.pool, "chu-tich", "test")
    assert (await _me(shared, token)).status_code == 200
    assert await revoke(shared.pool, token)
    await _shut_out(shared, token)


async def test_a_token_ends_with_its_person(shared: Office) -> None:
    leaving = Person(username="sap-nghi", full_name="Sắp Nghỉ", unit="NV", roles=(Grant(role=Role.OFFICER, unit="NV"),))
    await import_people(shared.pool, [leaving])
    token = await make_token(shared.pool, "sap-nghi", "test")
    assert (await _me(shared, token)).status_code == 200
    await import_people(shared.pool, [leaving.model_copy(update={"active": False})])
    await _shut_out(shared, token)


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/api", "/api/v1", "/api/v1/", "/api/v2/me", "/api/v1/me/", "/api/v1/nothing", "/%00", "/api/v1/%FF"],
)
async def test_what_is_not_there_is_not_found(shared: Office, path: str) -> None:
    refused(await (await shared.as_("chu-tich")).get(f"{shared.url}{path}"), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/directives"),
        ("DELETE", "/directives/2026-0001"),
        ("PATCH", "/directives/2026-0001"),
        ("GET", "/directives/2026-0001/comment"),
        ("POST", "/directives/2026-0001/events/x"),
        ("POST", "/units"),
        ("GET", "/notifications/00000000-0000-4000-8000-000000000000/read"),
    ],
)
async def test_what_is_not_done_that_way(shared: Office, method: str, path: str) -> None:
    answer = await (await shared.as_("chu-tich")).request(method, path)
    if answer.status_code != 404:
        refused(answer, 405, "method_not_allowed")
        assert answer.headers["allow"]
    else:
        refused(answer, 404, "not_found")
