"""`dondoc demo --exit`: the story on real servers, and every figure it tells is what the record holds."""

import asyncio
import re
from pathlib import Path

import pytest

from console.demo import DISTRICT
from console.story import parts_of
from embedded.temporal import free_port
from tests.support.command_line import dondoc, dondoc_process

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LATE = [
    *("DirectiveIssued", "DirectiveAcknowledged", "ProgressReported", "ReminderDue", "DeadlineMissed", "ReminderDue"),
    *("Escalated", "ProgressReported", "CompletionReported", "CompletionApproved", "CompletionAccepted"),
]
ROW = re.compile(r"^ (Đã hoàn thành|Chưa hoàn thành|Đã thu hồi|Đã giao) +([\d ]+)$", re.MULTILINE)


async def test_what_the_demo_tells_is_what_the_record_holds(tmp_path: Path) -> None:
    data = tmp_path / "data"
    words = ("demo", "--exit", "--data", str(data), "--port", str(free_port()))
    told = (await asyncio.to_thread(dondoc_process, *words, seconds=240)).succeeded()

    listed = await asyncio.to_thread(dondoc, "list", "--json", "--limit", "1000", "--data", str(data))
    items = listed.succeeded().json["items"]
    cells = [item["status_cell"] for item in items]
    kinds = ("in_time", "overdue", "no_deadline")
    assert {name: [int(figure) for figure in figures.split()] for name, figures in ROW.findall(told.out)} == {
        "Đã hoàn thành": _with_sum([cells.count(f"completed_{kind}") for kind in kinds]),
        "Chưa hoàn thành": _with_sum([cells.count(f"open_{kind}") for kind in kinds]),
        "Đã thu hồi": [cells.count("withdrawn")],
        "Đã giao": [len(items)],
    }
    _, parts = parts_of(DISTRICT)
    assert len(items) == len(parts)
    for item in items:
        assert item["code"] in told.out

    late = next(item for item in items if item["status_cell"] == "completed_overdue")
    history = await asyncio.to_thread(dondoc, "replay", late["id"], "--json", "--data", str(data))
    steps = history.succeeded().json
    assert [step["type"] for step in steps] == LATE
    assert steps[4]["data"]["due_at"] == late["due_at"]
    assert (late["reminders_sent"], late["escalation_level"], late["phase"]) == (2, 1, "completed")
    assert steps[-1]["recorded_at"] > late["due_at"]

    last = told.out.splitlines()[-1]
    new, total, events = (int(figure) for figure in re.findall(r"(\d+) (?:nhiệm vụ|trong bản ghi|sự kiện)", last))
    assert (new, total) == (len(items), len(items))
    assert events == sum(item["version"] for item in items)
    assert told.err.splitlines()[-1].endswith("stopping")
    assert "quận mẫu" in told.err.lower()
    assert not (data / "run.json").exists()


def _with_sum(figures: list[int]) -> list[int]:
    return [*figures, sum(figures)]
