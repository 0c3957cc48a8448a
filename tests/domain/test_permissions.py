"""Who may give which command: every role with every command, over the directive's unit and over a foreign one."""

import pytest

from domain.commands import Command, Comment
from domain.directory import Role
from domain.facts import Facts
from domain.permissions import PERMITTED, Over, Reach, acting_grant
from domain.refusals import Code, Refusal
from tests.domain.district import district, person
from tests.domain.happenings import acknowledged, issued, order, reported
from tests.domain.policies import POLICIES
from tests.domain.spec import CALENDAR, Outcome, given
from tests.domain.test_phases import COMMANDS

ALL: tuple[Command, ...] = (order(), *COMMANDS)

TABLE = {
    "issue": "leader office",
    "acknowledge": "unit_head officer",
    "assign-officer": "unit_head",
    "claim": "unit_head officer",
    "release": "unit_head officer",
    "report-progress": "unit_head officer",
    "report-part": "unit_head officer",
    "request-extension": "unit_head officer",
    "grant-extension": "leader unit_head",
    "refuse-extension": "leader unit_head",
    "report-completion": "unit_head officer",
    "approve-completion": "unit_head",
    "accept": "leader unit_head",
    "reject": "leader unit_head unit_head",
    "decline": "unit_head",
    "settle-decline": "leader unit_head",
    "reassign": "leader office unit_head",
    "delegate": "unit_head leader office unit_head",
    "suspend": "leader office unit_head",
    "resume": "leader office unit_head",
    "withdraw": "leader office unit_head",
    "change-deadline": "leader office unit_head",
    "comment": "leader office unit_head officer",
    "attach": "leader office unit_head officer",
}


def as_someone(command: Command, role: Role | None, over: str, *, active: bool = True) -> Outcome:
    """`command` to a directive of NV, from someone who holds `role` over the unit `over`."""
    facts = Facts(district([person("ai-do", role, over, active=active)]), POLICIES, CALENDAR)
    past = () if command.name == "issue" else (issued(), acknowledged(), reported())
    return given(*past, facts=facts).when(command, by="ai-do")


def forbidden(outcome: Outcome) -> bool:
    return isinstance(outcome.decision, Refusal) and outcome.decision.code is Code.NOT_PERMITTED


def test_the_table_of_the_program_is_this_one() -> None:
    assert {command: " ".join(role for role, _ in grants) for command, grants in PERMITTED.items()} == TABLE
    assert {command.name for command in ALL} == set(PERMITTED)
    reaches = {command: {over for _, over in grants} for command, grants in PERMITTED.items()}
    assert [command for command, overs in reaches.items() if overs == {Over.ANY}] == ["comment", "attach"]
    assert [command for command, overs in reaches.items() if overs == {Over.COORDINATING}] == ["report-part"]
    assert {command for command, overs in reaches.items() if overs == {Over.ISSUING, Over.DELEGATING}} == {
        "grant-extension",
        "refuse-extension",
        "accept",
        "settle-decline",
        "reassign",
        "suspend",
        "resume",
        "withdraw",
        "change-deadline",
    }


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_a_role_over_the_whole_district_may_what_the_table_says(command: Command, role: Role) -> None:
    reaching = {named for named, over in PERMITTED[command.name] if over is not Over.DELEGATING}
    assert forbidden(as_someone(command, role, "UBQ")) is (role not in reaching)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_a_role_over_the_lead_unit_alone_steers_nothing_that_came_from_above(command: Command, role: Role) -> None:
    reaching = {named for named, over in PERMITTED[command.name] if over in {Over.LEAD, Over.ANY}}
    assert forbidden(as_someone(command, role, "NV")) is (role not in reaching)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_a_role_over_a_foreign_unit_may_nothing(command: Command, role: Role) -> None:
    as_someone(command, role, "P-B").then_refused(Code.NOT_PERMITTED, user="ai-do", command=command.name)


@pytest.mark.parametrize("over", ["TNMT", "P-A"])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_units_beside_the_lead_unit_may_remark_attach_and_report_their_own_part(
    command: Command, role: Role, over: str
) -> None:
    beside = {Over.ANY, Over.COORDINATING} if over == "TNMT" else {Over.ANY}
    may = role in {named for named, reach in PERMITTED[command.name] if reach in beside}
    assert forbidden(as_someone(command, role, over)) is not may


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_without_a_role_or_an_active_account_nobody_may_anything(command: Command) -> None:
    assert forbidden(as_someone(command, None, "NV"))
    assert all(forbidden(as_someone(command, role, "NV", active=False)) for role in Role)


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_a_stranger_may_nothing(command: Command) -> None:
    past = () if command.name == "issue" else (issued(),)
    given(*past).when(command, by="nguoi-la").then_refused(Code.NOT_PERMITTED, user="nguoi-la", command=command.name)


def test_who_may_not_learns_nothing_of_the_phase() -> None:
    assert forbidden(as_someone(COMMANDS[0], Role.AUDITOR, "NV"))


def test_of_several_roles_the_first_of_the_table_acts() -> None:
    both = person("ai-do", Role.OFFICER, "NV").model_copy(
        update={"roles": (*person("x", Role.OFFICER, "NV").roles, *person("x", Role.UNIT_HEAD, "NV").roles)}
    )
    directory = district([both])
    grant = acting_grant(both, "report-completion", Reach(lead="NV", issuing="UBQ"), directory)
    assert grant is not None
    assert grant.role is Role.UNIT_HEAD
    assert acting_grant(both, "accept", Reach(lead="NV", issuing="UBQ"), directory) is None


def test_the_issuers_own_unit_may_remark_even_where_it_covers_no_unit_of_the_directive() -> None:
    past = (issued(lead_unit="P-A", coordinating_units=(), informed_units=()),)
    more = [person("vp", Role.UNIT_HEAD, "VP"), person("cv-ubq", Role.OFFICER, "UBQ")]
    facts = Facts(district(more), POLICIES, CALENDAR)
    remark = Comment(text="Đã xem")
    given(*past, facts=facts).when(remark, by="vp").then_refused(Code.NOT_PERMITTED)
    given(*past, facts=facts).when(remark, by="cv-ubq").accepted()
