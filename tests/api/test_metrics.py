"""What the API counts for Prometheus."""

from prometheus_client import REGISTRY

from tests.api.feeds import feed
from tests.support.office import ISSUE, Office


def counted(command: str, status: int) -> float:
    return REGISTRY.get_sample_value("dondoc_commands_total", {"command": command, "status": str(status)}) or 0.0


def timed(command: str) -> float:
    return REGISTRY.get_sample_value("dondoc_command_seconds_count", {"command": command}) or 0.0


async def test_commands_are_counted_by_their_answer(shared: Office) -> None:
    before = {(c, s): counted(c, s) for c, s in (("issue", 201), ("issue", 422), ("comment", 200), ("accept", 409))}
    seconds = timed("issue")
    directive = await shared.issue()
    await (await shared.as_("chu-tich")).post("/directives", json={**ISSUE, "colour": 1})
    await shared.do("tp-nv", "comment", directive, text="x")
    await shared.do("chu-tich", "accept", directive)
    assert {key: counted(*key) - value for key, value in before.items()} == dict.fromkeys(before, 1.0)
    assert timed("issue") == seconds + 2


async def test_names_that_are_no_commands_make_no_series(shared: Office) -> None:
    directive = await shared.issue()
    await shared.do("chu-tich", "fly", directive)
    assert counted("fly", 404) == 0.0


async def test_streams_are_counted(shared: Office) -> None:
    before = REGISTRY.get_sample_value("dondoc_streams_total") or 0.0
    async with feed(await shared.as_("chu-tich")):
        pass
    assert REGISTRY.get_sample_value("dondoc_streams_total") == before + 1
