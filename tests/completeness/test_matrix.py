"""Every cell of docs/matrix.csv is decided anew and compared; the most important ones stand here by hand as well."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from domain.commands import Command
from domain.refusals import Code
from domain.state import Phase
from tests.completeness.matrix import ASKED, BEFORE, COLUMNS, ROLES, SYSTEM, Row, committed, outcomes, rows

TABLE = committed()


def every(union: Any) -> Iterator[type[Any]]:
    """The classes of a union, through its annotations."""
    parts = get_args(union)
    if not parts:
        yield union
    for part in parts[:1] if hasattr(union, "__metadata__") else parts:
        yield from every(part)


@pytest.mark.parametrize("row", [*rows()], ids="-".join)
def test_every_cell_of_a_row_comes_out_as_written(row: Row) -> None:
    assert row in TABLE, "render the matrix anew: make patterns"
    assert dict(zip(COLUMNS, TABLE[row], strict=True)) == dict(zip(COLUMNS, outcomes(row), strict=True))


def test_the_table_holds_every_command_role_and_place_and_nothing_else() -> None:
    assert [*TABLE] == [*rows()]
    assert {*ASKED} == {model.model_fields["name"].default for model in every(Command)}
    assert all(len(line) == 1 + len(Phase) for line in TABLE.values())


# By hand, from contract and glossary, so that a table that merely repeats a defect is found out.
BY_HAND = """
issue              before               leader     issuing       DirectiveIssued
issue              before               office     issuing       DirectiveIssued
issue              before               leader     lead          DirectiveIssued
issue              before               unit_head  lead          not_permitted
issue              before               leader     nowhere       not_permitted
issue              issued               leader     issuing       already_issued
acknowledge        issued               unit_head  lead          DirectiveAcknowledged
acknowledge        issued               officer    lead          DirectiveAcknowledged
acknowledge        issued               leader     issuing       not_permitted
acknowledge        issued               unit_head  coordinating  not_permitted
acknowledge        in_progress          unit_head  lead          not_possible_now
assign-officer     in_progress          unit_head  lead          OfficerAssigned
assign-officer     in_progress          officer    lead          not_permitted
claim              issued               officer    lead          OfficerAssigned
claim              issued               officer    nowhere       not_permitted
release            in_progress          officer    lead          OfficerReleased
report-progress    issued               officer    lead          ProgressReported
report-progress    awaiting_acceptance  officer    lead          not_possible_now
report-part        suspended            officer    coordinating  PartResultReported
report-part        in_progress          unit_head  lead          not_permitted
request-extension  in_progress          officer    lead          ExtensionRequested
request-extension  in_progress          leader     issuing       not_permitted
grant-extension    in_progress          leader     issuing       ExtensionGranted
grant-extension    in_progress          office     issuing       not_permitted
grant-extension    in_progress          unit_head  lead          not_permitted
grant-extension    in_progress          unit_head  delegating    ExtensionGranted
report-completion  in_progress          officer    lead          CompletionReported
report-completion  in_progress          unit_head  lead          CompletionReported+CompletionApproved
report-completion  issued               officer    lead          not_possible_now
approve-completion awaiting_acceptance  unit_head  lead          CompletionApproved
approve-completion awaiting_acceptance  officer    lead          not_permitted
accept             awaiting_acceptance  leader     issuing       CompletionAccepted
accept             awaiting_acceptance  office     issuing       not_permitted
accept             awaiting_acceptance  leader     lead          not_permitted
accept             awaiting_acceptance  unit_head  lead          not_permitted
accept             awaiting_acceptance  unit_head  delegating    CompletionAccepted
accept             completed            leader     issuing       not_possible_now
reject             awaiting_acceptance  leader     issuing       CompletionRejected
reject             awaiting_acceptance  unit_head  lead          CompletionRejected
decline            issued               unit_head  lead          DirectiveDeclined
decline            issued               officer    lead          not_permitted
settle-decline     declined             leader     issuing       DeclineSettled
settle-decline     declined             unit_head  lead          not_permitted
reassign           in_progress          office     issuing       DirectiveReassigned
reassign           in_progress          unit_head  lead          not_permitted
delegate           in_progress          unit_head  lead          SubdirectiveIssued
delegate           in_progress          officer    lead          not_permitted
suspend            in_progress          leader     issuing       DirectiveSuspended
suspend            in_progress          unit_head  lead          not_permitted
resume             suspended            office     issuing       DirectiveResumed
withdraw           awaiting_acceptance  leader     issuing       DirectiveWithdrawn
withdraw           completed            leader     issuing       not_possible_now
change-deadline    in_progress          leader     issuing       DeadlineChanged
change-deadline    in_progress          officer    lead          not_permitted
comment            completed            unit_head  informed      Commented
comment            withdrawn            officer    coordinating  Commented
comment            in_progress          auditor    issuing       not_permitted
comment            in_progress          admin      issuing       not_permitted
comment            in_progress          unit_head  nowhere       not_permitted
attach             in_progress          officer    coordinating  FileAttached
attach             completed            officer    lead          not_possible_now
attach             in_progress          auditor    issuing       not_permitted
tick               in_progress          leader     issuing       not_permitted
reproject          in_progress          admin      issuing       not_permitted
"""


@pytest.mark.parametrize("line", BY_HAND.strip().splitlines(), ids=lambda line: "-".join(line.split()[:4]))
def test_the_cells_that_matter_most(line: str) -> None:
    command, column, role, place, expected = line.split()
    assert TABLE[command, role, place][COLUMNS.index(column)] == expected


def test_auditors_administrators_and_people_without_a_role_change_nothing() -> None:
    silent = {str(Code.NOT_PERMITTED), str(Code.UNKNOWN_DIRECTIVE), str(Code.ALREADY_ISSUED)}
    for (command, role, place), line in TABLE.items():
        if role in {"auditor", "admin", "none"} or (place == "nowhere" and role != SYSTEM):
            assert {*line} <= silent, (command, role, place)


def test_after_the_end_nothing_but_comments_and_the_systems_own_notes() -> None:
    ends = [COLUMNS.index(phase) for phase in (Phase.COMPLETED, Phase.WITHDRAWN)]
    said = {line[end] for (_, role, _), line in TABLE.items() if role in ROLES for end in ends}
    assert {outcome for outcome in said if outcome[0].isupper()} == {"Commented"}


def test_before_it_is_issued_only_issuing_leads_anywhere() -> None:
    begun = {row[0] for row, line in TABLE.items() if line[COLUMNS.index(BEFORE)][0].isupper()}
    assert begun == {"issue", "issue-occurrence"}
