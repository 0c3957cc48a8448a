"""Runs that were begun by older code go on under the code of today: every recorded history replays."""

from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.workflows.record_histories import BAD
from tests.workflows.scenarios import SCENARIOS, played
from tests.workflows.shapes import histories, load, reviewed, shape_of
from workflows.converter import DATA_CONVERTER
from workflows.directive import DirectiveWorkflow
from workflows.issue_many import IssueManyWorkflow
from workflows.occurrence import OccurrenceWorkflow
from workflows.reprojection import ReprojectionWorkflow
from workflows.succession import SuccessionWorkflow

RECORDED = [path for name, paths in histories().items() for path in paths if name != BAD]

CHANGED = """\
The workflows do something else than was last reviewed in scenario {name!r}.

Open runs replay their whole history through the new code, so a changed command sequence stops each of them for ever.
- If you did not mean to change it: undo it. Rules belong in `decide`, which runs in the activity and may change freely.
- If you did: gate the change with `workflow.patched(...)` so that old runs take the old path, run
  `python -m tests.workflows.record_histories`, keep the old histories, and have command_sequences.txt reviewed."""


@pytest.fixture(scope="module")
def replayer() -> Replayer:
    """Replays through the real workflows, in the sandbox."""
    return Replayer(
        workflows=[DirectiveWorkflow, IssueManyWorkflow, OccurrenceWorkflow, ReprojectionWorkflow, SuccessionWorkflow],
        data_converter=DATA_CONVERTER,
    )


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(replayer: Replayer, path: Path) -> None:
    await replayer.replay_workflow(load(path))


async def test_an_altered_history_does_not_replay(replayer: Replayer) -> None:
    [path] = histories()[BAD]
    with pytest.raises(NondeterminismError):
        await replayer.replay_workflow(load(path))


def test_every_scenario_has_a_history_and_a_reviewed_shape() -> None:
    assert {*histories()} == {*SCENARIOS, BAD}
    assert [*reviewed()] == [*SCENARIOS]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_newest_history_has_the_reviewed_shape(name: str) -> None:
    assert shape_of(load(histories()[name][-1])) == reviewed()[name], CHANGED.format(name=name)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_the_code_still_does_what_was_reviewed(skipping: WorkflowEnvironment, name: str) -> None:
    shape: list[str] = []
    for _ in range(
        3
    ):  # a worker that was slow beyond its limits may leave another shape once, the code leaves it always
        shape = shape_of(await played(skipping, name))
        if shape == reviewed()[name]:
            return
    assert shape == reviewed()[name], CHANGED.format(name=name)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_history_names_no_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert '"identity": "recorder"' in text
    assert "/home/" not in text
    assert str(Path.home()) not in text
    assert "/tmp/" not in text  # noqa: S108 - looked for, not used
    assert "@" not in text
