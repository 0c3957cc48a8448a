"""The shape of a history: what the workflow's code did, in order, without what differs from one time to the next."""

from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

REVIEWED = Path(__file__).with_name("command_sequences.txt")
HISTORIES = Path(__file__).with_name("histories")


def shape_of(history: WorkflowHistory) -> list[str]:
    """The types of the events but for workflow tasks, which depend on how fast the worker was."""
    names = (EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events)
    return [name.removeprefix("WORKFLOW_EXECUTION_") for name in names if not name.startswith("WORKFLOW_TASK_")]


def reviewed() -> dict[str, list[str]]:
    """Scenario to the shape that was last reviewed."""
    found: dict[str, list[str]] = {}
    for line in REVIEWED.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            found[next(reversed(found))].append(line.strip())
        elif line and not line.startswith("#"):
            found[line] = []
    return found


def written(shapes: dict[str, list[str]]) -> str:
    """The lines of the reviewed file, but for its heading."""
    return "\n".join(f"{name}\n" + "".join(f"  {step}\n" for step in steps) for name, steps in shapes.items())


def histories() -> dict[str, list[Path]]:
    """Scenario to its recorded histories, oldest first."""
    found: dict[str, list[Path]] = {}
    for path in sorted(HISTORIES.glob("*.json"), key=lambda path: (path.stem.rpartition(".")[0], serial(path))):
        found.setdefault(path.stem.rpartition(".")[0], []).append(path)
    return found


def serial(path: Path) -> int:
    """The number of a recorded history of its scenario."""
    return int(path.stem.rpartition(".")[2])


def load(path: Path) -> WorkflowHistory:
    """A recorded history."""
    return WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))
