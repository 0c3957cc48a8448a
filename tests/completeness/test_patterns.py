"""All 43 workflow resource patterns and all operations of WS-HumanTask 1.1 are accounted for, each with tests that exist."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.completeness.catalogue import (
    ROOT,
    Entry,
    Status,
    count,
    entries,
    exists,
    human_task_operations,
    resource_patterns,
)
from tests.completeness.documents import DOCUMENTS

OPERATIONS = """
addAttachment addComment claim complete delegate deleteAttachment deleteComment deleteFault deleteOutput fail forward
getAttachment getAttachmentInfos getComments getFault getInput getOutcome getOutput getParentTask getParentTaskIdentifier
getRendering getRenderingTypes getSubtaskIdentifiers getSubtasks getTaskDescription getTaskDetails getTaskHistory
getTaskInstanceData getTaskOperations hasSubtasks instantiateSubTask isSubtask release remove resume setFault setOutput
setPriority setTaskCompletionDeadlineExpression setTaskCompletionDurationExpression setTaskStartDeadlineExpression
setTaskStartDurationExpression skip start stop suspend suspendUntil updateComment
getMyTaskAbstracts getMyTaskDetails query
activate nominate setGenericHumanRole
batchActivate batchClaim batchComplete batchDelegate batchFail batchForward batchNominate batchRelease batchRemove batchResume
batchSetGenericHumanRole batchSetPriority batchSkip batchStart batchStop batchSuspend batchSuspendUntil
createLeanTask createLeanTaskAsync listLeanTaskDefinitions registerLeanTaskDefinition unregisterLeanTaskDefinition
"""
"""As the standard names them, by section."""

GROUPS = {"Creation": 11, "Push": 9, "Pull": 6, "Detour": 9, "Auto-Start": 4, "Visibility": 2, "Multiple Resource": 2}
"""How many patterns each group has in its source."""

ALL = (*entries(resource_patterns()), *entries(human_task_operations()))


def test_all_43_patterns_are_there_once_in_their_order() -> None:
    assert [entry.id for entry in entries(resource_patterns())] == [f"R{n}" for n in range(1, 44)]
    assert {group.group: len(group.entries) for group in resource_patterns()} == GROUPS


def test_every_operation_of_the_standard_is_there_once() -> None:
    assert [entry.name for entry in entries(human_task_operations())] == OPERATIONS.split()


def test_at_least_forty_patterns_are_supported_and_each_other_one_says_why_not() -> None:
    supported = count(resource_patterns(), Status.SUPPORTED)
    assert supported >= 40
    assert all(entry.why for entry in entries(resource_patterns()) if entry.status is not Status.SUPPORTED)


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: f"{entry.id}{entry.name}")
def test_every_test_that_is_named_exists(entry: Entry) -> None:
    missing = [test for test in entry.tests if not exists(test)]
    if entry.pending is None:
        assert missing == []
    else:
        assert missing, f"{entry.pending} has landed: take `pending` from {entry.name}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_generated_documents_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == DOCUMENTS[path](), "write them anew: make patterns"


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_counts_in_the_readme_are_those_of_the_catalogue(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    said = re.findall(r"(\d+)/43", text)
    assert said == [str(count(resource_patterns(), Status.SUPPORTED))]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "supported", "how": "So"},
        {"status": "supported", "tests": ["a.py::test_a"]},
        {"status": "partly", "how": "So", "tests": ["a.py::test_a"]},
        {"status": "elsewhere"},
    ],
)
def test_an_entry_that_claims_more_than_it_shows_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Entry.model_validate({"name": "X"} | fields)


def test_a_test_that_is_not_there_is_found_out() -> None:
    assert exists("tests/completeness/test_patterns.py::test_a_test_that_is_not_there_is_found_out")
    assert not exists("tests/completeness/test_patterns.py::test_of_something_else")
    assert not exists("tests/completeness/test_nothing.py::test_a_test_that_is_not_there_is_found_out")
