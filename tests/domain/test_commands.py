"""Commands on the wire: they come back as they were sent, and what they do not know is refused."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.commands import ChangeDeadline, Command, CommandEnvelope, Deadline, UserCommand
from domain.phases import SYSTEM_COMMANDS
from tests.domain.clock import instant
from tests.domain.happenings import order
from tests.domain.spec import DIRECTIVE, USUALLY_BY
from tests.domain.test_phases import COMMANDS, OWN_COMMANDS

USER_COMMAND: TypeAdapter[UserCommand] = TypeAdapter(UserCommand)
DEADLINES = (Deadline(at=instant(10)), Deadline(at=date(2026, 3, 31)), Deadline(working_days=5))
SENT = (
    *COMMANDS,
    *OWN_COMMANDS,
    order(waivers=("time", {"item": "result", "reason": "Họp"})),
    *(ChangeDeadline(deadline=deadline, reason="Thêm việc") for deadline in DEADLINES),
)


def envelope(command: Command) -> CommandEnvelope:
    at = instant(0)
    return CommandEnvelope(command_id=DIRECTIVE, directive_id=DIRECTIVE, user="system", at=at, command=command)


@pytest.mark.parametrize("command", SENT, ids=lambda command: command.name)
def test_a_command_comes_back_as_it_was_sent(command: Command) -> None:
    assert CommandEnvelope.model_validate_json(envelope(command).model_dump_json()) == envelope(command)


@pytest.mark.parametrize("name", sorted(SYSTEM_COMMANDS))
def test_people_cannot_send_the_workflows_own_commands(name: str) -> None:
    with pytest.raises(ValidationError, match="union_tag_invalid"):
        USER_COMMAND.validate_python({"name": name})


@pytest.mark.parametrize("command", [*COMMANDS, order()], ids=lambda command: command.name)
def test_a_field_that_a_command_does_not_know_is_refused(command: UserCommand) -> None:
    fields: dict[str, Any] = command.model_dump() | {"colour": "red"}
    with pytest.raises(ValidationError, match="extra_forbidden"):
        USER_COMMAND.validate_python(fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "report-progress", "percent": -1},
        {"name": "report-progress", "percent": 101},
        {"name": "report-completion", "result": " "},
        {"name": "reject"},
        {"name": "withdraw", "reason": ""},
        {"name": "change-deadline", "deadline": {"working_days": 3}},
        {"name": "change-deadline", "reason": "Gấp"},
        {"name": "assign-officer", "officer": "không phải mã"},
        {"name": "issue", "urgency": "gấp"},
        {"name": "issue", "coordinating_units": ["NV"] * 201},
        {"name": "issue", "deadline": {"at": "2026-03-02T09:00:00"}},
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_decided(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        USER_COMMAND.validate_python(fields)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-02T09:00:10+07:00", instant(10)),
        ("2026-03-02T02:00:10Z", instant(10)),
        ("2026-03-31", date(2026, 3, 31)),
    ],
)
def test_a_deadline_is_an_instant_with_its_offset_or_a_day(text: str, at: object) -> None:
    assert Deadline.model_validate({"at": text}).at == at


def test_the_tests_know_who_usually_gives_each_command() -> None:
    assert {command.name for command in SENT} == {*USUALLY_BY}
