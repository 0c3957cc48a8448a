"""`dondoc demo --exit`: the story on real servers, and every figure it tells is what the record holds."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from console.past import DIRECTIVES
from console.story import parts_of
from domain.calendar import SHIPPED
from simulation.matters import SIMULATED
from tests.acceptance.conftest import DISTRICT, Demo
from tests.domain.policies import default_policies
from tests.support.command_line import Outcome, dondoc

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROW = re.compile(r"^ (Đã hoàn thành|Chưa hoàn thành|Đã thu hồi|Đã giao) +([\d ]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Played:
    """What the demo told, and what the record holds."""

    told: Outcome
    items: list[dict[str, Any]]
    late: list[dict[str, Any]]
    """The events of the story's directive that ran late."""

    @property
    def story(self) -> list[dict[str, Any]]:
        """The directives of the story: those that come from no simulated document."""
        return [item for item in self.items if SIMULATED not in item["content"]]

    @property
    def past(self) -> list[dict[str, Any]]:
        """The simulated quarter before it."""
        return [item for item in self.items if SIMULATED in item["content"]]


@pytest.fixture(scope="module")
def played(demo: Demo | None) -> Played:
    """The demo after its end. The record is read by other commands, with nothing running."""
    assert demo is not None
    told = demo.ended().succeeded()
    items = _read(demo.data, "list", "--limit", "1000")["items"]
    played = Played(told, items, [])
    (late,) = [item for item in played.story if item["status_cell"] == "completed_overdue"]
    return replace(played, late=_read(demo.data, "replay", late["id"]))


def _read(data: Path, *words: str) -> Any:
    return dondoc(*words, "--json", "--data", str(data)).succeeded().json


def test_its_totals_are_those_of_the_record(played: Played) -> None:
    *_, told = _tables(played.told.out)
    cells = [item["status_cell"] for item in played.items]
    kinds = ("in_time", "overdue", "no_deadline")
    completed, still_open = (
        _with_sum([cells.count(f"{side}_{kind}") for kind in kinds]) for side in ("completed", "open")
    )
    assert told["Đã hoàn thành"] == completed
    # Between the demo's end and now a simulated deadline may have passed: the sum is the same either way.
    assert told["Chưa hoàn thành"][2:] == still_open[2:]
    assert told["Đã thu hồi"] == [cells.count("withdrawn")]
    assert told["Đã giao"] == [len(played.items)]


def test_the_quarter_before_it_was_simulated_and_what_was_open_is_taken_up(played: Played) -> None:
    first, _ = _tables(played.told.out)
    assert first["Đã giao"] == [len(played.past)]
    assert len(played.past) >= DIRECTIVES
    assert first["Đã hoàn thành"][3] > first["Chưa hoàn thành"][3] > 0
    (said,) = [line for line in played.told.err.splitlines() if "the past quarter is simulated" in line]
    taken_up = int(re.findall(r"Temporal tiếp quản (\d+) nhiệm vụ", said)[0])
    assert taken_up == first["Chưa hoàn thành"][3]
    assert {item["code"] for item in played.story}.isdisjoint(item["code"] for item in played.past)


def test_every_directive_of_the_story_is_there(played: Played) -> None:
    _, parts = parts_of(DISTRICT)
    assert {item["title"] for item in played.story} == {part.body["title"] for part in parts}
    for item in played.story:
        assert item["code"] in played.told.out


def test_the_late_one_was_reminded_missed_its_deadline_was_escalated_and_completed_late(played: Played) -> None:
    types = [event["type"] for event in played.late]
    by_system = [event["type"] for event in played.late if event["actor"]["user"] == "system"]
    assert by_system == ["ReminderDue", "DeadlineMissed", "ReminderDue", "Escalated"]
    assert types[-1] == "CompletionAccepted"
    (state,) = [item for item in played.story if item["id"] == played.late[0]["directive_id"]]
    missed = next(event for event in played.late if event["type"] == "DeadlineMissed")
    assert missed["data"]["due_at"] == state["due_at"] < played.late[-1]["occurred_at"]
    assert (state["reminders_sent"], state["escalation_level"], state["phase"]) == (2, 1, "completed")


def test_it_ends_with_one_line_that_sums_it_up(played: Played) -> None:
    last = played.told.out.splitlines()[-1]
    new, total, events = (int(figure) for figure in re.findall(r"(\d+) (?:nhiệm vụ|trong bản ghi|sự kiện)", last))
    assert new == len(played.story)
    assert total == len(played.items)
    registries = len(default_policies()) + 1 + len(SHIPPED)  # in force by an event each, the demo's policy too
    lists = [
        yaml.safe_load((DISTRICT / f"{what}.yaml").read_text(encoding="utf-8"))[what] for what in ("units", "users")
    ]
    registries += sum(len(listed) for listed in lists)  # so is every unit and person that came in
    others = events - sum(item["version"] for item in played.items) - registries
    assert others in (1, 2), "the key of the log, and if an hour ended meanwhile the seal of its reads"


def test_what_went_on_is_told_on_stderr_and_nothing_is_left_running(played: Played, demo: Demo) -> None:
    assert "the sample district is loaded" in played.told.err
    assert "Báo cáo vượt cấp · " in played.told.err
    assert "…" not in played.told.err, "no line is cut off where there is no screen"
    assert played.told.err.splitlines()[-1].endswith("stopping")
    assert not (demo.data / "run.json").exists()
    assert not (demo.data / "processes.json").exists()
    assert not (demo.data / "postgres" / "postmaster.pid").exists()


def _tables(told: str) -> list[dict[str, list[int]]]:
    """The figures of each table of totals, by row."""
    tables: list[dict[str, list[int]]] = []
    for name, figures in ROW.findall(told):
        if name == "Đã hoàn thành":
            tables.append({})
        tables[-1][name] = [int(figure) for figure in figures.split()]
    return tables


def _with_sum(figures: list[int]) -> list[int]:
    return [*figures, sum(figures)]
