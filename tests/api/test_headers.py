"""What every answer says about itself: keep it nowhere, guess at nothing."""

import pytest

from tests.support.office import Office


@pytest.mark.parametrize("path", ["/me", "/directives", "/nowhere"])
async def test_no_answer_is_for_caches(running_office: Office, path: str) -> None:
    answer = await (await running_office.as_("tp-nv")).get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert {part.strip() for part in answer.headers["vary"].split(",")} >= {
        "Accept-Language",
        "Authorization",
        "Cookie",
    }
