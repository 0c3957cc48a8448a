"""The description of the API: whole, consistent, and shown without asking any other host."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from fastapi.routing import APIRoute

import api
from api import health
from api.app import PREFIX
from api.bodies import COMMANDS
from tests.support.office import Office


@pytest.fixture(scope="session")
async def document(shared: Office) -> dict[str, Any]:
    answer = await (await shared.as_("chu-tich")).get(f"{shared.url}/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def routes() -> set[tuple[str, str]]:
    """Method and path of every route of the API."""
    found = (import_module(one.name) for one in walk_packages(api.__path__, "api."))
    modules = [(module, "" if module is health else PREFIX) for module in found if hasattr(module, "router")]
    served = ((prefix, route) for module, prefix in modules for route in module.router.routes)
    shown = ((prefix, r) for prefix, r in served if isinstance(r, APIRoute) and r.include_in_schema)
    return {(method.lower(), prefix + route.path) for prefix, route in shown for method in route.methods or ()}


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = {*references(document)}
    assert found
    for reference in found:
        at: Any = document
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
        assert isinstance(at, dict)


async def test_every_route_is_described(document: dict[str, Any]) -> None:
    described = {(method, path): op for path, methods in document["paths"].items() for method, op in methods.items()}
    assert {*described} == routes()
    for (method, path), operation in described.items():
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        if path.startswith("/api/v1"):
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]
            assert "HTTPValidationError" not in str(operation["responses"])


async def test_ids_of_operations_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(ids) == len({*ids})


async def test_bodies_are_described_by_their_commands(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert len(schemas["CommandBody"]["anyOf"]) == len(COMMANDS)
    assert schemas["ReportProgressBody"]["required"] == ["percent"]
    assert "command_id" in schemas["ReportProgressBody"]["properties"]
    assert "name" not in schemas["ReportProgressBody"]["properties"]
    assert {*schemas["IssueDirectiveBody"]["properties"]} >= {"title", "lead_unit", "deadline", "waivers"}
    command = document["paths"]["/api/v1/directives/{reference}/{command}"]["post"]["parameters"]
    assert [p["schema"]["enum"] for p in command if p["name"] == "command"] == [[*COMMANDS]]


async def test_the_way_to_sign_in_is_described(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"] == {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "dondoc_session"},
    }
    assert document["security"] == [{"token": []}, {"session": []}]
    assert document["paths"]["/livez"]["get"]["security"] == []


@pytest.mark.parametrize("address", ["/docs", "/redoc"])
async def test_the_pages_ask_no_other_host(shared: Office, address: str) -> None:
    client = await shared.as_("chu-tich")
    answer = await client.get(f"{shared.url}{address}")
    assert answer.status_code == 200
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+", answer.text) == []
    parts = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert parts
    for part in parts:
        assert (await client.get(f"{shared.url}{part}")).status_code == 200, part
