"""Classified text is refused at the edge, and nothing of it stays: not in the record, not in Temporal, not in a log."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from domain.ids import directive_id_for
from tests.api.refusals import refused
from tests.api.traces import tables_with, workflows_with
from tests.support.eventually import eventually
from tests.support.office import ISSUE, Office
from workflows.messages import workflow_id

SOURCE = {"kind": "dispatch", "number": "12/CV"}

ISSUE_FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "title": lambda text: {"title": text},
    "content": lambda text: {"content": text},
    "expected_result": lambda text: {"expected_result": text},
    "source.number": lambda text: {"source": {**SOURCE, "number": text}},
    "source.issued_by": lambda text: {"source": {**SOURCE, "issued_by": text}},
    "source.excerpt": lambda text: {"source": {**SOURCE, "excerpt": text}},
    "none_because": lambda text: {"deadline": {"none_because": text}},
    "waiver": lambda text: {"waivers": [{"item": "time", "reason": text}]},
}
COMMAND_FIELDS: list[tuple[str, str, dict[str, Any]]] = [
    ("acknowledge", "note", {}),
    ("assign-officer", "note", {"officer": "cv-nv"}),
    ("report-progress", "note", {"percent": 5}),
    ("report-progress", "difficulties", {"percent": 5}),
    ("report-progress", "proposals", {"percent": 5}),
    ("report-completion", "result", {}),
    ("approve-completion", "note", {}),
    ("accept", "note", {}),
    ("reject", "reason", {}),
    ("withdraw", "reason", {}),
    ("change-deadline", "reason", {"deadline": {"working_days": 9}}),
    ("change-deadline", "decision_number", {"deadline": {"working_days": 9}, "reason": "x"}),
    ("comment", "text", {}),
    ("attach", "note", {"sha256": "0f" * 32, "file_name": "a.pdf"}),
    ("attach", "file_name", {"sha256": "0f" * 32}),
]


@dataclass(frozen=True)
class Places:
    """Where a text may have been left since the test began."""

    url: str
    client: Client
    queue: str
    since: datetime
    logged: Callable[[], str]

    async def tables(self, word: str) -> list[str]:
        return await tables_with(self.url, word)

    async def workflows(self, word: str) -> list[str]:
        return await workflows_with(self.client, self.queue, self.since, word)

    async def hold_nothing_of(self, word: str) -> None:
        assert await self.tables(word) == []
        assert await self.workflows(word) == []
        assert word not in self.logged()


@pytest.fixture
def places(
    shared_url: str,
    shared_queue: str,
    temporal_client: Client,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Places:
    caplog.set_level(logging.DEBUG)
    since = datetime.now(UTC) - timedelta(seconds=1)
    return Places(shared_url, temporal_client, shared_queue, since, lambda: caplog.text + "".join(capfd.readouterr()))


async def test_what_is_not_classified_is_found_where_the_others_are_looked_for(shared: Office, places: Places) -> None:
    word = f"ma-{uuid4().hex}"
    directive = await shared.issue(title=f"Kế hoạch {word}", policy="thuong")
    assert {"public.events", "public.directives"} <= {*await places.tables(word)}

    async def in_history() -> bool:
        return workflow_id(UUID(directive["id"])) in await places.workflows(word)

    assert await eventually(in_history)
    assert directive["id"] in places.logged()


@pytest.mark.parametrize("mark", ["(Mật)", "TỐI MẬT", "Tuyệt mật"])
async def test_a_classified_mark_in_any_field_of_an_issue_leaves_nothing(
    shared: Office, unchanged: None, places: Places, mark: str
) -> None:
    word = f"ma-{uuid4().hex}"
    leader = await shared.as_("chu-tich")
    for field, put in ISSUE_FIELDS.items():
        command_id = uuid4()
        body = {**ISSUE, **put(f"Kế hoạch {word} {mark}"), "command_id": str(command_id)}
        problem = refused(await leader.post("/directives", json=body), 422, "classified_refused")
        assert word not in str(problem), field
        with pytest.raises(RPCError, match="not found"):
            await places.client.get_workflow_handle(workflow_id(directive_id_for(command_id))).describe()
        many = {"directives": [ISSUE, {**ISSUE, **put(f"Kế hoạch {word} {mark}")}]}
        refused(await leader.post("/directives", json=many), 422, "classified_refused")
    shared_source = {"directives": [ISSUE], "source": {**SOURCE, "excerpt": f"{word} {mark}"}}
    refused(await leader.post("/directives", json=shared_source), 422, "classified_refused")
    await places.hold_nothing_of(word)


async def test_a_classified_mark_in_any_field_of_a_command_leaves_nothing(shared: Office, places: Places) -> None:
    word = f"ma-{uuid4().hex}"
    directive = await shared.issue()
    for command, field, rest in COMMAND_FIELDS:
        for by in ("chu-tich", "tp-nv"):  # whoever may not give it learns no more than who may
            body = {**rest, field: f"Tài liệu {word} (Mật)", "command_id": str(uuid4())}
            problem = refused(await shared.do(by, command, directive, **body), 422, "classified_refused")
            assert word not in str(problem), (command, field)
    body = {"deadline": {"none_because": f"{word} (Mật)"}, "reason": "x"}
    refused(await shared.do("chu-tich", "change-deadline", directive, **body), 422, "classified_refused")
    assert await shared.types(directive) == ["DirectiveIssued"]
    await places.hold_nothing_of(word)


async def test_a_faulty_body_with_classified_text_leaves_nothing_either(
    shared: Office, unchanged: None, places: Places
) -> None:
    word = f"ma-{uuid4().hex}"
    leader = await shared.as_("chu-tich")
    text = f"{word} (Mật)"
    for body in (
        {**ISSUE, "title": text * 100},
        {**ISSUE, "colour": text},
        {**ISSUE, "urgency": text},
        {**ISSUE, "lead_unit": text},
        {**ISSUE, "deadline": {"at": text}},
        {**ISSUE, "source": text},
        {**ISSUE, "command_id": text},
        {**ISSUE, "waivers": [text]},
    ):
        answer = await leader.post("/directives", json=body)
        assert word not in str(refused(answer, 422, answer.json()["code"]))
    await leader.post(
        "/directives", content=f'{{"title": "{text}'.encode(), headers={"Content-Type": "application/json"}
    )
    await places.hold_nothing_of(word)
