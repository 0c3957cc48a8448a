"""What every refusal looks like."""

from typing import Any

import httpx


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer that must be refused so."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] in ("vi", "en")
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:dondoc:problem:{code}"), body
    assert body["title"]
    assert body["detail"]
    assert "{" not in body["detail"].replace("{…}", "")
    return body
