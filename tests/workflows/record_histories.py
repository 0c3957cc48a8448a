"""Records histories for the replay tests: `python -m tests.workflows.record_histories`.

Run it when the command sequence of a workflow has been changed on purpose and the change is gated, so that runs begun by
the old code still replay. It adds a history for each scenario whose shape is new, and writes the shapes for review to
command_sequences.txt. Histories recorded before stay: each stands for runs that may still be open somewhere, and
test_histories.py replays them all.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from temporalio.testing import WorkflowEnvironment

from tests.workflows.scenarios import SCENARIOS, played
from tests.workflows.shapes import HISTORIES, REVIEWED, histories, load, serial, shape_of, written
from workflows.converter import DATA_CONVERTER

HEADING = """\
# What each scenario of tests/workflows/scenarios.py makes the workflows do, in order. Written by
# `python -m tests.workflows.record_histories`, reviewed by people: a line that changes here changes how open runs replay.

"""
BAD = "altered"
"""The scenario that never was: a history whose commands are not those of the code."""


async def record() -> None:
    """Play all scenarios and write down what is new."""
    known, shapes = histories(), {}
    HISTORIES.mkdir(exist_ok=True)
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
        data_converter=DATA_CONVERTER,
        identity="recorder",  # otherwise the name of this machine
    ) as server:
        for name in SCENARIOS:
            history = await played(server, name)
            shapes[name] = shape_of(history)
            paths = known.get(name, [])
            if paths and shape_of(load(paths[-1])) == shapes[name]:
                continue
            path = HISTORIES / f"{name}.{serial(paths[-1]) + 1 if paths else 1}.json"
            _write(path, json.loads(history.to_json()))
    REVIEWED.write_text(HEADING + written(shapes), encoding="utf-8")
    alter()


def alter() -> None:
    """Make the bad history of a good one: an activity stands where the code starts a timer."""
    whole = json.loads((HISTORIES / "left_alone.1.json").read_text(encoding="utf-8"))
    for event in whole["events"]:
        if event["eventType"] == "EVENT_TYPE_TIMER_STARTED":
            completed = event.pop("timerStartedEventAttributes")["workflowTaskCompletedEventId"]
            event["eventType"] = "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"
            event["activityTaskScheduledEventAttributes"] = {
                "activityId": "1",
                "activityType": {"name": "notify"},
                "taskQueue": {"name": "dondoc-notify"},
                "workflowTaskCompletedEventId": completed,
            }
            break
    _write(HISTORIES / f"{BAD}.1.json", whole)


def _write(path: Path, history: dict[str, Any]) -> None:
    _forget_traces(history)
    path.write_text(json.dumps(history, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _forget_traces(part: Any) -> None:
    """Empty the stack traces of failures, which name files of this machine and play no part in a replay."""
    if isinstance(part, dict):
        if "stackTrace" in part:
            part["stackTrace"] = ""
        part = [*part.values()]
    if isinstance(part, list):
        for inner in part:
            _forget_traces(inner)


if __name__ == "__main__":
    asyncio.run(record())
